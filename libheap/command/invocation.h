/* SPDX-License-Identifier: Apache-2.0 */
/* A user's words, parsed; for this folder only. */
#ifndef LH_COMMAND_INVOCATION_H
#define LH_COMMAND_INVOCATION_H

#include "command/command.h"

struct lh_invocation {
	struct lh_ctx *ctx;
	const struct lh_command *command;
	bool takes_target;
	char *target;  /* the file, NULL with --pid, in GDB, and until a face has looked up --coredumpctl */
	char **values; /* of options, by their index in lh_command_option(); NULL: not given */
	size_t value_count;
	char **words; /* positional, without the target */
	size_t word_count, word_capacity;
};

/* check.c: each returns 0, or -LH_EUSAGE with a sentence. The latter also sets the target apart from the
 * words. */
int lh_check_value(struct lh_invocation *invocation, const struct lh_option *option, const char *value);
int lh_check_words(struct lh_invocation *invocation);

LH_DEFINE_CLEANUP(struct lh_invocation, lh_invocation_free);

#endif
