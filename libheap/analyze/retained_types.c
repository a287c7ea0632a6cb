/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Retained sizes by type: the tree is walked from the top, and what an object retains is counted for its type
 * if no object above it is of the same type.
 */
#include "analyze/retained.h"
#include "graph/children.h"
#include "util/array.h"

#include <stdlib.h>

struct walk {
	const struct lh_retained *from;
	struct lh_retained_type *types;
	struct lh_children children; /* first[] moves on as they are walked */
	uint32_t *path;              /* places from the top down to here */
	uint32_t *depth;             /* by type: how many objects of the path have it */
};

static void walk_fini(struct walk *w)
{
	lh_children_fini(&w->children);
	free(w->path);
	free(w->depth);
}

static int walk_init(struct walk *w, const struct lh_retained *t)
{
	size_t n = (size_t)t->tree.count + 2;

	w->from = t;
	w->path = lh_new0(uint32_t, n);
	w->depth = lh_new0(uint32_t, t->graph.heap->types.count + 1);
	if (!w->path || !w->depth)
		return lh_nomem(t->graph.heap->ctx);
	return lh_children_make(t->graph.heap->ctx, t->tree.dominator, t->tree.count, &w->children);
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
	uint32_t at = w->children.first[place], next = w->children.items[at];

	if (!next || w->from->tree.dominator[next] != place)
		return 0;
	w->children.first[place]++;
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
	walk_tree(&w);
	*ret = w.types;
	return 0;
}
