/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring is a chain of loads that wait for each other; all else of an object is prefetched while the chain
 * waits. Objects are collected in batches: the step along the ring finds the type and prefetches a dict's
 * keys, sizes are added up when a batch is full and its keys are cached.
 */
#include "analyze/generations.h"
#include "cpython/prefetch.h"
#include "cpython/size.h"
#include "util/array.h"

#include <stdlib.h>

#define BATCH 256
#define STEP 65536 /* objects between looks at the user's ^C */

struct walk {
	struct lh_heap *heap;
	struct lh_view view;      /* of the ring */
	struct lh_prefetch ahead; /* its view is of dict tables */
	uint32_t type_at, header;
	uint64_t done;
	struct lh_object batch[BATCH]; /* their counts are not read */
	size_t count;
};

static void add_batch(struct walk *w, struct lh_generation_size *size)
{
	for (size_t i = 0; i < w->count; i++)
		size->bytes += lh_object_bytes(w->heap, &w->ahead.view, &w->batch[i]);
	w->count = 0;
}

/* Return: 0; LH_ABSENT if @addr has no object with a type; -LH_ENOMEM. */
static int add_member(struct walk *w, uint64_t addr)
{
	struct lh_object *m = &w->batch[w->count];
	const uint8_t *p = lh_view_at(&w->view, addr, w->header);
	uint64_t type;

	if (!p)
		return LH_ABSENT;
	type = lh_u64(p + w->type_at);
	m->type = lh_types_find(&w->heap->types, type);
	if (!m->type) {
		int r = lh_types_get(w->heap, type, &m->type);

		if (r != 0)
			return r;
	}
	m->addr = addr;
	m->bytes = lh_view_at(&w->view, addr, (uint64_t)m->type->basicsize);
	if (!m->bytes)
		return LH_ABSENT;
	lh_prefetch_dict(&w->ahead, m->bytes, m->type);
	w->count++;
	return 0;
}

static int walk_ring(struct walk *w, struct lh_generation_size *size)
{
	struct lh_ring ring;
	uint64_t object;
	int r;

	lh_ring_begin(w->heap, &size->generation, &ring);
	while (lh_ring_next(&ring, &object) == 0) {
		r = add_member(w, object);
		if (r < 0)
			return r;
		size->objects++;
		size->untyped += r != 0;
		if (w->count == BATCH)
			add_batch(w, size);
		if (++w->done % STEP == 0 &&
		    (r = lh_progress(w->heap->ctx, "reading gc generations", w->done, 0)) < 0)
			return r;
	}
	add_batch(w, size);
	size->broken = ring.broken;
	size->last = ring.previous != ring.head ? ring.previous + ring.head_size : 0;
	return 0;
}

/* len(gc.garbage); CPython makes the list when the gc module is first used or something is put in it. */
static int64_t garbage_length(struct lh_heap *heap, const struct lh_gc *gc)
{
	struct lh_object list;

	if (!gc->garbage)
		return lh_layout_has(&heap->layout, LH_F_GC_GARBAGE) ? 0 : -1;
	if (lh_object_at(heap, &heap->view, gc->garbage, &list) != 0 ||
	    !(list.type->flags & LH_TPFLAG_LIST_SUBCLASS))
		return -1;
	return lh_i64(list.bytes + lh_layout_at(&heap->layout, LH_F_VAR_SIZE));
}

static int read_collector(struct walk *w, const struct lh_interp *interp, struct lh_collector *ret)
{
	int r = lh_gc_read(w->heap, interp, &ret->gc);

	ret->interp = interp;
	for (unsigned i = 0; r == 0 && i < ret->gc.generation_count; i++) {
		ret->sizes[i].generation = ret->gc.generations[i];
		r = walk_ring(w, &ret->sizes[i]);
	}
	if (r == 0)
		ret->garbage = garbage_length(w->heap, &ret->gc);
	return r;
}

/* Before 3.9 all interpreters share one. */
static bool has_collector(const struct lh_collectors *collectors, uint64_t gc)
{
	for (size_t i = 0; i < collectors->count; i++)
		if (collectors->items[i].interp->gc == gc)
			return true;
	return false;
}

int lh_collectors_read(struct lh_heap *heap, struct lh_collectors *ret)
{
	_cleanup_free_ struct walk *w = lh_new0(struct walk, 1);
	_cleanup_(lh_collectors_fini) struct lh_collectors found = {
		.items = lh_new0(struct lh_collector, heap->interp_count)};

	if (!w || !found.items)
		return lh_nomem(heap->ctx);
	w->heap = heap;
	w->view = lh_view_of(heap->target);
	w->ahead = lh_prefetch_of(heap);
	w->type_at = lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE);
	w->header = lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE);
	/* CPython's list has the newest interpreter first. */
	for (size_t i = heap->interp_count; i-- > 0;) {
		int r;

		if (has_collector(&found, heap->interps[i].gc))
			continue;
		r = read_collector(w, &heap->interps[i], &found.items[found.count]);
		if (r < 0)
			return r;
		found.count++;
	}
	*ret = found;
	found = (struct lh_collectors){0};
	return 0;
}

void lh_collectors_fini(struct lh_collectors *collectors)
{
	free(collectors->items);
	*collectors = (struct lh_collectors){0};
}
