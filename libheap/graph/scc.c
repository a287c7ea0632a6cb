/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One number a node says all: 0 not met; while its component is open the lowest node that it reaches back to,
 * counted in the order of meeting; then the component, counted down from the node count. So those that are
 * closed are always higher than those that are open, and no edge into them lowers anything.
 *
 * D. J. Pearce: A space-efficient algorithm for finding strongly connected components (2016).
 */
#include "graph/scc.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <stdlib.h>

#define STEP (1u << 20)

/* A node on the path from where the search began. */
struct visit {
	uint32_t node, edge; /* edge: the next one to follow */
	uint32_t met;        /* its number when it was met: still the same at the end if it is a root */
};

struct search {
	struct lh_ctx *ctx;
	const struct lh_csr *graph;
	uint32_t *number;
	uint32_t *open; /* nodes left with a component that is not closed yet */
	uint32_t open_count, next, component;
	struct visit *path;
	size_t depth, capacity;
};

static int enter(struct search *s, uint32_t node)
{
	struct visit v = {.node = node, .edge = s->graph->offsets[node], .met = s->next};

	s->number[node] = s->next++;
	return lh_append(s->ctx, s->path, s->depth, s->capacity, v);
}

/* The node is done: it closes a component with all that was left open after it, or stays open itself. */
static void leave(struct search *s)
{
	struct visit v = s->path[--s->depth];

	if (s->number[v.node] != v.met) {
		s->open[s->open_count++] = v.node;
	} else {
		s->next--;
		while (s->open_count && s->number[s->open[s->open_count - 1]] >= v.met) {
			s->number[s->open[--s->open_count]] = s->component;
			s->next--;
		}
		s->number[v.node] = s->component--;
	}
	if (s->depth) {
		uint32_t *holder = &s->number[s->path[s->depth - 1].node];

		*holder = s->number[v.node] < *holder ? s->number[v.node] : *holder;
	}
}

static int search_from(struct search *s, uint32_t start)
{
	int r = enter(s, start);

	while (r == 0 && s->depth) {
		struct visit *v = &s->path[s->depth - 1];
		uint32_t to;

		if (v->edge == s->graph->offsets[v->node + 1]) {
			leave(s);
			continue;
		}
		to = s->graph->edges[v->edge++];
		if (!s->number[to])
			r = enter(s, to);
		else if (s->number[to] < s->number[v->node])
			s->number[v->node] = s->number[to];
	}
	return r;
}

int lh_scc_find(struct lh_ctx *ctx, const struct lh_csr *graph, uint32_t **ret_component, uint32_t *ret_count)
{
	_cleanup_free_ uint32_t *number = lh_new0(uint32_t, (size_t)graph->count + 1);
	_cleanup_free_ uint32_t *open = lh_new0(uint32_t, (size_t)graph->count + 1);
	struct search s = {.ctx = ctx,
			   .graph = graph,
			   .number = number,
			   .open = open,
			   .next = 1,
			   .component = graph->count};
	int r = number && open ? 0 : lh_nomem(ctx);

	for (uint32_t i = 0; r == 0 && i < graph->count; i++) {
		if (!number[i])
			r = search_from(&s, i);
		if (r == 0 && i % STEP == 0)
			r = lh_progress(ctx, "finding cycles", i, graph->count);
	}
	free(s.path);
	if (r < 0)
		return r;
	for (uint32_t i = 0; i < graph->count; i++)
		number[i] = graph->count - number[i];
	*ret_count = graph->count - s.component;
	*ret_component = lh_take(number);
	return 0;
}
