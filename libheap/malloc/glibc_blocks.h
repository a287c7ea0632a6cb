/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blocks that glibc's malloc has handed out, for each of its heaps: a bit for each address at
 * which one may begin.
 *
 * A heap is known if the chain of its chunks' sizes leads from its start to its end. Only that chain shows
 * a block: memory that was free holds heads of earlier chunks, and their sizes still lead from one to the next.
 *
 * Memory: 1/128 of the heaps.
 */
#ifndef LH_MALLOC_GLIBC_BLOCKS_H
#define LH_MALLOC_GLIBC_BLOCKS_H

#include "util/bits.h"
#include "util/error.h"

struct lh_glibc_span {
	uint64_t start, end; /* of the chunks */
	bool main;           /* it is the main arena's, made by moving the program's break */
	uint64_t *begins;    /* a bit for each 16 bytes: the user's memory of a used chunk begins there */
};

struct lh_glibc_blocks {
	struct lh_ctx *ctx;
	struct lh_glibc_span *spans; /* by address, once lh_glibc_blocks_finish() was called */
	size_t count, capacity;
};

/** lh_glibc_blocks_add() - a heap, before its used chunks, which follow, by
 * lh_glibc_blocks_mark(). Return: 0, -LH_ENOMEM. */
int lh_glibc_blocks_add(struct lh_glibc_blocks *blocks, uint64_t start, uint64_t end, bool main);
/** lh_glibc_blocks_mark() - a used chunk of the heap that was
 * added last, by the address of its user's memory */
static inline void lh_glibc_blocks_mark(struct lh_glibc_blocks *blocks, uint64_t user)
{
	struct lh_glibc_span *span = &blocks->spans[blocks->count - 1];
	uint64_t i = (user - span->start) / 16;

	if (user - span->start < span->end - span->start)
		lh_bit_set(span->begins, i);
}

/** lh_glibc_blocks_drop() - forget the heap that was added last: it is none */
void lh_glibc_blocks_drop(struct lh_glibc_blocks *blocks);
void lh_glibc_blocks_finish(struct lh_glibc_blocks *blocks);
void lh_glibc_blocks_fini(struct lh_glibc_blocks *blocks);
/** lh_glibc_blocks_span() - the heap that has @addr; NULL: none of those that are known. O(log heaps). */
const struct lh_glibc_span *lh_glibc_blocks_span(const struct lh_glibc_blocks *blocks, uint64_t addr);

/* Whether a used block begins at @addr, which lies in @span. */
static inline bool lh_glibc_span_begins(const struct lh_glibc_span *span, uint64_t addr)
{
	uint64_t i = (addr - span->start) / 16;

	return addr % 16 == 0 && addr - span->start < span->end - span->start && lh_bit_has(span->begins, i);
}

#endif
