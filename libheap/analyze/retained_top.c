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

/* All but where it is in the tree. */
static bool is_wanted(const struct lh_retained *t, const struct lh_retained_query *query, uint32_t place)
{
	if (query->type && t->graph.types[t->tree.node[place]] != query->type->index)
		return false;
	return (!query->after || is_less(t, place, query->after)) &&
	       (!query->points || is_point(t, query->largest, place));
}

/* ---- groups of those that the limit leaves out ---- */

static struct lh_retained_group *group_of(const struct lh_retained *t, const struct lh_retained_query *query,
					  uint32_t node)
{
	size_t types = t->graph.heap->types.count;
	uint32_t type = t->graph.types[node];
	struct lh_retained_group *group = &query->rest[type < types ? type : types];

	group->type = type;
	return group;
}

static void add_to_rest(const struct lh_retained *t, const struct lh_retained_query *query, uint32_t place)
{
	uint32_t node = t->tree.node[place];
	struct lh_retained_group *group = group_of(t, query, node);

	group->count++;
	group->bytes += lh_graph_bytes(&t->graph, node);
	group->retained += t->bytes[place];
	group->objects += t->objects[place];
}

static void take_from_rest(const struct lh_retained *t, const struct lh_retained_query *query, uint32_t place)
{
	uint32_t node = t->tree.node[place];
	struct lh_retained_group *group = group_of(t, query, node);

	group->count--;
	group->bytes -= lh_graph_bytes(&t->graph, node);
	group->retained -= t->bytes[place];
	group->objects -= t->objects[place];
}

/* ---- candidates ---- */

#define CANDIDATES 256

/** struct candidates - some places, so that what is known of them can be asked of memory before it is looked at */
struct candidates {
	struct top *top;
	const struct lh_retained_query *query;
	uint32_t places[CANDIDATES];
	size_t count;
};

static void prefetch(const struct lh_retained *t, const struct lh_retained_query *query, uint32_t place)
{
	uint32_t node = t->tree.node[place];

	__builtin_prefetch(&t->bytes[place]);
	if (query->rest || query->type)
		__builtin_prefetch(&t->graph.types[node]);
	if (query->rest) {
		__builtin_prefetch(&t->objects[place]);
		__builtin_prefetch(&t->graph.bytes[node]);
	}
}

static int consider(struct candidates *c)
{
	const struct lh_retained *t = c->top->from;
	int r = 0;

	for (size_t i = 0; i < c->count; i++)
		__builtin_prefetch(&t->tree.node[c->places[i]]);
	for (size_t i = 0; i < c->count; i++)
		prefetch(t, c->query, c->places[i]);
	for (size_t i = 0; r == 0 && i < c->count; i++) {
		if (!is_wanted(t, c->query, c->places[i]))
			continue;
		if (c->query->rest)
			add_to_rest(t, c->query, c->places[i]);
		r = offer(c->top, c->places[i]);
	}
	c->count = 0;
	return r;
}

static inline int add(struct candidates *c, uint32_t place)
{
	c->places[c->count++] = place;
	return c->count < CANDIDATES ? 0 : consider(c);
}

/* Types are in the order of objects, so that those of one type are found without asking for each place's. */
static int consider_type(struct candidates *c)
{
	const struct lh_retained *t = c->top->from;
	uint32_t type = c->query->type->index;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < t->graph.count; i++)
		if (t->graph.types[i] == type && t->tree.place[i])
			r = add(c, t->tree.place[i]);
	return r;
}

static int consider_below(struct candidates *c, uint32_t under)
{
	const struct lh_dominators *tree = &c->top->from->tree;
	int r = 0;

	for (uint32_t p = under + 1; r == 0 && p < tree->count; p++)
		if (tree->dominator[p] == under)
			r = add(c, p);
	return r;
}

static int consider_all(struct top *top, const struct lh_retained_query *query, uint32_t under)
{
	struct candidates c = {.top = top, .query = query};
	int r = 0;

	if (under || query->outermost)
		r = consider_below(&c, under);
	else if (query->type)
		r = consider_type(&c);
	else
		for (uint32_t p = 1; r == 0 && p < top->from->tree.count; p++)
			r = add(&c, p);
	return r == 0 ? consider(&c) : r;
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
	r = consider_all(&top, query, under);
	if (r < 0) {
		free(top.places);
		return r;
	}
	sort(&top);
	for (size_t i = 0; query->rest && i < top.count; i++)
		take_from_rest(retained, query, top.places[i]);
	*ret = top.places;
	*ret_count = top.count;
	return 0;
}
