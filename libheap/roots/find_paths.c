/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/find_paths.h"
#include "roots/native_walk.h"
#include "roots/process_roots.h"
#include "roots/tree_holders.h"
#include "roots/walk.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

/*
 * Modules first, because people know their names; the interpreter next; frames for what those do not keep: a
 * frame leads to every global of its module.
 */
static int walk_from_sure_roots(struct lh_walk *w)
{
	int r = lh_walk_spread_from(w, LH_ROOT_MODULES, LH_ROOT_BUILTINS);

	if (r == 0)
		r = lh_walk_spread_from(w, LH_ROOT_INTERP, LH_ROOT_INTERP);
	return r == 0 ? lh_walk_spread_from(w, LH_ROOT_THREAD, LH_ROOT_FRAME) : r;
}

static int walk_from_others(struct lh_walk *w)
{
	struct lh_paths *p = w->paths;
	int r = lh_paths_misses(p) ? lh_walk_spread_by_body(w) : 0;

	return r == 0 && (p->request.wanted || p->request.misses) && lh_paths_misses(p) ? lh_walk_native(w)
											: r;
}

static int make_room(struct lh_paths *p)
{
	size_t n = ((size_t)p->graph->count + 1) * (p->request.through ? 2 : 1);

	if (n >= LH_ROOT_BIT)
		return lh_fail(p->heap->ctx, LH_ECORRUPT, "more objects than paths can number (2^31)");
	p->queue = lh_new0(uint32_t, n);
	p->parent = lh_new0(uint32_t, n);
	p->label = lh_new0(uint8_t, n);
	p->key = lh_new0(uint64_t, n);
	p->place = lh_new0(uint32_t, n);
	p->met = lh_new0(uint64_t, n / 64 + 1);
	if (!p->queue || !p->parent || !p->label || !p->key || !p->place || !p->met)
		return lh_nomem(p->heap->ctx);
	if (p->request.through)
		memset(p->place, 0xff, n * sizeof(*p->place));
	return 0;
}

/* All types were met when the graph was read. */
static int classify(struct lh_paths *p)
{
	const struct lh_types *types = &p->heap->types;

	if (!p->request.classify)
		return 0;
	p->bits = lh_new0(uint8_t, types->count + 1);
	if (!p->bits)
		return lh_nomem(p->heap->ctx);
	for (size_t i = 0; i < types->count; i++) {
		int bits = p->request.classify(p->request.arg, types->items[i]);

		if (bits < 0)
			return bits;
		p->bits[i] = (uint8_t)bits;
	}
	return 0;
}

/* ---- what sure roots lead to, whatever is wanted: kept ---- */

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_paths *p = ret;
	struct lh_walk w;
	int r;

	p->heap = heap;
	r = lh_graph_get(heap, &p->graph);
	if (r == 0)
		r = lh_roots_find(heap, &p->roots);
	if (r == 0)
		r = make_room(p);
	if (r < 0)
		return r;
	lh_walk_start(&w, p);
	return walk_from_sure_roots(&w);
}

static void fini(void *kept)
{
	lh_paths_fini(kept);
}

/* Steps that were never asked for take no memory. */
static uint64_t bytes(const void *kept)
{
	const struct lh_paths *p = kept;

	return p->count * (sizeof(*p->queue) + sizeof(*p->parent) + sizeof(*p->place));
}

static int get_tree(struct lh_heap *heap, const struct lh_paths **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_paths), make, fini, bytes};

	return lh_heap_keep(heap, &keeper, ret);
}

static void borrow(struct lh_paths *p, const struct lh_paths *tree)
{
	const struct lh_paths_request request = p->request;

	*p = *tree;
	p->request = request;
	p->borrowed = true;
}

/* To go on from there. */
static int copy(struct lh_paths *p, const struct lh_paths *tree)
{
	int r = lh_roots_find(p->heap, &p->roots);

	if (r == 0)
		r = make_room(p);
	if (r < 0)
		return r;
	p->count = tree->count;
	memcpy(p->queue, tree->queue, p->count * sizeof(*p->queue));
	memcpy(p->parent, tree->parent, p->count * sizeof(*p->parent));
	memcpy(p->place, tree->place, p->graph->count * sizeof(*p->place));
	memcpy(p->met, tree->met, (p->graph->count / 64 + 1) * sizeof(*p->met));
	return 0;
}

/* All objects are wanted, or some that only the request knows. */
static int find_from_tree(struct lh_paths *p)
{
	const struct lh_paths *tree;
	struct lh_walk w;
	int r = get_tree(p->heap, &tree);

	if (r < 0)
		return r;
	borrow(p, tree);
	if (!lh_paths_misses(p))
		return 0;
	*p = (struct lh_paths){.heap = p->heap, .request = p->request, .graph = p->graph};
	r = copy(p, tree);
	if (r < 0)
		return r;
	lh_walk_start(&w, p);
	w.from = p->count;
	return walk_from_others(&w);
}

/* ---- all ---- */

static int see_objects(struct lh_paths *p)
{
	struct lh_findings findings;

	return p->request.see ? lh_objects_walk(p->heap, false, p->request.see, p->request.arg, &findings)
			      : 0;
}

static int find_anew(struct lh_paths *p)
{
	struct lh_walk w;
	int r = classify(p);

	if (r == 0)
		r = lh_roots_find(p->heap, &p->roots);
	if (r == 0)
		r = make_room(p);
	if (r < 0)
		return r;
	lh_walk_start(&w, p);
	r = walk_from_sure_roots(&w);
	return r == 0 ? walk_from_others(&w) : r;
}

/* What is wanted is in the tree, and what holds it is where it would be without it. Return: 0; LH_ABSENT: it is not; -LH_E*. */
static int find_in_tree(struct lh_paths *p)
{
	const struct lh_paths *tree;
	int r = get_tree(p->heap, &tree);

	if (r < 0)
		return r;
	borrow(p, tree);
	r = lh_tree_holders_find(p);
	if (r == 0)
		return 0;
	free(p->holders);
	*p = (struct lh_paths){.heap = p->heap, .request = p->request, .graph = p->graph};
	return r;
}

static int find(struct lh_paths *p)
{
	const struct lh_paths_request *request = &p->request;
	int r;

	if (request->classify || request->frames || request->through)
		return find_anew(p);
	if (!request->wanted)
		return find_from_tree(p);
	r = request->misses || request->each_root ? LH_ABSENT : find_in_tree(p);
	return r == LH_ABSENT ? find_anew(p) : r;
}

int lh_paths_find(struct lh_heap *heap, const struct lh_paths_request *request, struct lh_paths *ret)
{
	_cleanup_(lh_paths_fini) struct lh_paths p = {.heap = heap, .request = *request};
	int r = see_objects(&p);

	if (r == 0)
		r = lh_graph_get(heap, &p.graph);
	if (r == 0)
		r = find(&p);
	if (r < 0)
		return r;
	*ret = p;
	p = (struct lh_paths){0};
	return 0;
}
