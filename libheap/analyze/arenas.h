/* SPDX-License-Identifier: Apache-2.0 */
/* How full pymalloc's arenas, pools and size classes are, counted as sys._debugmallocstats() does. */
#ifndef LH_ANALYZE_ARENAS_H
#define LH_ANALYZE_ARENAS_H

#include "cpython/heap.h"

#define LH_SIZE_CLASSES 64 /* 512 bytes by 8 */

struct lh_arena_use {
	const struct lh_arena *arena;
	uint32_t pools, pools_free; /* free: empty, and those never carved out of the arena */
	uint64_t blocks_used, bytes_used;
};

struct lh_class_use {
	uint64_t pools, blocks_used,
		blocks_free; /* free: in pools of this class, including those never handed out */
};

struct lh_arenas_use {
	struct lh_arena_use *arenas; /* in the order of heap->pymalloc.arenas */
	size_t count;
	struct lh_class_use classes[LH_SIZE_CLASSES]; /* [i]: blocks of (i + 1) * alignment bytes */
	uint64_t pools, pools_free, blocks_used, blocks_free, bytes_used, bytes_free; /* sums */
	int64_t raw_blocks;     /* requests that malloc serves; -1: not known */
	uint64_t pools_missing; /* not in the target: their blocks are not counted */
	uint64_t pools_damaged, first_damaged;
	uint64_t arenas_odd, first_odd; /* with another count of free pools than their pools have */
};

/** lh_arenas_count() - look at every pool. Return: 0, -LH_ENOMEM,
 * -LH_EINTR. Free with lh_arenas_use_fini(). */
int lh_arenas_count(struct lh_heap *heap, struct lh_arenas_use *ret);
void lh_arenas_use_fini(struct lh_arenas_use *use);

#endif
