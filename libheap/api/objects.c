/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on objects: one, or all of them in turn. */
#include "api/objects.h"
#include "api/selection.h"
#include "cpython/gc.h"
#include "cpython/size.h"
#include "inventory/inventory.h"
#include "util/array.h"
#include "util/info.h"

void lh_object_describe(struct lh_heap *heap, const struct lh_item *item, uint64_t bytes,
			struct lh_object_info *ret)
{
	const struct lh_object *o = &item->object;
	bool immortal;
	int64_t refcount = lh_object_refcnt(o->bytes + lh_layout_at(&heap->layout, LH_F_OBJECT_REFCNT),
					    lh_refcnt_kind_of(&heap->layout), &immortal);
	const struct lh_object_info info = {
		.addr = o->addr,
		.type = o->type,
		.bytes = bytes,
		.refcount = refcount,
		.flags = (item->tracked ? LH_OBJECT_TRACKED : 0) | (immortal ? LH_OBJECT_IMMORTAL : 0),
	};

	lh_info_give(ret, &info, sizeof(info));
}

/* What the object's own gc head says. */
static bool says_tracked(struct lh_heap *heap, const struct lh_object *o)
{
	const struct lh_gc_mark mark = lh_gc_mark_of(&heap->layout);
	const uint8_t *head =
		mark.head_size ? lh_view_at(&heap->view, o->addr - mark.head_size, mark.head_size) : o->bytes;

	/* It may be in another segment than the object. */
	return o->type->presize && head && lh_gc_is_marked(&mark, head + mark.head_size);
}

int lh_object_info(struct lh_heap *heap, uint64_t addr, struct lh_object_info *ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0)
		lh_object_describe(heap, &(struct lh_item){o, says_tracked(heap, &o)},
				   lh_object_bytes(heap, &heap->view, &o), ret);
	return r;
}

int lh_object_type(struct lh_heap *heap, uint64_t addr, struct lh_type **ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0)
		*ret = o.type;
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
	struct lh_selection selection;
	struct lh_view view;
	struct lh_addrset_iter at;
	uint32_t number; /* of the next address */
};

struct lh_object_iter *lh_object_iter_free(struct lh_object_iter *iter)
{
	if (!iter)
		return NULL;
	iter->heap->iterators--;
	lh_selection_fini(&iter->selection);
	free(iter);
	return NULL;
}

LH_DEFINE_CLEANUP(struct lh_object_iter, lh_object_iter_free);

int lh_object_iter_new(struct lh_heap *heap, const struct lh_object_query *query, struct lh_object_iter **ret)
{
	_cleanup_(lh_object_iter_freep) struct lh_object_iter *iter = lh_new0(struct lh_object_iter, 1);
	int r;

	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	heap->iterators++;
	iter->view = lh_view_of(heap->target);
	r = lh_selection_init(heap, query, &iter->selection);
	if (r == 0)
		r = lh_inventory_get(heap, &iter->inventory);
	if (r < 0)
		return r;
	iter->at.set = &iter->inventory->set;
	*ret = lh_take(iter);
	return 0;
}

/* Return: 0; LH_ABSENT: not wanted; -LH_ENOMEM. */
static int look_at(struct lh_object_iter *iter, uint64_t addr, uint32_t number, struct lh_item *ret)
{
	struct lh_type *type = iter->heap->types.items[iter->inventory->types[number]];
	bool wanted = !iter->selection.asked.type || type == iter->selection.asked.type;
	int r = wanted ? lh_object_known(iter->heap, &iter->view, addr, type, &ret->object) : LH_ABSENT;

	ret->tracked = lh_inventory_is_tracked(iter->inventory, number);
	if (r == 0)
		r = lh_selection_has(&iter->selection, ret, &wanted);
	return r == 0 && !wanted ? LH_ABSENT : r;
}

int lh_object_iter_next(struct lh_object_iter *iter, struct lh_object_info *ret)
{
	struct lh_item item;
	uint64_t addr;

	while (lh_addrset_next(&iter->at, &addr) == 0) {
		int r = look_at(iter, addr, iter->number++, &item);

		if (r == 0)
			lh_object_describe(iter->heap, &item,
					   lh_selection_bytes(&iter->selection, &iter->view, &item.object),
					   ret);
		if (r != LH_ABSENT)
			return r;
	}
	return LH_DONE;
}

int lh_object_iter_next_many(struct lh_object_iter *iter, struct lh_object_info *items, size_t count,
			     size_t *ret_count)
{
	size_t size = count ? items[0].size : 0, n = 0;
	int r = 0;

	while (n < count) {
		struct lh_object_info *item = (struct lh_object_info *)((char *)items + n * size);

		item->size = size;
		r = lh_object_iter_next(iter, item);
		if (r != 0)
			break;
		n++;
	}
	if (r < 0)
		return r;
	*ret_count = n;
	return n ? 0 : LH_DONE;
}
