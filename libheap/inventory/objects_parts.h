/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lh_objects_walk() share. */
#ifndef LH_INVENTORY_OBJECTS_PARTS_H
#define LH_INVENTORY_OBJECTS_PARTS_H

#include "inventory/objects.h"
#include "inventory/outside.h"
#include "inventory/rings.h"

/** struct lh_objects_state - the state of a walk over all objects */
struct lh_objects_state {
	struct lh_heap *heap;
	struct lh_view view, counts; /* counts: for words that may be pointers */
	bool tracked_only;
	lh_items_fn fn;
	void *arg;
	struct lh_findings *findings;
	struct lh_outside *outside;
	const struct lh_rings *rings;
	bool rings_whole;
	bool storage_doubted; /* a word in a block that is not an object was rejected */
	bool vouching;        /* the second pass over the pools, because of that */
	enum lh_refcnt_kind refcnt_kind;
	uint32_t refcnt_at, type_at, header, gc_head, before;
	struct lh_gc_mark mark;
	struct lh_item items[LH_ITEMS_MAX];
	size_t count;
};

/** lh_objects_flush() - hand over the objects that were collected. Return: as lh_items_fn. */
static inline int lh_objects_flush(struct lh_objects_state *w)
{
	int r = w->count ? w->fn(w->arg, w->items, w->count) : 0;

	w->count = 0;
	return r;
}

/** lh_objects_walk_arenas() - the objects in all pools (objects_pools.c). Return: 0, -LH_EINTR, as lh_items_fn. */
int lh_objects_walk_arenas(struct lh_objects_state *walk);

#endif
