/* SPDX-License-Identifier: Apache-2.0 */
/* What each generation of each collector holds, by walking the rings that CPython itself keeps. */
#ifndef LH_ANALYZE_GENERATIONS_H
#define LH_ANALYZE_GENERATIONS_H

#include "cpython/gc.h"

struct lh_generation_size {
	struct lh_generation generation;
	uint64_t objects, bytes; /* bytes as in sys.getsizeof() */
	uint64_t untyped;        /* those of them without a readable type, hence without bytes */
	uint64_t broken;         /* where the ring is torn; 0: it is not */
	uint64_t last;           /* torn: the last object with intact links; 0: none has */
};

/** struct lh_collector - one interpreter's, or before 3.9 the one that all share */
struct lh_collector {
	const struct lh_interp *interp;
	struct lh_gc gc;
	struct lh_generation_size sizes[LH_GENERATIONS_MAX]; /* gc.generation_count */
	int64_t garbage;                                     /* len(gc.garbage); -1: not known */
};

struct lh_collectors {
	struct lh_collector *items; /* the main interpreter's first */
	size_t count;
};

/** lh_collectors_read() - read all collectors and walk their rings. Return: 0, -LH_E*. Free with
 * lh_collectors_fini(). */
int lh_collectors_read(struct lh_heap *heap, struct lh_collectors *ret);
void lh_collectors_fini(struct lh_collectors *collectors);

#endif
