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
	struct lh_retained_group *rest; /* those with objects, the largest first; NULL: not asked for */
	size_t rest_count, rest_at;
};

static int compare_groups(const void *a, const void *b)
{
	const struct lh_retained_group *l = a, *r = b;

	if (l->retained != r->retained)
		return l->retained < r->retained ? 1 : -1;
	return l->type < r->type ? -1 : l->type > r->type;
}

/* Groups of types that the limit leaves no objects of are left out. */
static void sort_rest(struct lh_dominated_iter *iter, size_t groups)
{
	for (size_t i = 0; i < groups; i++)
		if (iter->rest[i].count)
			iter->rest[iter->rest_count++] = iter->rest[i];
	qsort(iter->rest, iter->rest_count, sizeof(*iter->rest), compare_groups);
}

LH_DEFINE_CLEANUP(struct lh_dominated_iter, lh_dominated_iter_free);

static int iter_new(struct lh_heap *heap, const struct lh_retained *from, struct lh_retained_query *query,
		    struct lh_dominated_iter **ret)
{
	_cleanup_(lh_dominated_iter_freep) struct lh_dominated_iter *iter =
		lh_new0(struct lh_dominated_iter, 1);
	size_t groups = heap->types.count + 1;
	int r;

	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	heap->iterators++;
	iter->from = from;
	if (query->limit)
		query->rest = iter->rest = lh_new0(struct lh_retained_group, groups);
	if (query->limit && !iter->rest)
		return lh_nomem(heap->ctx);
	r = lh_retained_top(from, query, &iter->places, &iter->count);
	if (r < 0)
		return r;
	if (iter->rest)
		sort_rest(iter, groups);
	*ret = lh_take(iter);
	return 0;
}

int lh_dominated_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_dominated_iter **ret)
{
	const struct lh_retained *found;
	uint32_t place;
	int r = find_place(heap, addr, &found, &place);

	return r == 0 ? iter_new(heap, found, &(struct lh_retained_query){.under = addr}, ret) : r;
}

int lh_dominated_query_new(struct lh_heap *heap, const struct lh_dominated_query *query,
			   struct lh_dominated_iter **ret)
{
	struct lh_dominated_query q = {0};
	const struct lh_retained *found;
	uint32_t place, after = 0;
	int r = lh_info_take(heap->ctx, "lh_dominated_query", query, &q, sizeof(q));

	if (r == 0)
		r = lh_retained_get(heap, &found);
	if (r == 0 && q.after)
		r = find_place(heap, q.after, &found, &after);
	if (r == 0 && q.under)
		r = find_place(heap, q.under, &found, &place);
	return r == 0 ? iter_new(heap, found,
				 &(struct lh_retained_query){.under = q.under,
							     .outermost = !q.under && !q.all,
							     .type = q.type,
							     .after = after,
							     .limit = q.limit},
				 ret)
		      : r;
}

int lh_dominated_iter_next(struct lh_dominated_iter *iter, uint64_t *ret)
{
	if (iter->at >= iter->count)
		return LH_DONE;
	*ret = lh_retained_addr(iter->from, iter->places[iter->at++]);
	return 0;
}

int lh_dominated_iter_rest(struct lh_dominated_iter *iter, struct lh_dominated_group_info *ret)
{
	const struct lh_retained_group *group;

	if (iter->rest_at >= iter->rest_count)
		return LH_DONE;
	group = &iter->rest[iter->rest_at++];
	lh_info_give(ret,
		     &(struct lh_dominated_group_info){.type = group->type == LH_GRAPH_NO_TYPE
								       ? NULL
								       : iter->heap->types.items[group->type],
						       .count = group->count,
						       .bytes = group->bytes,
						       .retained = group->retained,
						       .objects = group->objects},
		     sizeof(*ret));
	return 0;
}

struct lh_dominated_iter *lh_dominated_iter_free(struct lh_dominated_iter *iter)
{
	if (!iter)
		return NULL;
	iter->heap->iterators--;
	free(iter->places);
	free(iter->rest);
	free(iter);
	return NULL;
}
