/* SPDX-License-Identifier: Apache-2.0 */
/* The word of a list that is nearest to a typo. */
#ifndef LH_UTIL_GUESS_H
#define LH_UTIL_GUESS_H

struct lh_guess {
	const char *word, *best; /* NULL: none is near */
	unsigned distance;
};

/** lh_guess_start() - for the word that a user gave */
struct lh_guess lh_guess_start(const char *word);
/** lh_guess_offer() - one of the words that there are; it is kept by reference if it is the nearest yet */
void lh_guess_offer(struct lh_guess *guess, const char *candidate);

#endif
