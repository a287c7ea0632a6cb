/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker does not share with the process that it was forked from any more, and why.
 *
 * A fork shares all pages until one of the two writes to them. Each page that is the worker's own now is compared with the parent's
 * of the same address, word by word: words that differ are reference counts of objects, gc heads, or data. A page that is equal was
 * written to and is what it was again: by the collector, if it ran and the page has objects that it tracks; else by counts
 * that rose and fell. So gc heads alone are what can be seen: counts that rose and fell in the same pages cannot.
 *
 * Memory: 96 bytes per page that is the worker's own.
 */
#ifndef LH_ANALYZE_UNSHARED_H
#define LH_ANALYZE_UNSHARED_H

#include "inventory/objects.h"

/* Why a page is not shared; the first that applies, but for counts, which come before heads. */
enum lh_cause {
	LH_CAUSE_NEW,    /* the parent has no page there */
	LH_CAUSE_DATA,   /* something else than counts and heads */
	LH_CAUSE_COUNTS, /* reference counts, and maybe gc heads */
	LH_CAUSE_HEADS,  /* gc heads alone: what gc.freeze() before the fork would have saved at most */
	LH_CAUSES,
};

/** struct lh_unshared_type - bytes of pages by cause; a page counts for the type with most of the objects in it that were written to */
struct lh_unshared_type {
	struct lh_type *type; /* NULL: no object of the page was written to */
	uint64_t bytes, causes[LH_CAUSES];
};

struct lh_unshared {
	struct lh_unshared_type *types; /* the most bytes first */
	size_t count;
	uint64_t bytes, causes[LH_CAUSES];
	uint64_t shared;  /* resident, and the same as the parent's */
	bool pages_known; /* false: the worker's system was not asked; equal pages are taken for shared ones */
	bool collected;   /* a full collection ran in one of the two since the fork */
	bool related;     /* they have their modules at the same addresses, as after a fork */
	struct lh_findings findings;
};

/** lh_unshared_find() - compare @heap's memory with @parent's. O(objects). Return: 0, -LH_E*. Free with lh_unshared_fini() in any
 * case. */
int lh_unshared_find(struct lh_heap *heap, struct lh_target *parent, struct lh_unshared *ret);
void lh_unshared_fini(struct lh_unshared *unshared);

#endif
