/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong words: which word, why, and what was probably meant. */
#include "command/suggest.h"
#include "command/options.h"
#include "util/guess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 32 /* no option or command is longer */

const char *lh_command_suggest(const char *word)
{
	struct lh_guess guess = lh_guess_start(word);

	for (size_t i = 0; lh_commands[i]; i++)
		lh_guess_offer(&guess, lh_commands[i]->name);
	return guess.best;
}

static int fail_unknown(struct lh_ctx *ctx, const struct lh_command *command, const char *word, size_t len,
			bool takes_target)
{
	char name[LONGEST + 1];
	struct lh_guess guess;
	const struct lh_option *option;

	snprintf(name, sizeof(name), "%.*s", (int)(len < LONGEST ? len : LONGEST), word + 2);
	guess = lh_guess_start(name);
	for (size_t i = 0; (option = lh_command_option(command, i)); i++)
		if (takes_target || !option->shell)
			lh_guess_offer(&guess, option->name);
	if (guess.best)
		return lh_fail(ctx, LH_EUSAGE, "%s: unknown option '--%s', did you mean '--%s'?",
			       command->name, name, guess.best);
	return lh_fail(ctx, LH_EUSAGE, "%s: unknown option '--%s' (see: help %s%s)", command->name, name,
		       takes_target ? "" : "py-heap ", command->name);
}

/* The option's name was right. */
static int fail_value(struct lh_ctx *ctx, const struct lh_command *command, const struct lh_option *option,
		      bool has_value)
{
	if (has_value)
		return lh_fail(ctx, LH_EUSAGE, "%s: option '--%s' takes no value", command->name,
			       option->name);
	return lh_fail(ctx, LH_EUSAGE, "%s: option '--%s' needs a value: --%s %s", command->name,
		       option->name, option->name, option->metavar);
}

static int fail_long(struct lh_ctx *ctx, const struct lh_command *command, const char *word,
		     bool takes_target)
{
	size_t len = strcspn(word + 2, "=");
	const struct lh_option *option, *first = NULL;

	for (size_t i = 0; (option = lh_command_option(command, i)); i++) {
		if (strncmp(option->name, word + 2, len) != 0)
			continue;
		if (option->name[len] == '\0')
			return fail_value(ctx, command, option, word[2 + len] == '=');
		if (first)
			return lh_fail(ctx, LH_EUSAGE, "%s: option '%.*s' could be '--%s' or '--%s'",
				       command->name, (int)len + 2, word, first->name, option->name);
		first = option;
	}
	if (first)
		return fail_value(ctx, command, first, word[2 + len] == '=');
	return fail_unknown(ctx, command, word, len, takes_target);
}

int lh_suggest_fail(struct lh_ctx *ctx, const struct lh_command *command, const char *word, bool takes_target)
{
	int index = 0;

	if (strncmp(word, "--", 2) == 0)
		return fail_long(ctx, command, word, takes_target);
	for (const char *letter = word + 1; *letter; letter++) {
		index = lh_option_index(command, NULL, *letter);
		if (index < 0)
			return lh_fail(ctx, LH_EUSAGE, "%s: unknown option '-%c' (see: help %s%s)",
				       command->name, *letter, takes_target ? "" : "py-heap ", command->name);
		if (lh_command_option(command, (size_t)index)->metavar)
			break;
	}
	return fail_value(ctx, command, lh_command_option(command, (size_t)index), false);
}
