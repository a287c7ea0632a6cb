/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that retain the most. */
#include "analyze/retained.h"
#include "util/array.h"

#include <stdlib.h>

struct top {
	const struct lh_retained *from;
	uint32_t *places; /* a heap with the least of them first */
	size_t count, capacity, limit;
};

static bool is_less(const struct lh_retained *t, uint32_t a, uint32_t b)
{
	return t->bytes[a] != t->bytes[b] ? t->bytes[a] < t->bytes[b] : a > b;
}

static void sift_down(struct top *top, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < top->count; at = child) {
		uint32_t moved = top->places[at];

		if (child + 1 < top->count && is_less(top->from, top->places[child + 1], top->places[child]))
			child++;
		if (!is_less(top->from, top->places[child], moved))
			return;
		top->places[at] = top->places[child];
		top->places[child] = moved;
	}
}

static void sift_up(struct top *top, size_t at)
{
	for (size_t above; at && (above = (at - 1) / 2, true); at = above) {
		uint32_t moved = top->places[at];

		if (!is_less(top->from, moved, top->places[above]))
			return;
		top->places[at] = top->places[above];
		top->places[above] = moved;
	}
}

static int offer(struct top *top, uint32_t place)
{
	int r;

	if (top->limit && top->count == top->limit) {
		if (is_less(top->from, place, top->places[0]))
			return 0;
		top->places[0] = place;
		sift_down(top, 0);
		return 0;
	}
	r = lh_append(top->from->graph.heap->ctx, top->places, top->count, top->capacity, place);
	if (r == 0)
		sift_up(top, top->count - 1);
	return r;
}

/* The least is last: the first of the heap is removed until it is empty. */
static void sort(struct top *top)
{
	size_t count = top->count;

	while (top->count > 1) {
		uint32_t least = top->places[0];

		top->places[0] = top->places[--top->count];
		top->places[top->count] = least;
		sift_down(top, 0);
	}
	top->count = count;
}

int lh_retained_largest(const struct lh_retained *t, uint32_t **ret)
{
	uint32_t *largest = lh_new0(uint32_t, t->tree.count);

	if (!largest)
		return lh_nomem(t->graph.heap->ctx);
	for (uint32_t p = t->tree.count - 1; p > 0; p--) {
		uint32_t above = t->tree.dominator[p];

		if (!largest[above] || t->bytes[p] >= t->bytes[largest[above]])
			largest[above] = p;
	}
	*ret = largest;
	return 0;
}

/* A dominator retains most of its bytes through one object below it, or they come together here. */
static bool is_point(const struct lh_retained *t, const uint32_t *largest, uint32_t place)
{
	return largest[place] && 2 * t->bytes[largest[place]] < t->bytes[place];
}

int lh_retained_top(const struct lh_retained *retained, const struct lh_retained_query *query, uint32_t **ret,
		    size_t *ret_count)
{
	struct top top = {.from = retained, .limit = query->limit};
	uint32_t under = query->under ? lh_retained_place(retained, query->under) : 0;
	int r = 0;

	if (query->under && !under)
		return lh_fail_at(retained->graph.heap->ctx, LH_EFAULT, query->under,
				  "no root leads to 0x%" PRIx64
				  ": it is garbage, or no object; object 0x%" PRIx64 " tells what is there",
				  query->under, query->under);
	for (uint32_t p = 1; r == 0 && p < retained->tree.count; p++)
		if ((!query->under || retained->tree.dominator[p] == under) &&
		    (!query->points || is_point(retained, query->largest, p)))
			r = offer(&top, p);
	if (r < 0) {
		free(top.places);
		return r;
	}
	sort(&top);
	*ret = top.places;
	*ret_count = top.count;
	return 0;
}
