/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mark for each word of the writable memory of a target: it was dealt with, whoever comes next leaves it.
 *
 * Memory: 1 bit a word, 1/64 of the writable memory.
 */
#ifndef LH_INVENTORY_MARKS_H
#define LH_INVENTORY_MARKS_H

#include "target/target.h"

/** struct lh_mark_run - a writable segment and the bits of its words, counted from @start */
struct lh_mark_run {
	uint64_t start, end;
	const uint8_t *data;
	uint64_t *bits;
};

struct lh_marks {
	struct lh_mark_run *runs; /* by address */
	struct lh_mark_run **by_data;
	size_t count;
	struct lh_mark_run *last; /* of the last access */
};

int lh_marks_init(struct lh_marks *marks, struct lh_target *target);
void lh_marks_fini(struct lh_marks *marks);
/** lh_marks_find() - the run that has @addr, or NULL */
struct lh_mark_run *lh_marks_find(struct lh_marks *marks, uint64_t addr);
/** lh_marks_find_bytes() - the run whose bytes are at @bytes here, or NULL: they are of no writable memory */
struct lh_mark_run *lh_marks_find_bytes(struct lh_marks *marks, const uint8_t *bytes);
/** lh_marks_claim() - mark the words of [@addr, @addr + @len); what is not writable memory is passed over */
void lh_marks_claim(struct lh_marks *marks, uint64_t addr, uint64_t len);

static inline struct lh_mark_run *lh_marks_at(struct lh_marks *marks, uint64_t addr)
{
	struct lh_mark_run *run = marks->last;

	return run && addr - run->start < run->end - run->start ? run : lh_marks_find(marks, addr);
}

static inline struct lh_mark_run *lh_marks_of(struct lh_marks *marks, const uint8_t *bytes)
{
	struct lh_mark_run *run = marks->last;

	return run && (uint64_t)(bytes - run->data) < run->end - run->start
		       ? run
		       : lh_marks_find_bytes(marks, bytes);
}

/* Mark word @i of a run. Return: whether it was marked before. */
static inline bool lh_mark_word(struct lh_mark_run *run, uint64_t i)
{
	uint64_t bit = 1ull << (i & 63);
	bool was = run->bits[i >> 6] & bit;

	run->bits[i >> 6] |= bit;
	return was;
}

#endif
