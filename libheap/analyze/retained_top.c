/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects that retain the most: each of them is looked at once, in parts, on all processors.
 *
 * Most of the time is spent on waiting for memory: objects that are near in the tree are not so in the heap, and the
 * other way round.
 * So each part is looked at in the order of what it goes through, and what is elsewhere is prefetched.
 */
#include "analyze/retained.h"
#include "util/array.h"
#include "util/parallel.h"

#include <stdlib.h>

struct top {
	struct lh_ctx *ctx;
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
	r = lh_append(top->ctx, top->places, top->count, top->capacity, place);
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
static bool is_wanted(const struct lh_retained *t, const struct lh_retained_query *query, uint32_t place,
		      uint32_t node)
{
	if (query->type && t->graph.types[node] != query->type->index)
		return false;
	return (!query->after || is_less(t, place, query->after)) &&
	       (!query->points || is_point(t, query->largest, place));
}

/* ---- groups of those that the limit leaves out ---- */

static struct lh_retained_group *group_of(const struct lh_retained *t, struct lh_retained_group *rest,
					  uint32_t node)
{
	size_t types = t->graph.heap->types.count;
	uint32_t type = t->graph.types[node];
	struct lh_retained_group *group = &rest[type < types ? type : types];

	group->type = type;
	return group;
}

static void add_to_rest(const struct lh_retained *t, struct lh_retained_group *rest, uint32_t place,
			uint32_t node)
{
	struct lh_retained_group *group = group_of(t, rest, node);

	group->count++;
	group->bytes += lh_graph_bytes(&t->graph, node);
	group->retained += t->bytes[place];
	group->objects += t->objects[place];
}

static void take_from_rest(const struct lh_retained *t, const struct lh_retained_query *query, uint32_t place)
{
	uint32_t node = t->tree.node[place];
	struct lh_retained_group *group = group_of(t, query->rest, node);

	group->count--;
	group->bytes -= lh_graph_bytes(&t->graph, node);
	group->retained -= t->bytes[place];
	group->objects -= t->objects[place];
}

static void add_rests(struct lh_retained_group *sum, const struct lh_retained_group *rest, size_t groups)
{
	for (size_t i = 0; i < groups; i++) {
		if (!rest[i].count)
			continue;
		sum[i].type = rest[i].type;
		sum[i].count += rest[i].count;
		sum[i].bytes += rest[i].bytes;
		sum[i].retained += rest[i].retained;
		sum[i].objects += rest[i].objects;
	}
}

/* ---- candidates ---- */

#define CANDIDATES 256
#define PART (1u << 18) /* places, or objects */

/**
 * struct candidates - what one worker looks at: some places at a time, so that what is known of them can be asked of
 * memory before it is looked at
 */
struct LH_APART candidates {
	struct top top;
	struct lh_retained_group *rest; /* all that it looked at; NULL: they are not wanted */
	const struct lh_retained_query *query;
	uint32_t under;
	uint32_t places[CANDIDATES], nodes[CANDIDATES];
	size_t count;
};

static void prefetch(const struct candidates *c, uint32_t place, uint32_t node)
{
	const struct lh_retained *t = c->top.from;

	__builtin_prefetch(&t->bytes[place]);
	if (c->rest || c->query->type)
		__builtin_prefetch(&t->graph.types[node]);
	if (c->rest) {
		__builtin_prefetch(&t->objects[place]);
		__builtin_prefetch(&t->graph.bytes[node]);
	}
}

static int consider(struct candidates *c)
{
	const struct lh_retained *t = c->top.from;
	int r = 0;

	for (size_t i = 0; i < c->count; i++)
		prefetch(c, c->places[i], c->nodes[i]);
	for (size_t i = 0; r == 0 && i < c->count; i++) {
		if (!is_wanted(t, c->query, c->places[i], c->nodes[i]))
			continue;
		if (c->rest)
			add_to_rest(t, c->rest, c->places[i], c->nodes[i]);
		r = offer(&c->top, c->places[i]);
	}
	c->count = 0;
	return r;
}

static inline int add(struct candidates *c, uint32_t place, uint32_t node)
{
	c->places[c->count] = place;
	c->nodes[c->count++] = node;
	return c->count < CANDIDATES ? 0 : consider(c);
}

/* Types are in the order of objects, so that those of one type are found without asking for each place's. */
static int consider_type(struct candidates *c, uint32_t first, uint32_t end)
{
	const struct lh_retained *t = c->top.from;
	uint32_t type = c->query->type->index;
	int r = 0;

	for (uint32_t i = first; r == 0 && i < end; i++)
		if (t->graph.types[i] == type && t->tree.place[i])
			r = add(c, t->tree.place[i], i);
	return r;
}

static int consider_below(struct candidates *c, uint32_t first, uint32_t end)
{
	const struct lh_dominators *tree = &c->top.from->tree;
	int r = 0;

	for (uint32_t p = first; r == 0 && p < end; p++)
		if (tree->dominator[p] == c->under)
			r = add(c, p, tree->node[p]);
	return r;
}

static int consider_all(struct candidates *c, uint32_t first, uint32_t end)
{
	int r = 0;

	for (uint32_t p = first; r == 0 && p < end; p++)
		r = add(c, p, c->top.from->tree.node[p]);
	return r;
}

/** struct search - @first, @end: places that are looked at; of a type alone, objects */
struct search {
	struct candidates *workers;
	uint32_t first, end;
	int (*consider)(struct candidates *c, uint32_t first, uint32_t end);
};

static int search_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	const struct search *s = arg;
	struct candidates *c = &s->workers[worker];
	uint32_t first = s->first + (uint32_t)i * PART;
	int r;

	c->top.ctx = ctx;
	r = s->consider(c, first, s->end - first < PART ? s->end : first + PART);
	return r == 0 ? consider(c) : r;
}

static struct search search_of(const struct lh_retained *t, const struct lh_retained_query *query,
			       uint32_t under)
{
	if (under || query->outermost)
		return (struct search){.first = under + 1, .end = t->tree.count, .consider = consider_below};
	if (query->type)
		return (struct search){.end = t->graph.count, .consider = consider_type};
	return (struct search){.first = 1, .end = t->tree.count, .consider = consider_all};
}

static int search(struct search *s, struct lh_ctx *ctx, unsigned workers)
{
	const struct lh_parallel work = {.ctx = ctx,
					 .phase = "comparing objects",
					 .count = s->end > s->first ? (s->end - s->first - 1) / PART + 1 : 0,
					 .run = search_part,
					 .arg = s};

	return lh_parallel_run(&work, workers);
}

/* ---- workers ---- */

static int begin(struct candidates *workers, unsigned count, const struct lh_retained *t,
		 const struct lh_retained_query *query, uint32_t under)
{
	for (unsigned i = 0; i < count; i++) {
		workers[i] = (struct candidates){
			.top = {.from = t, .limit = query->limit}, .query = query, .under = under};
		if (!query->rest)
			continue;
		workers[i].rest =
			i ? lh_new0(struct lh_retained_group, t->graph.heap->types.count + 1) : query->rest;
		if (!workers[i].rest)
			return lh_nomem(t->graph.heap->ctx);
	}
	return 0;
}

/* The largest are the same, whoever met them: no two are equal in the order. */
static int join(struct candidates *workers, unsigned count)
{
	struct candidates *all = &workers[0];
	int r = 0;

	all->top.ctx = all->top.from->graph.heap->ctx;
	for (unsigned i = 1; i < count; i++) {
		for (size_t k = 0; r == 0 && k < workers[i].top.count; k++)
			r = offer(&all->top, workers[i].top.places[k]);
		if (all->rest)
			add_rests(all->rest, workers[i].rest, all->top.from->graph.heap->types.count + 1);
	}
	return r;
}

static void end(struct candidates *workers, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		free(workers[i].top.places);
		if (i)
			free(workers[i].rest);
	}
	free(workers);
}

static void finish(struct candidates *all, uint32_t **ret, size_t *ret_count)
{
	struct top *top = &all->top;

	sort(top);
	for (size_t i = 0; all->rest && i < top->count; i++)
		take_from_rest(top->from, all->query, top->places[i]);
	*ret = top->places;
	*ret_count = top->count;
	top->places = NULL;
}

int lh_retained_top(const struct lh_retained *retained, const struct lh_retained_query *query, uint32_t **ret,
		    size_t *ret_count)
{
	struct lh_ctx *ctx = retained->graph.heap->ctx;
	uint32_t under = query->under ? lh_retained_place(retained, query->under) : 0;
	unsigned count = query->limit ? lh_workers(ctx) : 1; /* all of them are sorted by one in any case */
	struct search s = search_of(retained, query, under);
	int r;

	if (query->under && !under)
		return lh_fail_at(ctx, LH_EFAULT, query->under,
				  "no root leads to 0x%" PRIx64
				  ": it is garbage, or no object; object 0x%" PRIx64 " tells what is there",
				  query->under, query->under);
	s.workers = lh_new0_apart(struct candidates, count);
	if (!s.workers)
		return lh_nomem(ctx);
	r = begin(s.workers, count, retained, query, under);
	if (r == 0)
		r = search(&s, ctx, count);
	if (r == 0)
		r = join(s.workers, count);
	if (r == 0)
		finish(&s.workers[0], ret, ret_count);
	end(s.workers, count);
	return r;
}
