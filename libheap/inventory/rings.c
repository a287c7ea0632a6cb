/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/rings.h"
#include "inventory/ring_chains.h"
#include "util/array.h"
#include "util/bytes.h"
#include "util/cleanup.h"

#define STEP 65536 /* objects between looks at the user's ^C */

/* One end of a walk: from the head towards the other end. */
struct end {
	struct lh_view view;
	uint64_t node, behind;        /* behind: the node before, seen from this end */
	uint32_t ahead_at, behind_at; /* offsets of the links in a head */
	bool stopped;                 /* at a tear */
};

struct walk {
	struct lh_heap *heap;
	struct lh_addrset *set, *permanent; /* permanent: NULL for other generations */
	uint64_t head;
	uint32_t size; /* of a gc head */
	struct end ends[2];
	uint64_t broken;
};

static int begin(struct walk *w)
{
	const struct lh_layout *l = &w->heap->layout;
	uint32_t next = lh_layout_at(l, LH_F_GC_HEAD_NEXT), prev = lh_layout_at(l, LH_F_GC_HEAD_PREV);
	const uint8_t *p = lh_view_at(&w->heap->view, w->head, w->size);

	if (!p) {
		w->broken = w->head;
		return LH_DONE;
	}
	w->ends[0] = (struct end){
		lh_view_of(w->heap->target), LH_GC_LINK(lh_u64(p + next)), w->head, next, prev, false};
	w->ends[1] = (struct end){
		lh_view_of(w->heap->target), LH_GC_LINK(lh_u64(p + prev)), w->head, prev, next, false};
	return w->ends[0].node == w->head ? LH_DONE : 0;
}

/* The ring is torn at an end's node, or past the one before if that is a null link: the end stops there. */
static int tear(struct walk *w, struct end *end)
{
	w->broken = end->node ? end->node : end->behind;
	end->stopped = true;
	return 0;
}

/* Take the node at an end. Return: 0; LH_DONE if the ends have met; -LH_E*. */
static int take(struct walk *w, struct end *end, const struct end *other)
{
	const uint8_t *p = lh_view_at(&end->view, end->node, w->size);
	uint64_t ahead;
	int r;

	if (!p || end->node & 7 || LH_GC_LINK(lh_u64(p + end->behind_at)) != end->behind)
		return tear(w, end);
	r = lh_addrset_add(w->set, end->node + w->size);
	if (r == LH_ADDRSET_HAD)
		return tear(w, end); /* seen before: the ring runs into itself */
	if (r == 0 && w->permanent)
		r = lh_addrset_add(w->permanent, end->node + w->size);
	if (r < 0)
		return r;
	ahead = LH_GC_LINK(lh_u64(p + end->ahead_at));
	if (ahead == other->behind || ahead == w->head) {
		/* What lies ahead was taken from the other end, or is the head: this must be the last node
		 * for both. */
		if (ahead != other->behind || other->node != end->node)
			w->broken = end->node;
		return LH_DONE;
	}
	/* Prefetch: the other end has its turn in between. */
	if (ahead - end->view.start < end->view.size)
		__builtin_prefetch(end->view.data + (ahead - end->view.start));
	end->behind = end->node;
	end->node = ahead;
	return 0;
}

/*
 * A ring is a chain of loads that wait for each other. Walking it from both ends at once has two loads under
 * way, and finds what lies beyond a tear. The ends meet when one comes to a node that the other one took.
 */
static int walk_ring(struct lh_heap *heap, const struct lh_generation *generation, struct lh_rings *rings)
{
	bool permanent = generation->number == LH_GENERATION_PERMANENT;
	struct walk w = {.heap = heap,
			 .set = &rings->tracked,
			 .permanent = permanent ? &rings->permanent : NULL,
			 .head = generation->head,
			 .size = lh_layout_at(&heap->layout, LH_F_GC_HEAD_SIZE)};
	uint64_t done = 0;
	int r = begin(&w);

	while (r == 0 && !(w.ends[0].stopped && w.ends[1].stopped)) {
		for (unsigned i = 0; r == 0 && i < 2; i++)
			if (!w.ends[i].stopped)
				r = take(&w, &w.ends[i], &w.ends[!i]);
		if (r == 0 && ++done % STEP == 0)
			r = lh_progress(heap->ctx, "reading gc generations", w.set->count, 0);
	}
	if (w.broken && !rings->broken)
		rings->broken = w.broken;
	return r < 0 ? r : 0;
}

/** struct generations - of all collectors */
struct generations {
	struct lh_generation *all;
	size_t count, capacity;
};

static int list_collector(struct lh_heap *heap, const struct lh_interp *interp, struct generations *g,
			  bool *collecting)
{
	struct lh_gc gc;
	int r = lh_gc_read(heap, interp, &gc);

	if (r < 0)
		return r;
	*collecting |= gc.collecting;
	for (unsigned i = 0; r == 0 && i < gc.generation_count; i++)
		r = lh_append(heap->ctx, g->all, g->count, g->capacity, gc.generations[i]);
	return r;
}

static int list_generations(struct lh_heap *heap, struct generations *g, bool *collecting)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < heap->interp_count; i++)
		/* Before 3.9 all interpreters share one collector. */
		if (i == 0 || heap->interps[i].gc != heap->interps[i - 1].gc)
			r = list_collector(heap, &heap->interps[i], g, collecting);
	return r;
}

static int walk_rings(struct lh_heap *heap, const struct generations *g, struct lh_rings *rings)
{
	int r = lh_ring_chains_read(heap, g->all, g->count, rings);

	if (r != LH_ABSENT)
		return r;
	r = 0;
	for (size_t i = 0; r == 0 && i < g->count; i++)
		r = walk_ring(heap, &g->all[i], rings);
	return r;
}

int lh_rings_read(struct lh_heap *heap, const struct lh_interp *interp, struct lh_rings *ret)
{
	struct generations g = {0};
	int r;

	*ret = (struct lh_rings){0};
	lh_addrset_init(&ret->tracked, heap->ctx);
	lh_addrset_init(&ret->permanent, heap->ctx);
	r = interp ? list_collector(heap, interp, &g, &ret->collecting)
		   : list_generations(heap, &g, &ret->collecting);
	if (r == 0)
		r = walk_rings(heap, &g, ret);
	free(g.all);
	if (r < 0)
		lh_rings_fini(ret);
	return r;
}

void lh_rings_fini(struct lh_rings *rings)
{
	lh_addrset_fini(&rings->tracked);
	lh_addrset_fini(&rings->permanent);
}

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_rings *rings = ret;
	int r = lh_rings_read(heap, NULL, rings);

	if (r < 0)
		return r;
	lh_addrset_finish(&rings->tracked);
	lh_addrset_finish(&rings->permanent);
	return 0;
}

static void fini(void *kept)
{
	lh_rings_fini(kept);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_rings *rings = kept;

	return lh_addrset_bytes(&rings->tracked) + lh_addrset_bytes(&rings->permanent);
}

int lh_rings_get(struct lh_heap *heap, const struct lh_rings **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_rings), make, fini, bytes};

	return lh_heap_keep(heap, &keeper, ret);
}
