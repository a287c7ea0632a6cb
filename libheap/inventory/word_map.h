/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One bit for each word of the target's writable memory: set once the word is accounted for; later passes
 * skip it.
 *
 * Memory: 1 bit per word, 1/64 of the writable memory; nothing for what is never marked.
 */
#ifndef LH_INVENTORY_WORD_MAP_H
#define LH_INVENTORY_WORD_MAP_H

#include "target/target.h"

/** struct lh_word_map_run - a writable segment and the bits of its words, counted from @start */
struct lh_word_map_run {
	uint64_t start, end;
	const uint8_t *data;
	uint64_t *bits;
};

struct lh_word_map {
	struct lh_word_map_run *runs; /* by address */
	struct lh_word_map_run **by_data;
	size_t count;
	uint64_t *bits; /* of all runs: address space, which is memory once it is written */
	size_t bits_size;
	struct lh_word_map_run *last; /* of the last access */
};

/** lh_word_map_init() - nothing is marked. Return: 0, -LH_ENOMEM. Free with lh_word_map_fini() in any case. */
int lh_word_map_init(struct lh_word_map *marks, struct lh_target *target);
void lh_word_map_fini(struct lh_word_map *marks);
/** lh_word_map_find() - the run that has @addr, or NULL */
struct lh_word_map_run *lh_word_map_find(struct lh_word_map *marks, uint64_t addr);
/** lh_word_map_find_bytes() - the run with its bytes at @bytes in our own memory; NULL if not of writable
 * memory */
struct lh_word_map_run *lh_word_map_find_bytes(struct lh_word_map *marks, const uint8_t *bytes);
/** lh_word_map_mark() - mark the words of [@addr, @addr + @len); other memory is skipped */
void lh_word_map_mark(struct lh_word_map *marks, uint64_t addr, uint64_t len);

static inline struct lh_word_map_run *lh_word_map_at(struct lh_word_map *marks, uint64_t addr)
{
	struct lh_word_map_run *run = marks->last;

	return run && addr - run->start < run->end - run->start ? run : lh_word_map_find(marks, addr);
}

static inline struct lh_word_map_run *lh_word_map_of(struct lh_word_map *marks, const uint8_t *bytes)
{
	struct lh_word_map_run *run = marks->last;

	return run && (uint64_t)(bytes - run->data) < run->end - run->start
		       ? run
		       : lh_word_map_find_bytes(marks, bytes);
}

/* Mark word @i of a run. Return: whether it was marked before. */
static inline bool lh_word_map_test_and_set(struct lh_word_map_run *run, uint64_t i)
{
	uint64_t bit = 1ull << (i & 63);
	bool was = run->bits[i >> 6] & bit;

	run->bits[i >> 6] |= bit;
	return was;
}

#endif
