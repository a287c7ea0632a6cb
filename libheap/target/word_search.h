/* SPDX-License-Identifier: Apache-2.0 */
/* Searching the writable memory of a target for a particular word. */
#ifndef LH_TARGET_WORD_SEARCH_H
#define LH_TARGET_WORD_SEARCH_H

#include "target/target.h"

/** struct lh_word_search - what to look for; part of a struct that has what @is_it needs */
struct lh_word_search {
	struct lh_target *target;
	uint64_t budget; /* bytes that may still be searched */
	/* Whether the word @word at @at is it. Return: 0; LH_ABSENT; -LH_E* ends the search. */
	int (*is_it)(struct lh_word_search *search, uint64_t at, uint64_t word);
};

/**
 * lh_word_search() - the first aligned word in the writable part of [@start, @end) that is it
 * Return: 0; LH_ABSENT; -LH_E*.
 */
int lh_word_search(struct lh_word_search *search, uint64_t start, uint64_t end);

#endif
