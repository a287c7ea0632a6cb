/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breadth first on the graph, which was read already: from modules first, the interpreter, then threads and
 * frames; until all requested objects were met, which is soon for those that retain the most. The names in a module come
 * before the words of its state, which have none.
 */
#include "analyze/retained.h"
#include "describe/path_text.h"
#include "util/array.h"

#include <stdlib.h>

#define WANTED UINT32_MAX /* not met yet */

struct search {
	struct lh_retained_paths *out;
	uint32_t *queue;
	uint32_t head, tail;
	size_t wanted; /* how many were not met yet */
	struct lh_view view;
	bool states; /* of modules are followed, too */
};

static void meet(struct search *s, uint32_t node, uint32_t holder)
{
	uint32_t was = s->out->holder[node];

	if (was && was != WANTED)
		return;
	s->wanted -= was == WANTED;
	s->out->holder[node] = holder;
	s->queue[s->tail++] = node;
}

static bool is_module(const struct search *s, uint32_t node)
{
	const struct lh_graph *g = &s->out->from->graph;
	uint32_t type = g->types[node];

	return type != LH_GRAPH_NO_TYPE && g->heap->types.items[type]->kind->id == LH_KIND_MODULE;
}

static void expand(struct search *s, uint32_t node)
{
	const struct lh_graph *g = &s->out->from->graph;
	uint64_t dict = 0;

	if (!s->states && is_module(s, node))
		dict = lh_heap_word(g->heap, &s->view, lh_addrset_nth(&g->set, node), LH_F_MODULE_DICT);
	for (uint32_t k = g->offsets[node]; k < g->offsets[node + 1]; k++)
		if (!dict || lh_addrset_nth(&g->set, g->edges[k]) == dict)
			meet(s, g->edges[k], node + 1);
}

static void spread(struct search *s)
{
	for (; s->wanted && s->head < s->tail; s->head++)
		expand(s, s->queue[s->head]);
}

static void spread_from_states(struct search *s)
{
	s->states = true;
	for (uint32_t i = 0; s->wanted && i < s->head; i++)
		if (is_module(s, s->queue[i]))
			expand(s, s->queue[i]);
	spread(s);
}

static void spread_from(struct search *s, enum lh_root_kind first, enum lh_root_kind last)
{
	const struct lh_retained *from = s->out->from;
	const struct lh_graph *g = &from->graph;

	for (size_t i = 0; i < from->roots.count; i++) {
		const struct lh_root *root = &from->roots.all[i];
		uint32_t node = lh_addrset_index(&g->set, root->to);

		if (root->kind >= first && root->kind <= last && node != LH_NO_INDEX)
			meet(s, node, LH_ROOT_BIT | (uint32_t)i);
	}
	spread(s);
}

/* No named root leads to the others. */
static void want(struct search *s, const uint32_t *places, size_t count)
{
	const struct lh_retained *from = s->out->from;

	for (size_t i = 0; i < count; i++)
		if (places[i] < from->first_native) {
			s->out->holder[from->tree.node[places[i]]] = WANTED;
			s->wanted++;
		}
}

int lh_retained_paths_find(const struct lh_retained *from, const uint32_t *places, size_t count,
			   struct lh_retained_paths *ret)
{
	size_t n = (size_t)from->graph.count + 1;
	_cleanup_free_ uint32_t *queue = lh_new0(uint32_t, n);
	struct search s = {.out = ret, .queue = queue, .view = lh_view_of(from->graph.heap->target)};

	*ret = (struct lh_retained_paths){.from = from, .holder = lh_new0(uint32_t, n)};
	if (!queue || !ret->holder)
		return lh_nomem(from->graph.heap->ctx);
	if (n >= LH_ROOT_BIT)
		return lh_fail(from->graph.heap->ctx, LH_ECORRUPT,
			       "more objects than paths can number (2^31)");
	want(&s, places, count);
	spread_from(&s, LH_ROOT_MODULES, LH_ROOT_BUILTINS);
	spread_from(&s, LH_ROOT_INTERP, LH_ROOT_INTERP);
	spread_from(&s, LH_ROOT_THREAD, LH_ROOT_FRAME);
	spread_from_states(&s);
	return 0;
}

void lh_retained_paths_fini(struct lh_retained_paths *paths)
{
	free(paths->holder);
}

int lh_retained_path_text(const struct lh_retained_paths *paths, uint32_t place, struct lh_string *out)
{
	const struct lh_retained *from = paths->from;
	uint32_t node = from->tree.node[place], i = node;
	_cleanup_string_ struct lh_string addresses = {0};
	_cleanup_free_ uint64_t *way = NULL;
	size_t length = 1;

	if (!paths->holder[node] || paths->holder[node] == WANTED)
		return 0;
	for (; !(paths->holder[i] & LH_ROOT_BIT); i = paths->holder[i] - 1)
		length++;
	way = lh_new0(uint64_t, length);
	if (!way)
		return lh_nomem(from->graph.heap->ctx);
	i = node;
	for (size_t n = length; n; n--) {
		way[n - 1] = lh_addrset_nth(&from->graph.set, i);
		if (n > 1)
			i = paths->holder[i] - 1;
	}
	lh_way_text(&from->roots, &from->roots.all[paths->holder[i] & ~LH_ROOT_BIT], way, length, out,
		    &addresses);
	return out->failed ? lh_nomem(from->graph.heap->ctx) : 0;
}
