/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The references among tracked objects, as CPython's collector sees them: object i of the rings, its edges as
 * CSR.
 *
 * Memory: 5 bytes per object for the set (addrset.h), 4 for the offset, 4 for the count, 1 for the flags; 4
 * per edge; 8 per doubted word.
 */
#ifndef LH_INVENTORY_TRACKED_H
#define LH_INVENTORY_TRACKED_H

#include "cpython/visit.h"
#include "inventory/rings.h"

enum {
	LH_TRACKED_IMMORTAL = 1,   /* no count: never garbage */
	LH_TRACKED_DOUBTFUL = 2,   /* known containers hold it more often than its count says: a lost count */
	LH_TRACKED_UNTYPED = 4,    /* its type could not be read: its references are not known */
	LH_TRACKED_LEGACY = 8,     /* has a finalizer that the collector must not run */
	LH_TRACKED_FROZEN = 16,    /* in the permanent generation: no collection looks at it */
	LH_TRACKED_FINALIZED = 32, /* its finalizer ran already */
	LH_TRACKED_MARK = 128,     /* for algorithms */
};

/** struct lh_doubt - a word in the body of object @from leads to object @to, and the count of @to has no room
 * for it */
struct lh_doubt {
	uint32_t from, to;
};

struct lh_tracked {
	struct lh_heap *heap;
	const struct lh_rings *rings; /* the heap's; rings->tracked gives the numbers */
	uint32_t count;
	uint32_t *edges;    /* numbers of the objects referred to */
	uint32_t *offsets;  /* count + 1: edges of i are edges[offsets[i]] to edges[offsets[i + 1] - 1] */
	uint32_t *external; /* references to i from elsewhere than tracked objects: count minus edges found */
	uint8_t *flags;
	struct lh_doubt *doubts; /* see doubts.h */
	size_t doubt_count;
	uint32_t frozen;     /* objects in the permanent generation that have a count */
	uint64_t incomplete; /* objects whose storage was not in the target */
};

/** lh_tracked_read() - Return: 0, -LH_E*. Free with lh_tracked_fini(). */
int lh_tracked_read(struct lh_heap *heap, struct lh_tracked *ret);
/** lh_tracked_bytes() - memory that it takes, without the rings */
uint64_t lh_tracked_bytes(const struct lh_tracked *tracked);
void lh_tracked_fini(struct lh_tracked *tracked);

#endif
