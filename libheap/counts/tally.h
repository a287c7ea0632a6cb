/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one thread has counted, until all is added up: whatever the number of threads, the sum is the same.
 *
 * Memory: 1 byte per object and thread: numbers past 255 are added to the shared counts at once.
 */
#ifndef LH_COUNTS_TALLY_H
#define LH_COUNTS_TALLY_H

#include "counts/refcounts.h"

#define LH_TALLIES_MAX 8 /* threads that count: 8 bytes per object */

struct lh_tally {
	struct lh_refcounts *out;
	struct lh_ctx *ctx;   /* of the thread */
	uint8_t *small;       /* by number: the rest of what was counted */
	uint64_t incomplete;  /* objects whose storage was not in the target */
	uint32_t *no_objects; /* numbers of what only looks like an object */
	size_t no_object_count, no_object_capacity;
	uint64_t *missed; /* words that led to no object: the lowest, if there are too many */
	size_t missed_count, missed_capacity;
	uint64_t missed_total;
};

/** lh_tally_init() - for one thread; may be used on another. Return: 0, -LH_ENOMEM. Free with lh_tally_fini() in any case. */
int lh_tally_init(struct lh_refcounts *out, struct lh_tally *ret);
void lh_tally_fini(struct lh_tally *tally);
/** lh_tally_miss() - @word is a reference of a known container, and leads to no object. Return: 0, -LH_ENOMEM. */
int lh_tally_miss(struct lh_tally *tally, uint64_t word);
void lh_tally_carry(struct lh_tally *tally, uint32_t number);
/** lh_tally_add_up() - add all to the counts, which one thread does when all are done; the tallies are empty then. Return: 0, -LH_ENOMEM. */
int lh_tally_add_up(struct lh_refcounts *out, struct lh_tally *const *tallies, unsigned count);

static inline void lh_tally_count(struct lh_tally *t, uint32_t number)
{
	if (++t->small[number] == 0)
		lh_tally_carry(t, number);
}

#endif
