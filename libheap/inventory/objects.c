/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/objects.h"
#include "inventory/objects_parts.h"
#include "util/array.h"

/* ---- rings ---- */

/* Tracked objects outside of pools are known from the rings alone. */
static int add_outside(struct lh_objects_state *w, const struct lh_addrset *set)
{
	struct lh_addrset_iter iter = {.set = set};
	uint64_t addr;

	while (lh_addrset_next(&iter, &addr) == 0) {
		int r = lh_pymalloc_has(&w->heap->pymalloc, addr) ? 0 : lh_outside_add(w->outside, addr);

		if (r < 0)
			return r;
	}
	return 0;
}

static int walk_rings(struct lh_objects_state *w)
{
	int r = lh_rings_get(w->heap, &w->rings);

	if (r < 0)
		return r;
	w->findings->ring_objects = w->rings->tracked.count;
	w->findings->ring_broken = w->rings->broken;
	w->findings->collecting = w->rings->collecting;
	/* Torn rings do not have all tracked objects: then trust the head in a pool block. */
	w->rings_whole = !w->rings->broken && !w->rings->collecting;
	return add_outside(w, &w->rings->tracked);
}

/* ---- outside ---- */

/* What running calls hold: a large local may have no other holder, and up to 3.10 neither does a running
 * frame. */
static void look_at_threads(struct lh_objects_state *w)
{
	for (size_t i = 0; i < w->heap->interp_count; i++)
		lh_visit_threads(&w->outside->visitor, &w->heap->interps[i], NULL, NULL);
}

static int walk_outside(struct lh_objects_state *w)
{
	struct lh_addrset_iter iter = {.set = &w->outside->set};
	uint64_t addr;

	lh_addrset_finish(&w->outside->set);
	while (lh_addrset_next(&iter, &addr) == 0) {
		struct lh_object o;
		int r = lh_object_at(w->heap, &w->view, addr, &o);

		if (r < 0)
			return r;
		if (r != 0)
			continue;
		w->items[w->count++] =
			(struct lh_item){.object = o, .tracked = lh_addrset_has(&w->rings->tracked, addr)};
		if (w->count == LH_ITEMS_MAX && (r = lh_objects_flush(w)) < 0)
			return r;
	}
	return 0;
}

/* Words in blocks that are not objects were rejected: such a block may belong to a list, and a list's items
 * are objects. */
static int vouch(struct lh_objects_state *w)
{
	w->vouching = true;
	return w->storage_doubted ? lh_objects_walk_arenas(w) : 0;
}

static void walk_init(struct lh_objects_state *w)
{
	const struct lh_layout *l = &w->heap->layout;

	w->view = w->counts = lh_view_of(w->heap->target);
	w->refcnt_kind = lh_refcnt_kind_of(l);
	w->refcnt_at = lh_layout_at(l, LH_F_OBJECT_REFCNT);
	w->type_at = lh_layout_at(l, LH_F_OBJECT_TYPE);
	w->header = lh_layout_at(l, LH_F_OBJECT_SIZE);
	w->gc_head = lh_layout_at(l, LH_F_GC_HEAD_SIZE);
	w->mark = lh_gc_mark_of(l);
	w->before = w->heap->debug_padding.before;
}

/* The type of an object is an object too, even if only its instances refer to it. */
static int add_types(struct lh_objects_state *w)
{
	const struct lh_types *types = &w->heap->types;
	int r = 0;

	for (size_t done = 0; r == 0 && done < types->count;) {
		for (; done < types->count; done++)
			lh_outside_word(w->outside, types->items[done]->addr);
		r = lh_outside_close(w->outside);
	}
	return r;
}

static int walk_all(struct lh_objects_state *w)
{
	int r = w->filter->tracked_only ? 0 : lh_outside_learn_blocks(w->outside);

	if (r == 0)
		r = walk_rings(w);
	if (r == 0)
		r = lh_objects_walk_arenas(w);
	if (r == 0)
		r = lh_objects_flush(w);
	if (r == 0 && !w->filter->tracked_only)
		r = vouch(w);
	if (r == 0 && !w->filter->tracked_only) {
		look_at_threads(w);
		r = lh_outside_close(w->outside);
	}
	if (r == 0 && !w->filter->tracked_only)
		r = add_types(w);
	if (r == 0 && !w->filter->tracked_only) {
		lh_outside_settle(w->outside);
		r = lh_outside_close(w->outside);
	}
	if (r == 0)
		r = walk_outside(w);
	return r == 0 ? lh_objects_flush(w) : r;
}

int lh_objects_find(struct lh_heap *heap, const struct lh_walk_filter *filter, bool all, lh_items_fn fn,
		    void *arg, struct lh_findings *findings)
{
	_cleanup_free_ struct lh_objects_state *w = lh_new0_apart(struct lh_objects_state, 1);
	_cleanup_free_ struct lh_outside *outside = lh_new0(struct lh_outside, 1);
	int r;

	memset(findings, 0, sizeof(*findings));
	if (!w || !outside)
		return lh_nomem(heap->ctx);
	r = lh_outside_init(heap, outside);
	if (r < 0)
		return r;
	w->heap = heap;
	w->filter = filter;
	w->all = all;
	w->fn = fn;
	w->arg = arg;
	w->findings = findings;
	w->outside = outside;
	walk_init(w);
	r = walk_all(w);
	lh_outside_fini(outside);
	return r;
}
