/* SPDX-License-Identifier: Apache-2.0 */
/* What a user probably meant by a wrong option. */
#ifndef LH_COMMAND_SUGGEST_H
#define LH_COMMAND_SUGGEST_H

#include "command/command.h"

/**
 * lh_suggest_fail() - record what is wrong with the option @word: unknown, ambiguous, or without its value
 * @takes_target: false: options that name a target are not suggested
 * Return: -LH_EUSAGE.
 */
int lh_suggest_fail(struct lh_ctx *ctx, const struct lh_command *command, const char *word,
		    bool takes_target);

#endif
