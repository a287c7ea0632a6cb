/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Retained sizes by type: the tree is walked from the top, and what an object retains is counted for its type
 * if no object above it is of the same type.
 */
#include "analyze/retained.h"
#include "util/array.h"

#include <stdlib.h>

struct walk {
	const struct lh_retained *from;
	struct lh_retained_type *types;
	uint32_t *first, *below; /* by place: those right below it; CSR */
	uint32_t *path;          /* places from the top down to here */
	uint32_t *depth;         /* by type: how many objects of the path have it */
};

static void walk_fini(struct walk *w)
{
	free(w->first);
	free(w->below);
	free(w->path);
	free(w->depth);
}

static int walk_init(struct walk *w, const struct lh_retained *t)
{
	size_t n = (size_t)t->tree.count + 2;

	w->from = t;
	w->first = lh_new0(uint32_t, n);
	w->below = lh_new0(uint32_t, n);
	w->path = lh_new0(uint32_t, n);
	w->depth = lh_new0(uint32_t, t->graph.heap->types.count + 1);
	return w->first && w->below && w->path && w->depth ? 0 : lh_nomem(t->graph.heap->ctx);
}

/* Those right below place p are below[first[p]] to below[first[p + 1] - 1]. */
static void sort_by_dominator(struct walk *w)
{
	const struct lh_dominators *tree = &w->from->tree;

	for (uint32_t p = 1; p < tree->count; p++)
		w->first[tree->dominator[p] + 2]++;
	for (uint32_t p = 0; p < tree->count; p++)
		w->first[p + 1] += w->first[p];
	for (uint32_t p = 1; p < tree->count; p++)
		w->below[w->first[tree->dominator[p] + 1]++] = p;
}

static uint32_t type_of(const struct walk *w, uint32_t place)
{
	return w->from->graph.types[w->from->tree.node[place]];
}

static void enter(struct walk *w, uint32_t place)
{
	uint32_t type = type_of(w, place);
	struct lh_retained_type *t = &w->types[type];

	if (type == LH_GRAPH_NO_TYPE)
		return;
	t->count++;
	t->bytes += lh_graph_bytes(&w->from->graph, w->from->tree.node[place]);
	if (!w->depth[type]++)
		t->retained += w->from->bytes[place];
}

/* The next of those right below @place, 0 after the last: first[] moves on. */
static uint32_t next_below(struct walk *w, uint32_t place)
{
	uint32_t at = w->first[place], next = at < w->from->tree.count - 1 ? w->below[at] : 0;

	if (!next || w->from->tree.dominator[next] != place)
		return 0;
	w->first[place]++;
	return next;
}

static void walk_tree(struct walk *w)
{
	size_t depth = 0;

	for (uint32_t place = 0;;) {
		uint32_t next = next_below(w, place);

		if (next) {
			w->path[depth++] = place;
			enter(w, place = next);
			continue;
		}
		if (place && type_of(w, place) != LH_GRAPH_NO_TYPE)
			w->depth[type_of(w, place)]--;
		if (!depth)
			return;
		place = w->path[--depth];
	}
}

int lh_retained_types(const struct lh_retained *retained, struct lh_retained_type **ret)
{
	_cleanup_(walk_fini) struct walk w = {0};
	int r = walk_init(&w, retained);

	if (r < 0)
		return r;
	w.types = lh_new0(struct lh_retained_type, retained->graph.heap->types.count + 1);
	if (!w.types)
		return lh_nomem(retained->graph.heap->ctx);
	sort_by_dominator(&w);
	walk_tree(&w);
	*ret = w.types;
	return 0;
}
