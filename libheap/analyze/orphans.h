/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orphans: blocks of malloc's that nothing leads to. Nobody can free them any more.
 *
 * Whatever may refer to a block counts: objects and their buffers, static data, stacks and registers of threads, thread-local
 * variables, blocks of pools, other mappings, and blocks that those lead to. Memory that is free, and stacks below their
 * pointers, do not.
 *
 * Memory: 24 bytes per block that no object and no module leads to (owned.h).
 */
#ifndef LH_ANALYZE_ORPHANS_H
#define LH_ANALYZE_ORPHANS_H

#include "cpython/heap.h"

/* Where the nearest word is that points to an orphan all the same. */
enum lh_orphan_from {
	LH_ORPHAN_NOWHERE,
	LH_ORPHAN_ORPHAN, /* in another orphan */
	LH_ORPHAN_FREE,   /* in memory that is free, or below a stack pointer: it was lost not long ago */
};

/** struct lh_orphan - a block */
struct lh_orphan {
	uint64_t addr, bytes; /* as malloc_usable_size() counts */
	enum lh_orphan_from from;
	uint64_t at; /* address of that word; 0: there is none */
};

struct lh_orphans {
	struct lh_orphan *all; /* by address */
	size_t count, capacity;
	uint64_t bytes;
	uint64_t blocks;        /* native blocks of malloc's, orphans or not */
	uint32_t torn, damaged; /* of malloc's lists and heaps: blocks there are not known */
	bool known;             /* there is a malloc of glibc's */
};

/** lh_orphans_find() - Costs what lh_owned_get() costs, and a look at all writable memory. Return: 0, -LH_E*. Free with
 * lh_orphans_fini() in any case. */
int lh_orphans_find(struct lh_heap *heap, struct lh_orphans *ret);
void lh_orphans_fini(struct lh_orphans *orphans);

/** lh_orphan_looks() - what a block looks like, by its first words: text, a module's address, numbers. Return: @buf. */
const char *lh_orphan_looks(struct lh_heap *heap, const struct lh_orphan *orphan, char *buf, size_t size);

#endif
