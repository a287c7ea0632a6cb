/* SPDX-License-Identifier: Apache-2.0 */
/* A user's words, parsed; for this room only. */
#ifndef LH_COMMAND_INVOCATION_H
#define LH_COMMAND_INVOCATION_H

#include "command/command.h"
#include "export/server.h"
#include "util/cleanup.h"

/* What a front end calls a core that it keeps. */
struct lh_named_moment {
	char *name, *path;
};

struct lh_invocation {
	struct lh_ctx *ctx;
	const struct lh_command *command;
	bool takes_target;
	char *target; /* the file, NULL with --pid, in GDB, and until a front end has looked up --coredumpctl */
	bool more;    /* the heap is for other invocations, too */
	char *folder;  /* files below it may be written, NULL: none but those of options */
	char **values; /* of options, by their index in lh_command_option(); NULL: not given */
	size_t value_count;
	char **args; /* positional, without the target */
	size_t arg_count, arg_capacity;
	struct lh_named_moment *moments;
	size_t moment_count, moment_capacity;
	double held_ms; /* how long the process was held before all of it was copied instead; 0: it was not */
	struct lh_server
		*server;        /* that "to" names, once it is connected to and until run() takes it; NULL */
	struct lh_watch *watch; /* the moments before the last one that "watch" took; NULL */
};

/** lh_word_is_process() - whether a word that names a target is the number of a process: digits */
bool lh_word_is_process(const char *word);

LH_DEFINE_CLEANUP(struct lh_invocation, lh_invocation_free);

#endif
