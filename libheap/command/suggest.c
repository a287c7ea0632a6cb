/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong words: which one it is, why, and what was probably meant. */
#include "command/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 32 /* no word of ours is longer */

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Damerau-Levenshtein distance of two short words (a swap of neighbours counts one). */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][LONGEST + 1], *before = rows[0], *above = rows[1], *row = rows[2], *spare;
	size_t la = strnlen(a, LONGEST), lb = strnlen(b, LONGEST);

	for (size_t j = 0; j <= lb; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			row[j] =
				smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smallest(row[j], before[j - 2] + 1, row[j]);
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[lb];
}

struct lh_guess lh_guess_start(const char *word)
{
	return (struct lh_guess){.word = word, .distance = strlen(word) < 5 ? 2 : 3};
}

/* A candidate that begins with the word is as good as one slip. */
void lh_guess_offer(struct lh_guess *guess, const char *candidate)
{
	size_t len = strlen(guess->word);
	unsigned d =
		len >= 2 && strncmp(candidate, guess->word, len) == 0 ? 1 : distance(guess->word, candidate);

	if (d < guess->distance && d < strlen(candidate)) {
		guess->distance = d;
		guess->best = candidate;
	}
}

const char *lh_command_suggest(const char *word)
{
	struct lh_guess guess = lh_guess_start(word);

	for (size_t i = 0; lh_commands[i]; i++)
		lh_guess_offer(&guess, lh_commands[i]->name);
	return guess.best;
}

/* "LOCALS BYTES" is locals_bytes. */
static bool same_word(const char *a, const char *b)
{
	while (*a && (tolower((unsigned char)*a) == tolower((unsigned char)*b) || (*a == '_' && *b == ' ') ||
		      (*a == ' ' && *b == '_'))) {
		a++;
		b++;
	}
	return !*a && !*b;
}

const struct lh_column *lh_column_named(const struct lh_column *columns, const char *name)
{
	for (const struct lh_column *c = columns; c->name; c++)
		if (same_word(c->name, name) || (c->title && same_word(c->title, name)))
			return c;
	return NULL;
}

int lh_fail_column(struct lh_ctx *ctx, const struct lh_command *command, const struct lh_column *columns,
		   const char *name)
{
	struct lh_guess guess = lh_guess_start(name);
	char list[256] = "";
	size_t len = 0;

	for (; columns->name; columns++) {
		lh_guess_offer(&guess, columns->name);
		if (len < sizeof(list))
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
						columns->name);
	}
	if (guess.best)
		return lh_fail(ctx, LH_EUSAGE, "%s: no column '%s' to sort by, did you mean '%s'?",
			       command->name, name, guess.best);
	return lh_fail(ctx, LH_EUSAGE, "%s: no column '%s' to sort by; there are: %s", command->name, name,
		       list);
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
		if (takes_target || !option->target)
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
			return lh_fail(ctx, LH_EUSAGE, "%s: option '%s' could be '--%s' or '--%s'",
				       command->name, word, first->name, option->name);
		first = option;
	}
	if (first)
		return fail_value(ctx, command, first, word[2 + len] == '=');
	return fail_unknown(ctx, command, word, len, takes_target);
}

int lh_fail_word(struct lh_ctx *ctx, const struct lh_command *command, const char *word, bool takes_target)
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
