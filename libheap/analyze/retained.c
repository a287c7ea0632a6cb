/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/retained.h"
#include "counts/interned.h"
#include "inventory/recount.h"
#include "roots/process_roots.h"
#include "util/array.h"
#include "util/populate.h"

#include <stdlib.h>

#define AHEAD 32

/* ---- roots ---- */

static int add_named_roots(struct lh_retained *t)
{
	int r = lh_roots_find(t->graph.heap, &t->roots);

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

#define EDGES_LOOKED_AT 64

/* Whether a reference that is no guess leads from one to the other, too; among many it is not looked for. */
static bool leads_surely(const struct lh_graph *g, uint32_t from, uint32_t to)
{
	uint32_t start = g->offsets[from], end = g->offsets[from + 1], guess = lh_graph_next_guess(g, start);

	if (end - start > EDGES_LOOKED_AT)
		return false;
	for (uint32_t k = start; k < end; k++) {
		if (k == guess)
			guess = lh_graph_next_guess(g, k + 1);
		else if (g->edges[k] == to)
			return true;
	}
	return false;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/*
 * Places to which a guess alone led the search, ascending. Until dominators are found there is who led it to each place. The caller
 * frees *@ret.
 */
static int find_guessed(const struct lh_retained *t, uint32_t **ret, size_t *ret_count)
{
	const struct lh_graph *g = &t->graph;
	uint32_t from = 0;

	*ret_count = 0;
	*ret = lh_new0(uint32_t, g->guess_count + 1);
	if (!*ret)
		return lh_nomem(g->heap->ctx);
	for (size_t k = 0; k < g->guess_count; k++) {
		uint32_t to = g->edges[g->guesses[k]], place = t->tree.place[to];

		while (g->offsets[from + 1] <= g->guesses[k])
			from++;
		if (place && t->tree.place[from] && t->tree.dominator[place] == t->tree.place[from] &&
		    !leads_surely(g, from, to))
			(*ret)[(*ret_count)++] = place;
	}
	qsort(*ret, *ret_count, sizeof(**ret), by_number);
	return 0;
}

/* What the search met by way of a place is in the places after it. */
static int find_unsure(struct lh_retained *t)
{
	const struct lh_dominators *tree = &t->tree;
	_cleanup_free_ uint32_t *guessed = NULL;
	uint32_t p = 1;
	size_t count;
	int r = find_guessed(t, &guessed, &count);

	for (size_t i = 0; r == 0 && i < count; i++) {
		if (guessed[i] < p || guessed[i] >= t->first_native)
			continue;
		p = guessed[i];
		do
			t->unsure_bytes += lh_graph_bytes(&t->graph, tree->node[p++]);
		while (p < t->first_native && tree->dominator[p] >= guessed[i]);
	}
	for (p = t->first_native; r == 0 && p < tree->count; p++)
		t->unsure_bytes += lh_graph_bytes(&t->graph, tree->node[p]);
	return r;
}

static int find(struct lh_retained *t)
{
	const struct lh_csr csr = lh_graph_csr(&t->graph);
	struct lh_ctx *ctx = t->graph.heap->ctx;
	int r = lh_dominators_init(ctx, &csr, &t->tree);

	if (r == 0)
		r = add_named_roots(t);
	t->first_native = t->tree.count;
	if (r == 0) {
		r = add_interned_root(t);
		if (r == 0)
			r = add_native_roots(t);
	}
	if (r == 0)
		r = find_unsure(t);
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

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_retained *t = ret;
	const struct lh_graph *graph;
	int r = lh_graph_get(heap, &graph);

	if (r == 0)
		r = lh_borrowed_find(graph, &t->borrowed);
	if (r < 0)
		return r;
	t->graph = *graph;
	if (t->borrowed.edges)
		t->graph.edges = t->borrowed.edges;
	return find(t);
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

int lh_retained_get(struct lh_heap *heap, const struct lh_retained **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_retained), make, fini, bytes};

	return lh_heap_keep(heap, &keeper, ret);
}

int lh_retained_of(const struct lh_retained *retained, uint64_t addr, uint64_t *ret)
{
	uint32_t place = lh_retained_place(retained, addr);

	if (!place)
		return LH_ABSENT;
	*ret = retained->bytes[place];
	return 0;
}
