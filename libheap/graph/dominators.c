/* SPDX-License-Identifier: Apache-2.0 */
#include "graph/dominators.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <stdlib.h>

#define STEP (1u << 20)
#define AHEAD 16

int lh_dominators_init(struct lh_ctx *ctx, const struct lh_csr *graph, struct lh_dominators *t)
{
	size_t n = (size_t)graph->count + 1;

	*t = (struct lh_dominators){.ctx = ctx, .graph = *graph, .count = 1};
	t->node = lh_new0(uint32_t, n);
	t->place = lh_new0(uint32_t, n);
	t->dominator = lh_new0(uint32_t, n);
	return t->node && t->place && t->dominator ? 0 : lh_nomem(ctx);
}

void lh_dominators_fini(struct lh_dominators *t)
{
	free(t->node);
	free(t->place);
	free(t->dominator);
	free(t->roots);
}

/* ---- search in depth ---- */

struct visit {
	uint32_t node, edge; /* edge: the next one to follow */
};

/* The holder in the search stands for the dominator until that is known. */
static void meet(struct lh_dominators *t, uint32_t node, uint32_t holder)
{
	t->place[node] = t->count;
	t->dominator[t->count] = holder;
	t->node[t->count++] = node;
}

static int search(struct lh_dominators *t, uint32_t root)
{
	_cleanup_free_ struct visit *path = NULL;
	size_t depth = 0, capacity = 0;
	struct visit first = {.node = root, .edge = t->graph.offsets[root]};
	int r = lh_append(t->ctx, path, depth, capacity, first);

	while (r == 0 && depth) {
		struct visit *v = &path[depth - 1], next;

		if (v->edge == t->graph.offsets[v->node + 1]) {
			depth--;
			continue;
		}
		next.node = t->graph.edges[v->edge++];
		if (t->place[next.node])
			continue;
		meet(t, next.node, t->place[v->node]);
		next.edge = t->graph.offsets[next.node];
		r = lh_append(t->ctx, path, depth, capacity, next);
	}
	return r;
}

int lh_dominators_root(struct lh_dominators *t, uint32_t node)
{
	int r = lh_append(t->ctx, t->roots, t->root_count, t->root_capacity, node);

	if (r < 0 || t->place[node])
		return r;
	meet(t, node, 0);
	return search(t, node);
}

/* ---- semidominators ---- */

struct finder {
	struct lh_dominators *tree;
	uint32_t *first, *holders;         /* by place: who refers to it, as places; CSR */
	uint32_t *ancestor, *semi, *label; /* by place */
	uint32_t *path;
	size_t path_capacity;
};

static void finder_fini(struct finder *f)
{
	free(f->first);
	free(f->holders);
	free(f->ancestor);
	free(f->semi);
	free(f->label);
	free(f->path);
}

/* Of each edge to place i: counted at first[i + 2], or put where first[i + 1] says. */
static void take_edge(struct finder *f, uint32_t holder, uint32_t to)
{
	if (f->holders)
		f->holders[f->first[to + 1]++] = holder;
	else
		f->first[to + 2]++;
}

/* In the order of nodes, whose edges lie side by side: the places they lead to are asked for ahead. */
static void take_edges(struct finder *f)
{
	const struct lh_dominators *t = f->tree;
	const struct lh_csr *g = &t->graph;

	for (size_t i = 0; i < t->root_count; i++)
		take_edge(f, 0, t->place[t->roots[i]]);
	for (uint32_t node = 0; node < g->count; node++) {
		uint32_t holder = t->place[node];

		for (uint32_t k = g->offsets[node]; k < g->offsets[node + 1]; k++) {
			if (k + AHEAD < g->offsets[g->count])
				__builtin_prefetch(&t->place[g->edges[k + AHEAD]]);
			if (holder)
				take_edge(f, holder, t->place[g->edges[k]]);
		}
	}
}

/* Turn edges round. Afterwards those to i come from holders[first[i]] to holders[first[i + 1] - 1]. */
static int turn_edges(struct finder *f)
{
	struct lh_dominators *t = f->tree;
	uint64_t total = t->root_count + t->graph.offsets[t->graph.count];

	if (total >= UINT32_MAX)
		return lh_fail(t->ctx, LH_ECORRUPT, "more references than libheap can number (2^32)");
	f->first = lh_new0(uint32_t, (size_t)t->count + 2);
	if (!f->first)
		return lh_nomem(t->ctx);
	take_edges(f);
	for (uint32_t i = 0; i <= t->count; i++)
		f->first[i + 1] += f->first[i];
	f->holders = malloc(((size_t)f->first[t->count + 1] + 1) * sizeof(*f->holders));
	if (!f->holders)
		return lh_nomem(t->ctx);
	take_edges(f);
	return 0;
}

/* The place with the lowest semidominator on the way up from @v to what is not linked yet, which is made
 * short. */
static int evaluate(struct finder *f, uint32_t v, uint32_t linked, uint32_t *ret)
{
	size_t depth = 0;
	uint32_t above;

	for (; f->ancestor[v] >= linked; v = f->ancestor[v]) {
		int r = lh_append(f->tree->ctx, f->path, depth, f->path_capacity, v);

		if (r < 0)
			return r;
	}
	for (above = v; depth; above = v) {
		v = f->path[--depth];
		f->ancestor[v] = f->ancestor[above];
		if (f->semi[f->label[above]] < f->semi[f->label[v]])
			f->label[v] = f->label[above];
	}
	*ret = f->label[v];
	return 0;
}

static int find_semi(struct finder *f, uint32_t i)
{
	uint32_t best = f->ancestor[i];
	int r = 0;

	for (uint32_t k = f->first[i]; r == 0 && k < f->first[i + 1]; k++) {
		uint32_t u;

		r = evaluate(f, f->holders[k], i + 1, &u);
		if (r == 0 && f->semi[u] < best)
			best = f->semi[u];
	}
	f->semi[i] = best;
	return r;
}

static int find_semis(struct finder *f)
{
	struct lh_dominators *t = f->tree;
	int r = 0;

	f->ancestor = lh_new0(uint32_t, t->count);
	f->semi = lh_new0(uint32_t, t->count);
	f->label = lh_new0(uint32_t, t->count);
	if (!f->ancestor || !f->semi || !f->label)
		return lh_nomem(t->ctx);
	for (uint32_t i = 0; i < t->count; i++) {
		f->ancestor[i] = t->dominator[i];
		f->semi[i] = f->label[i] = i;
	}
	for (uint32_t i = t->count - 1; r == 0 && i > 0; i--) {
		r = find_semi(f, i);
		if (r == 0 && i % STEP == 0)
			r = lh_progress(t->ctx, "finding dominators", t->count - i, t->count);
	}
	return r;
}

int lh_dominators_find(struct lh_dominators *t)
{
	_cleanup_(finder_fini) struct finder f = {.tree = t};
	int r = turn_edges(&f);

	if (r == 0)
		r = find_semis(&f);
	if (r < 0)
		return r;
	for (uint32_t i = 1; i < t->count; i++) {
		uint32_t d = t->dominator[i];

		while (d > f.semi[i])
			d = t->dominator[d];
		t->dominator[i] = d;
	}
	return 0;
}
