/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/retained_parts.h"
#include "counts/interned.h"
#include "inventory/recount.h"
#include "roots/process_roots.h"
#include "util/array.h"
#include "util/parallel.h"
#include "util/populate.h"

#include <stdlib.h>

#define AHEAD 32

/* ---- roots ---- */

/* Reads no memory of the target, and nothing that the heap keeps changes it: it may be a thread's own. */
static int add_named_roots(struct lh_retained *t)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->roots.count; i++) {
		uint32_t node = lh_addrset_index(&t->graph.set, t->roots.all[i].to);

		if (node != LH_NO_INDEX)
			r = lh_dominators_root(&t->tree, node, true);
	}
	return r;
}

static int add_native_root(struct lh_retained *t, uint32_t node, bool follow)
{
	int r = lh_append(t->graph.heap->ctx, t->natives, t->native, t->native_capacity, node);

	return r == 0 ? lh_dominators_root(&t->tree, node, follow) : r;
}

/*
 * The interpreter holds the dict of interned strings, and no named root leads to it. Its references are not
 * counted: a string is freed when nothing else holds it, so the dict keeps none.
 */
static int add_interned_root(struct lh_retained *t)
{
	const struct lh_graph *g = &t->graph;
	struct lh_view view = lh_view_of(g->heap->target);
	struct lh_interned interned;
	int r = 0;

	lh_interned_init(&interned, g->heap);
	for (uint32_t i = 0; i < g->count && r == 0; i++) {
		struct lh_object o;

		if (t->tree.place[i] || g->types[i] == LH_GRAPH_NO_TYPE ||
		    g->heap->types.items[g->types[i]]->kind->id != LH_KIND_DICT ||
		    lh_object_at(g->heap, &view, lh_addrset_nth(&g->set, i), &o) != 0 ||
		    !lh_interned_is(&interned, &o))
			continue;
		r = lh_append(g->heap->ctx, t->silent, t->silent_count, t->silent_capacity, i);
		if (r == 0)
			r = add_native_root(t, i, false);
	}
	lh_interned_fini(&interned);
	return r;
}

/* ---- native roots: objects not met yet, with counts that other such objects do not explain ---- */

struct natives {
	struct lh_retained *of;
	struct lh_view view;
	struct lh_recount recount;
	uint32_t *found; /* by number: references from objects that were not met; others have none to these */
};

static bool read_object(struct natives *n, uint32_t i, struct lh_object *ret)
{
	const struct lh_graph *g = &n->of->graph;

	return !n->of->tree.place[i] && lh_object_at(g->heap, &n->view, lh_addrset_nth(&g->set, i), ret) == 0;
}

/* More references than are counted: some of them are not counted, or the count is wrong. */
static int count_references(struct natives *n)
{
	const struct lh_graph *g = &n->of->graph;
	bool any = false;

	for (uint32_t i = 0; i < g->count; i++)
		for (uint32_t k = g->offsets[i]; !n->of->tree.place[i] && k < g->offsets[i + 1]; k++)
			n->found[g->edges[k]]++;
	for (uint32_t i = 0; i < g->count; i++) {
		struct lh_object o;

		if (n->found[i] < 2 || !read_object(n, i, &o) || o.immortal || o.refcnt >= n->found[i])
			continue;
		lh_recount_want(&n->recount, i);
		any = true;
	}
	return any ? lh_recount_run(&n->recount) : 0;
}

/* If known containers have more references than are counted, nothing can be concluded. */
static bool is_held(struct natives *n, uint32_t i)
{
	int64_t found = n->found[i], known = 0;
	struct lh_object o;

	if (!read_object(n, i, &o))
		return false;
	if (lh_recount_wants(&n->recount, i)) {
		known = n->recount.known[i];
		found = known + n->recount.guesses[i];
	}
	return o.immortal || o.refcnt > found || o.refcnt < known;
}

static int add_roots(struct natives *n)
{
	struct lh_retained *t = n->of;
	int r = count_references(n);

	for (uint32_t i = 0; r == 0 && i < t->graph.count; i++) {
		if (!is_held(n, i))
			continue;
		r = add_native_root(t, i, true);
	}
	return r;
}

static int add_native_roots(struct lh_retained *t)
{
	struct natives n = {.of = t,
			    .view = lh_view_of(t->graph.heap->target),
			    .found = lh_new0(uint32_t, (size_t)t->graph.count + 1)};
	int r = lh_recount_init(&t->graph, &n.recount);

	if (r == 0)
		r = n.found ? add_roots(&n) : lh_nomem(t->graph.heap->ctx);
	lh_recount_fini(&n.recount);
	free(n.found);
	return r;
}

/* ---- sizes ---- */

/* From the highest place down: dominated objects are added up before their dominator is. */
static void add_up(struct lh_retained *t)
{
	for (uint32_t p = t->tree.count - 1; p > 0; p--) {
		uint32_t above = t->tree.dominator[p];

		if (p > AHEAD)
			__builtin_prefetch(&t->graph.bytes[t->tree.node[p - AHEAD]]);
		t->bytes[p] += lh_graph_bytes(&t->graph, t->tree.node[p]);
		t->objects[p]++;
		t->bytes[above] += t->bytes[p];
		t->objects[above] += t->objects[p];
	}
	for (uint32_t i = 0; i < t->graph.count; i++)
		if (!t->tree.place[i]) {
			t->unreachable++;
			t->unreachable_bytes += lh_graph_bytes(&t->graph, i);
		}
	t->unsure_bytes += t->unreachable_bytes;
}

/* After named roots. */
static int find(struct lh_retained *t)
{
	struct lh_ctx *ctx = t->graph.heap->ctx;
	int r;

	t->first_native = t->tree.count;
	r = add_interned_root(t);
	if (r == 0)
		r = add_native_roots(t);
	if (r == 0)
		r = lh_retained_find_unsure(t);
	if (r == 0)
		r = lh_dominators_find(&t->tree);
	if (r < 0)
		return r;
	t->bytes = lh_new0(uint64_t, t->tree.count);
	t->objects = lh_new0(uint32_t, t->tree.count);
	if (!t->bytes || !t->objects)
		return lh_nomem(ctx);
	r = lh_populate(ctx, t->bytes, t->tree.count * sizeof(*t->bytes));
	if (r == 0)
		r = lh_populate(ctx, t->objects, t->tree.count * sizeof(*t->objects));
	if (r == 0)
		add_up(t);
	return r;
}

/* Until the first root. */
static int prepare(struct lh_heap *heap, void *ret)
{
	struct lh_retained *t = ret;
	const struct lh_graph *graph;
	struct lh_csr csr;
	int r = lh_graph_get(heap, &graph);

	if (r == 0)
		r = lh_borrowed_find(graph, &t->borrowed);
	if (r < 0)
		return r;
	t->graph = *graph;
	if (t->borrowed.edges)
		t->graph.edges = t->borrowed.edges;
	csr = lh_graph_csr(&t->graph);
	r = lh_roots_find(heap, &t->roots);
	return r == 0 ? lh_dominators_init(heap->ctx, &csr, &t->tree) : r;
}

static int make(struct lh_heap *heap, void *ret)
{
	int r = prepare(heap, ret);

	if (r == 0)
		r = add_named_roots(ret);
	return r == 0 ? find(ret) : r;
}

static void fini(void *kept)
{
	struct lh_retained *t = kept;

	lh_borrowed_fini(&t->borrowed);
	lh_roots_fini(&t->roots);
	lh_dominators_fini(&t->tree);
	free(t->bytes);
	free(t->objects);
	free(t->natives);
	free(t->silent);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_retained *t = kept;
	const struct lh_graph *g = &t->graph;

	return (t->borrowed.edges ? g->offsets[g->count] * sizeof(*g->edges) : 0) +
	       t->tree.count * (sizeof(*t->tree.node) + sizeof(*t->tree.place) + sizeof(*t->tree.dominator) +
				sizeof(*t->bytes) + sizeof(*t->objects));
}

static const struct lh_keeper keeper = {sizeof(struct lh_retained), make, fini, bytes};

int lh_retained_get(struct lh_heap *heap, const struct lh_retained **ret)
{
	return lh_heap_keep(heap, &keeper, ret);
}

/* ---- beside something else ---- */

static int search(void *found, struct lh_ctx *ctx)
{
	struct lh_retained *t = found;

	t->tree.ctx = ctx;
	return add_named_roots(t);
}

static int complete(struct lh_heap *heap, void *found)
{
	struct lh_retained *t = found;

	t->tree.ctx = heap->ctx;
	return find(t);
}

/* The graph, which it refers to. */
static int rely(struct lh_heap *heap)
{
	const struct lh_graph *graph;

	return lh_graph_get(heap, &graph);
}

int lh_retained_search(struct lh_heap *heap, struct lh_search **ret)
{
	static const struct lh_search_steps steps = {&keeper,  prepare, search,
						     complete, rely,    "following references"};

	return lh_search_new(heap, &steps, ret);
}

int lh_retained_of(const struct lh_retained *retained, uint64_t addr, uint64_t *ret)
{
	uint32_t place = lh_retained_place(retained, addr);

	if (!place)
		return LH_ABSENT;
	*ret = retained->bytes[place];
	return 0;
}
