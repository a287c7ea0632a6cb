/* SPDX-License-Identifier: Apache-2.0 */
#include "result/columns.h"
#include "util/guess.h"

#include <ctype.h>
#include <stdio.h>

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

int lh_column_fail(struct lh_ctx *ctx, const char *command, const struct lh_column *columns, const char *name)
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
		return lh_fail(ctx, LH_EUSAGE, "%s: no column '%s' to sort by, did you mean '%s'?", command,
			       name, guess.best);
	return lh_fail(ctx, LH_EUSAGE, "%s: no column '%s' to sort by; there are: %s", command, name, list);
}
