/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on what containers contain. */
#include "cpython/items.h"
#include "util/array.h"
#include "util/info.h"

struct lh_item_iter {
	struct lh_items items;
};

LH_DEFINE_CLEANUP(struct lh_item_iter, lh_item_iter_free);

int lh_item_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_item_iter **ret)
{
	_cleanup_(lh_item_iter_freep) struct lh_item_iter *iter = lh_new0(struct lh_item_iter, 1);
	struct lh_object o;
	int r;

	if (!iter)
		return lh_nomem(heap->ctx);
	r = lh_object_at(heap, &heap->view, addr, &o);
	if (r == 0)
		r = lh_items_start(heap, &o, &iter->items);
	if (r != 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_item_iter_next(struct lh_item_iter *iter, struct lh_item_info *ret)
{
	struct lh_item_info info = {.index = iter->items.given};
	int r = lh_items_next(&iter->items, &info.key, &info.value);

	if (r == 0)
		lh_info_give(ret, &info, sizeof(info));
	return r;
}

int lh_item_iter_next_many(struct lh_item_iter *iter, struct lh_item_info *items, size_t count,
			   size_t *ret_count)
{
	size_t size = count ? items[0].size : 0, n = 0;
	int r = LH_DONE;

	while (n < count) {
		struct lh_item_info *item = (struct lh_item_info *)((char *)items + n * size);

		item->size = size;
		r = lh_item_iter_next(iter, item);
		if (r != 0)
			break;
		n++;
	}
	if (r < 0)
		return r;
	*ret_count = n;
	return n ? 0 : LH_DONE;
}

struct lh_item_iter *lh_item_iter_free(struct lh_item_iter *iter)
{
	if (iter)
		lh_items_fini(&iter->items);
	free(iter);
	return NULL;
}

int lh_object_length(struct lh_heap *heap, uint64_t addr, uint64_t *ret)
{
	struct lh_object o;
	uint64_t length;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0)
		r = lh_items_length(heap, &o, &length);
	if (r == 0)
		*ret = length;
	return r;
}
