/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One search in depth says of each reference what it is, so that none has to be looked at again: one that
 * leads to a place further down is a bid for the semidominator there at once; one that leads back or across
 * is kept in a list of the place it leads to. Only these are evaluated.
 */
#include "graph/dominators.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/populate.h"

#include <stdlib.h>

#define STEP (1u << 20)
#define AHEAD 8

/* The search writes them all, and is one thread's. */
static int populate(struct lh_ctx *ctx, const struct lh_dominators *t, size_t n)
{
	uint32_t *arrays[] = {t->node, t->place, t->dominator, t->semi, t->last_back};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(arrays) / sizeof(*arrays); i++)
		r = lh_populate(ctx, arrays[i], n * sizeof(*arrays[i]));
	return r;
}

int lh_dominators_init(struct lh_ctx *ctx, const struct lh_csr *graph, struct lh_dominators *t)
{
	size_t n = (size_t)graph->count + 1;
	int r;

	*t = (struct lh_dominators){.ctx = ctx, .graph = *graph, .count = 1};
	t->node = lh_new0(uint32_t, n);
	t->place = lh_new0(uint32_t, n);
	t->dominator = lh_new0(uint32_t, n);
	t->semi = lh_new0(uint32_t, n);
	t->last_back = lh_new0(uint32_t, n);
	if (!t->node || !t->place || !t->dominator || !t->semi || !t->last_back)
		return lh_nomem(ctx);
	r = populate(ctx, t, n);
	if (r < 0)
		return r;
	return lh_append(ctx, t->back, t->back_count, t->back_capacity, (struct lh_back_edge){0});
}

static void free_search(struct lh_dominators *t)
{
	free(lh_take(t->semi));
	free(lh_take(t->last_back));
	free(lh_take(t->back));
	free(lh_take(t->todo));
}

void lh_dominators_fini(struct lh_dominators *t)
{
	free_search(t);
	free(t->node);
	free(t->place);
	free(t->dominator);
}

/* ---- search in depth ---- */

/* The holder in the search stands for the dominator and the semidominator until those are known. */
static void meet(struct lh_dominators *t, uint32_t node, uint32_t holder)
{
	t->place[node] = t->count;
	t->dominator[t->count] = t->semi[t->count] = holder;
	t->node[t->count++] = node;
}

/* A reference to a place that the search met before. */
static int keep_back(struct lh_dominators *t, uint32_t holder, uint32_t to)
{
	struct lh_back_edge edge = {.holder = holder, .before = t->last_back[to]};

	if (holder == to)
		return 0;
	t->last_back[to] = t->back_count;
	return lh_append(t->ctx, t->back, t->back_count, t->back_capacity, edge);
}

/* Last first: the first is on top then. */
static int push_all(struct lh_dominators *t, uint32_t holder)
{
	const struct lh_csr *g = &t->graph;
	uint32_t from = g->offsets[t->node[holder]], to = g->offsets[t->node[holder] + 1];
	int r = lh_grow(t->ctx, &t->todo, &t->todo_capacity, t->todo_count + (to - from), sizeof(*t->todo));

	while (r == 0 && to-- > from) {
		uint32_t node = g->edges[to], place = t->place[node];

		if (place) {
			r = keep_back(t, holder, place);
			continue;
		}
		__builtin_prefetch(&g->offsets[node]);
		t->todo[t->todo_count++] = (struct lh_todo){node, holder};
	}
	return r;
}

/* A root is held by place 0. What was met since it was put there is referred to from further up. */
int lh_dominators_root(struct lh_dominators *t, uint32_t node, bool follow)
{
	struct lh_todo root = {node, 0};
	int r = lh_append(t->ctx, t->todo, t->todo_count, t->todo_capacity, root);

	while (r == 0 && t->todo_count) {
		struct lh_todo next = t->todo[t->todo_count - 1];
		uint32_t place = t->place[next.node];

		t->todo_count--;
		if (place && next.holder < t->semi[place])
			t->semi[place] = next.holder;
		if (place)
			continue;
		meet(t, next.node, next.holder);
		if (!follow)
			break;
		r = push_all(t, t->count - 1);
		if (r == 0 && t->count % STEP == 0)
			r = lh_progress(t->ctx, "following references", t->count, t->graph.count);
	}
	return r;
}

/* ---- semidominators ---- */

/* A place with a known semidominator: the lowest of those from it up to below @ancestor. */
struct link {
	uint32_t ancestor, lowest;
};

struct finder {
	struct lh_dominators *tree;
	struct link *links; /* by place */
	uint32_t *path;
	size_t path_capacity;
};

static void finder_fini(struct finder *f)
{
	free(f->links);
	free(f->path);
}

/* The lowest semidominator on the way up from @v to what is not linked yet, which is made short. */
static int evaluate(struct finder *f, uint32_t v, uint32_t linked, uint32_t *ret)
{
	struct link *links = f->links;
	size_t depth = 0;

	for (; links[v].ancestor >= linked; v = links[v].ancestor) {
		int r = lh_append(f->tree->ctx, f->path, depth, f->path_capacity, v);

		if (r < 0)
			return r;
	}
	while (depth) {
		const struct link above = links[v];

		v = f->path[--depth];
		links[v].ancestor = above.ancestor;
		if (above.lowest < links[v].lowest)
			links[v].lowest = above.lowest;
	}
	*ret = links[v].lowest;
	return 0;
}

static int find_semi(struct finder *f, uint32_t i)
{
	struct lh_dominators *t = f->tree;
	uint32_t best = t->semi[i];
	int r = 0;

	for (uint32_t k = t->last_back[i]; r == 0 && k && best; k = t->back[k].before) {
		uint32_t lowest;

		r = evaluate(f, t->back[k].holder, i + 1, &lowest);
		if (r == 0 && lowest < best)
			best = lowest;
	}
	t->semi[i] = best;
	f->links[i] = (struct link){t->dominator[i], best};
	return r;
}

static int find_semis(struct finder *f)
{
	struct lh_dominators *t = f->tree;
	int r = 0;

	f->links = lh_new0(struct link, t->count);
	if (!f->links)
		return lh_nomem(t->ctx);
	r = lh_populate(t->ctx, f->links, t->count * sizeof(*f->links));
	for (uint32_t i = t->count - 1; r == 0 && i > 0; i--) {
		if (i > 2 * AHEAD) {
			__builtin_prefetch(&t->back[t->last_back[i - 2 * AHEAD]]);
			__builtin_prefetch(&f->links[t->back[t->last_back[i - AHEAD]].holder]);
		}
		r = find_semi(f, i);
		if (r == 0 && i % STEP == 0)
			r = lh_progress(t->ctx, "finding dominators", t->count - i, t->count);
	}
	return r;
}

int lh_dominators_find(struct lh_dominators *t)
{
	_cleanup_(finder_fini) struct finder f = {.tree = t};
	int r = find_semis(&f);

	if (r < 0)
		return r;
	for (uint32_t i = 1; i < t->count; i++) {
		uint32_t d = t->dominator[i];

		while (d > t->semi[i])
			d = t->dominator[d];
		t->dominator[i] = d;
	}
	free_search(t);
	return 0;
}
