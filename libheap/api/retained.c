/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on what would be freed with an object. */
#include "analyze/retained.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

/* The object's place in the dominator tree. Return: 0; LH_ABSENT: no root leads to it; -LH_E*. */
static int find_place(struct lh_heap *heap, uint64_t addr, const struct lh_retained **ret,
		      uint32_t *ret_place)
{
	const struct lh_retained *found = NULL;
	int r = lh_retained_get(heap, &found);

	if (r < 0)
		return r;
	*ret = found;
	*ret_place = lh_retained_place(found, addr);
	return *ret_place ? 0 : LH_ABSENT;
}

int lh_retained_info(struct lh_heap *heap, uint64_t addr, struct lh_retained_info *ret)
{
	const struct lh_retained *found;
	uint32_t place, above;
	int r = find_place(heap, addr, &found, &place);

	if (r != 0)
		return r;
	above = found->tree.dominator[place];
	lh_info_give(ret,
		     &(struct lh_retained_info){.bytes = found->bytes[place],
						.objects = found->objects[place],
						.dominator = above ? lh_retained_addr(found, above) : 0},
		     sizeof(*ret));
	return 0;
}

struct lh_dominated_iter {
	struct lh_heap *heap;
	const struct lh_retained *from;
	uint32_t *places;
	size_t count, at;
};

int lh_dominated_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_dominated_iter **ret)
{
	struct lh_dominated_iter *iter;
	const struct lh_retained *found;
	uint32_t place;
	int r = find_place(heap, addr, &found, &place);

	if (r != 0)
		return r;
	iter = lh_new0(struct lh_dominated_iter, 1);
	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	iter->from = found;
	r = lh_retained_top(found, &(struct lh_retained_query){.under = addr}, &iter->places, &iter->count);
	if (r < 0) {
		free(iter);
		return r;
	}
	heap->iterators++;
	*ret = iter;
	return 0;
}

int lh_dominated_iter_next(struct lh_dominated_iter *iter, uint64_t *ret)
{
	if (iter->at >= iter->count)
		return LH_DONE;
	*ret = lh_retained_addr(iter->from, iter->places[iter->at++]);
	return 0;
}

struct lh_dominated_iter *lh_dominated_iter_free(struct lh_dominated_iter *iter)
{
	if (!iter)
		return NULL;
	iter->heap->iterators--;
	free(iter->places);
	free(iter);
	return NULL;
}
