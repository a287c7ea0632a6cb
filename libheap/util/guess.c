/* SPDX-License-Identifier: Apache-2.0 */
/* The word of a list that is nearest to a typo, by edit distance; see guess.h. */
#include "util/guess.h"

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
