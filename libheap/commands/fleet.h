/* SPDX-License-Identifier: Apache-2.0 */
/* What 'fleet' is asked. */
#ifndef LH_COMMANDS_FLEET_H
#define LH_COMMANDS_FLEET_H

#include "command/command.h"
#include "fleet/store.h"

/** lh_fleet_run() - the answer to the command's words. Return: 0, -LH_E*. */
int lh_fleet_run(struct lh_invocation *invocation, struct lh_result *result);

/* The columns of "add", and of "show"; those of "top" and "new". */
extern const struct lh_column lh_fleet_add_columns[], lh_fleet_show_columns[], lh_fleet_leak_columns[];

/** lh_fleet_add_words() - "add": analyse the dumps that the words name. Return: 0, -LH_E*. */
int lh_fleet_add_words(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result);
/** lh_fleet_send_words() - send what the server of "to" lacks, and say how much it was. Return: 0; as lh_fleet_send(). */
int lh_fleet_send_words(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result);
/** lh_fleet_collect() - the files that words of "add" name, those of folders in the order of their names: one per call of @fn
 * @error: NULL, or why there is none of that name. Return: 0; what @fn returned; -LH_ENOMEM. */
int lh_fleet_collect(struct lh_ctx *ctx, const char *word,
		     int (*fn)(const char *file, const char *error, void *arg), void *arg);

/* "top", "new" and "show" */
int lh_fleet_top_rows(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result);
int lh_fleet_new_rows(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result);
int lh_fleet_show_rows(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result);

/** lh_fleet_warn() - warn if so many dumps were incomplete: their leaks may be others. Return: 0, -LH_ENOMEM. */
int lh_fleet_warn(struct lh_result *result, uint64_t dumps);
/** lh_fleet_next() - a command of fleet worth typing next, on the same database. Return: 0, -LH_ENOMEM. */
int lh_fleet_next(const struct lh_invocation *invocation, struct lh_result *result, const char *why,
		  const char *words);

#endif
