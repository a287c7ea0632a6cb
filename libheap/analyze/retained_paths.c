/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breadth first on the graph, which was read already: from modules first, the interpreter, then threads and
 * frames; until all requested objects were met, which is soon for those that retain the most, and on from there when more are
 * requested. The names in a module come before the words of its state, which have none.
 */
#include "analyze/retained.h"
#include "describe/path_text.h"
#include "util/array.h"

#include <stdlib.h>

#define WANTED UINT32_MAX /* not met yet */

static void meet(struct lh_retained_paths *p, uint32_t node, uint32_t holder)
{
	uint32_t was = p->holder[node];

	if (was && was != WANTED)
		return;
	p->wanted -= was == WANTED;
	p->holder[node] = holder;
	p->queue[p->tail++] = node;
}

static bool is_module(const struct lh_retained_paths *p, uint32_t node)
{
	const struct lh_graph *g = &p->from->graph;
	uint32_t type = g->types[node];

	return type != LH_GRAPH_NO_TYPE && g->heap->types.items[type]->kind->id == LH_KIND_MODULE;
}

static void expand(struct lh_retained_paths *p, uint32_t node)
{
	const struct lh_graph *g = &p->from->graph;
	uint64_t dict = 0;

	if (!p->states && is_module(p, node))
		dict = lh_heap_word(g->heap, &p->view, lh_addrset_nth(&g->set, node), LH_F_MODULE_DICT);
	for (uint32_t k = g->offsets[node]; k < g->offsets[node + 1]; k++)
		if (!dict || lh_addrset_nth(&g->set, g->edges[k]) == dict)
			meet(p, g->edges[k], node + 1);
}

static void spread(struct lh_retained_paths *p)
{
	for (; p->wanted && p->head < p->tail; p->head++)
		expand(p, p->queue[p->head]);
}

static void meet_roots(struct lh_retained_paths *p, enum lh_root_kind first, enum lh_root_kind last)
{
	const struct lh_retained *from = p->from;

	for (size_t i = 0; i < from->roots.count; i++) {
		const struct lh_root *root = &from->roots.all[i];
		uint32_t node = lh_addrset_index(&from->graph.set, root->to);

		if (root->kind >= first && root->kind <= last && node != LH_NO_INDEX)
			meet(p, node, LH_ROOT_BIT | (uint32_t)i);
	}
}

/* From those of each step when all before them were followed. */
static void spread_from_roots(struct lh_retained_paths *p)
{
	static const enum lh_root_kind steps[][2] = {{LH_ROOT_MODULES, LH_ROOT_BUILTINS},
						     {LH_ROOT_INTERP, LH_ROOT_INTERP},
						     {LH_ROOT_THREAD, LH_ROOT_FRAME}};

	spread(p);
	for (; p->wanted && p->step < LH_ARRAY_SIZE(steps); p->step++) {
		meet_roots(p, steps[p->step][0], steps[p->step][1]);
		spread(p);
	}
}

/* No named root leads to the others. */
static void want(struct lh_retained_paths *p, uint32_t place)
{
	uint32_t *holder = &p->holder[p->from->tree.node[place]];

	if (place >= p->from->first_native || *holder)
		return;
	*holder = WANTED;
	p->wanted++;
}

static void search(struct lh_retained_paths *p)
{
	if (!p->states)
		spread_from_roots(p);
	if (!p->states && p->wanted) {
		p->states = true;
		p->named = p->tail;
	}
	for (; p->wanted && p->module < p->named; p->module++)
		if (is_module(p, p->queue[p->module]))
			expand(p, p->queue[p->module]);
	spread(p);
}

void lh_retained_paths_add(struct lh_retained_paths *p, const uint32_t *places, size_t count)
{
	for (size_t i = 0; i < count; i++)
		want(p, places[i]);
	search(p);
}

void lh_retained_paths_add_all(struct lh_retained_paths *p)
{
	for (uint32_t place = 1; place < p->from->first_native; place++)
		want(p, place);
	search(p);
}

int lh_retained_paths_begin(const struct lh_retained *from, struct lh_retained_paths *ret)
{
	size_t n = (size_t)from->graph.count + 1;

	*ret = (struct lh_retained_paths){.from = from,
					  .holder = lh_new0(uint32_t, n),
					  .queue = lh_new0(uint32_t, n),
					  .view = lh_view_of(from->graph.heap->target)};
	if (!ret->queue || !ret->holder)
		return lh_nomem(from->graph.heap->ctx);
	if (n >= LH_ROOT_BIT)
		return lh_fail(from->graph.heap->ctx, LH_ECORRUPT,
			       "more objects than paths can number (2^31)");
	return 0;
}

int lh_retained_paths_find(const struct lh_retained *from, const uint32_t *places, size_t count,
			   struct lh_retained_paths *ret)
{
	int r = lh_retained_paths_begin(from, ret);

	if (r == 0)
		lh_retained_paths_add(ret, places, count);
	free(lh_take(ret->queue));
	return r;
}

void lh_retained_paths_fini(struct lh_retained_paths *paths)
{
	free(paths->holder);
	free(paths->queue);
}

static bool is_met(const struct lh_retained_paths *paths, uint32_t place)
{
	uint32_t holder = paths->holder[paths->from->tree.node[place]];

	return place < paths->from->first_native && holder && holder != WANTED;
}

int lh_retained_paths_way(const struct lh_retained_paths *paths, uint32_t place, size_t most, uint64_t **ret,
			  size_t *ret_length)
{
	const struct lh_retained *from = paths->from;
	uint32_t node = from->tree.node[place], i = node;
	size_t length = 1;

	*ret = NULL;
	if (!is_met(paths, place))
		return 0;
	for (; length != most && !(paths->holder[i] & LH_ROOT_BIT); i = paths->holder[i] - 1)
		length++;
	*ret = lh_new0(uint64_t, length);
	if (!*ret)
		return lh_nomem(from->graph.heap->ctx);
	i = node;
	for (size_t n = length; n; n--) {
		(*ret)[n - 1] = lh_addrset_nth(&from->graph.set, i);
		i = paths->holder[i] - 1;
	}
	*ret_length = length;
	return 0;
}

/* The root that the path to the object at @place, which has one, begins with. */
static const struct lh_root *root_of(const struct lh_retained_paths *paths, uint32_t place)
{
	uint32_t i = paths->from->tree.node[place];

	while (!(paths->holder[i] & LH_ROOT_BIT))
		i = paths->holder[i] - 1;
	return &paths->from->roots.all[paths->holder[i] & ~LH_ROOT_BIT];
}

int lh_retained_path_text(const struct lh_retained_paths *paths, uint32_t place, struct lh_string *out)
{
	const struct lh_retained *from = paths->from;
	_cleanup_string_ struct lh_string addresses = {0};
	_cleanup_free_ uint64_t *way = NULL;
	size_t length;
	int r = lh_retained_paths_way(paths, place, 0, &way, &length);

	if (r < 0 || !way)
		return r;
	lh_way_text(&from->roots, root_of(paths, place), way, length, out, &addresses);
	return out->failed ? lh_nomem(from->graph.heap->ctx) : 0;
}
