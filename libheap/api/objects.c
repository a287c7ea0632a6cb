/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on objects: one, or all of them in turn. */
#include "cpython/gc.h"
#include "cpython/size.h"
#include "inventory/inventory.h"
#include "inventory/rings.h"
#include "util/array.h"
#include "util/info.h"

static void describe(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o, bool tracked,
		     struct lh_object_info *ret)
{
	const struct lh_object_info info = {
		.addr = o->addr,
		.type = o->type,
		.bytes = lh_object_bytes(heap, view, o),
		.refcount = o->refcnt,
		.flags = (tracked ? LH_OBJECT_TRACKED : 0) | (o->immortal ? LH_OBJECT_IMMORTAL : 0),
	};

	lh_info_give(ret, &info, sizeof(info));
}

/* What the object's own gc head says. */
static bool says_tracked(struct lh_heap *heap, const struct lh_object *o)
{
	const struct lh_gc_mark mark = lh_gc_mark_of(&heap->layout);

	return o->type->presize && lh_view_at(&heap->view, o->addr - mark.head_size, mark.head_size) &&
	       lh_gc_is_marked(&mark, o->bytes);
}

int lh_object_info(struct lh_heap *heap, uint64_t addr, struct lh_object_info *ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0)
		describe(heap, &heap->view, &o, says_tracked(heap, &o), ret);
	return r;
}

int lh_heap_read(struct lh_heap *heap)
{
	const struct lh_inventory *inventory;

	return lh_inventory_get(heap, &inventory);
}

struct lh_object_iter {
	struct lh_heap *heap;
	const struct lh_inventory *inventory;
	struct lh_object_query query;
	struct lh_rings rings; /* of the query's interpreter */
	struct lh_view view;
	struct lh_addrset_iter at;
	uint32_t number; /* of the next address */
};

struct lh_object_iter *lh_object_iter_free(struct lh_object_iter *iter)
{
	if (!iter)
		return NULL;
	iter->heap->iterators--;
	lh_rings_fini(&iter->rings);
	free(iter);
	return NULL;
}

LH_DEFINE_CLEANUP(struct lh_object_iter, lh_object_iter_free);

/* What the collector of the interpreter at @addr tracks: all of it, or an error. */
static int read_rings_of(struct lh_heap *heap, uint64_t addr, struct lh_rings *ret)
{
	const struct lh_interp *interp = heap->interps, *end = interp + heap->interp_count;
	int r;

	while (interp < end && interp->addr != addr)
		interp++;
	if (interp == end)
		return lh_fail_at(heap->ctx, LH_EUSAGE, addr, "there is no interpreter at 0x%" PRIx64, addr);
	r = lh_rings_read(heap, interp, ret);
	if (r == 0 && ret->broken)
		r = lh_fail_at(heap->ctx, LH_ECORRUPT, ret->broken,
			       "interpreter %" PRId64 ": a gc list is torn", interp->id);
	if (r == 0 && ret->collecting)
		r = lh_fail_at(heap->ctx, LH_ECORRUPT, interp->gc,
			       "interpreter %" PRId64 ": a collection was running, so its lists lack objects",
			       interp->id);
	return r;
}

int lh_object_iter_new(struct lh_heap *heap, const struct lh_object_query *query, struct lh_object_iter **ret)
{
	_cleanup_(lh_object_iter_freep) struct lh_object_iter *iter = lh_new0(struct lh_object_iter, 1);
	int r;

	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	heap->iterators++;
	iter->view = lh_view_of(heap->target);
	r = lh_info_take(heap->ctx, "lh_object_query", query, &iter->query, sizeof(iter->query));
	if (r == 0)
		r = lh_inventory_get(heap, &iter->inventory);
	if (r == 0 && iter->query.interpreter)
		r = read_rings_of(heap, iter->query.interpreter, &iter->rings);
	if (r < 0)
		return r;
	iter->at.set = &iter->inventory->set;
	*ret = lh_take(iter);
	return 0;
}

static bool is_wanted(const struct lh_object_iter *iter, uint64_t addr, uint32_t number)
{
	const struct lh_object_query *q = &iter->query;

	return (!q->type || iter->inventory->types[number] == q->type->index) &&
	       (!q->tracked_only || lh_inventory_is_tracked(iter->inventory, number)) &&
	       (!q->interpreter || lh_addrset_has(&iter->rings.tracked, addr));
}

int lh_object_iter_next(struct lh_object_iter *iter, struct lh_object_info *ret)
{
	struct lh_object o;
	uint64_t addr;

	while (lh_addrset_next(&iter->at, &addr) == 0) {
		uint32_t number = iter->number++;

		if (!is_wanted(iter, addr, number) ||
		    lh_object_known(iter->heap, &iter->view, addr,
				    iter->heap->types.items[iter->inventory->types[number]], &o) != 0)
			continue;
		describe(iter->heap, &iter->view, &o, lh_inventory_is_tracked(iter->inventory, number), ret);
		return 0;
	}
	return LH_DONE;
}

int lh_object_iter_next_many(struct lh_object_iter *iter, struct lh_object_info *items, size_t count,
			     size_t *ret_count)
{
	size_t size = count ? items[0].size : 0, n = 0;

	while (n < count) {
		struct lh_object_info *item = (struct lh_object_info *)((char *)items + n * size);

		item->size = size;
		if (lh_object_iter_next(iter, item) != 0)
			break;
		n++;
	}
	*ret_count = n;
	return n ? 0 : LH_DONE;
}
