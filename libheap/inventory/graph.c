/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/graph.h"
#include "cpython/size.h"
#include "inventory/inventory.h"
#include "inventory/references.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

static void see(void *arg, struct lh_view *view, uint32_t i, const struct lh_object *o)
{
	struct lh_graph *g = arg;
	uint64_t bytes;

	if (g->own_types)
		g->own_types[i] = o ? o->type->index : LH_GRAPH_NO_TYPE;
	if (!o)
		return;
	if (o->immortal)
		lh_bit_set_shared(g->immortal, i);
	bytes = lh_object_bytes_alone(g->heap, view, o);
	g->bytes[i] = bytes < LH_GRAPH_HUGE ? (uint32_t)bytes : LH_GRAPH_HUGE;
}

static int make_room(struct lh_graph *g)
{
	size_t n = (size_t)g->count + 1;

	g->bytes = lh_new0(uint32_t, n);
	g->guessing = lh_new0(uint64_t, n / 64 + 1);
	g->immortal = lh_new0(uint64_t, n / 64 + 1);
	if (!g->types)
		g->types = g->own_types = lh_new0(uint32_t, n);
	return g->bytes && g->guessing && g->immortal && g->types ? 0 : lh_nomem(g->heap->ctx);
}

static void mark_guessing(struct lh_graph *g)
{
	uint32_t from = 0;

	for (size_t k = 0; k < g->guess_count; k++) {
		while (g->offsets[from + 1] <= g->guesses[k])
			from++;
		lh_bit_set(g->guessing, from);
	}
}

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_graph *g = ret;
	struct lh_references job = {.heap = heap, .set = &g->set, .types_known = true, .see = see, .arg = g};
	int r = lh_objects_collect(heap, &g->set, &g->findings);

	g->heap = heap;
	if (r < 0)
		return r;
	g->count = g->set.count;
	g->types = job.types = lh_inventory_types(heap);
	r = make_room(g);
	if (r == 0)
		r = lh_references_read(&job);
	g->offsets = job.offsets;
	g->edges = job.edges;
	g->guesses = job.guesses;
	g->guess_count = job.guess_count;
	g->incomplete = job.incomplete;
	if (r == 0)
		mark_guessing(g);
	return r;
}

static void fini(void *kept)
{
	struct lh_graph *g = kept;

	lh_addrset_fini(&g->set);
	free(g->offsets);
	free(g->edges);
	free(g->guesses);
	free(g->guessing);
	free(g->immortal);
	free(g->own_types);
	free(g->bytes);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_graph *g = kept;

	return lh_addrset_bytes(&g->set) + g->guess_count * sizeof(*g->guesses) + g->count / 4 +
	       g->count * (sizeof(*g->offsets) + sizeof(*g->bytes) + (g->own_types ? sizeof(*g->types) : 0)) +
	       (g->offsets ? g->offsets[g->count] * sizeof(*g->edges) : 0);
}

static const struct lh_keeper keeper = {sizeof(struct lh_graph), make, fini, bytes};

int lh_graph_get(struct lh_heap *heap, const struct lh_graph **ret)
{
	return lh_heap_keep(heap, &keeper, ret);
}

const struct lh_graph *lh_graph_kept(const struct lh_heap *heap)
{
	return lh_heap_kept(heap, &keeper);
}

uint64_t lh_graph_bytes_huge(const struct lh_graph *g, uint32_t i)
{
	struct lh_view view = lh_view_of(g->heap->target);
	struct lh_object o;

	if (lh_object_at(g->heap, &view, lh_addrset_nth(&g->set, i), &o) != 0)
		return g->bytes[i];
	return lh_object_bytes_alone(g->heap, &view, &o);
}

uint32_t lh_graph_next_guess(const struct lh_graph *g, uint32_t edge)
{
	size_t i = lh_bsearch_first(g->guess_count, k, g->guesses[k] < edge);

	return i < g->guess_count ? g->guesses[i] : UINT32_MAX;
}

#define BLOCK 64

/* Whether @number is among the edges from @k to @end; written so that a compiler compares several at once. */
static bool has_edge_to(const struct lh_graph *g, uint32_t number, uint32_t k, uint32_t end)
{
	uint32_t found = 0;

	for (; k < end; k++)
		found |= g->edges[k] == number;
	return found;
}

/* The first edge to @number from @k on; their count: there is none. */
static uint32_t next_edge_to(const struct lh_graph *g, uint32_t number, uint32_t k)
{
	uint32_t edges = g->offsets[g->count];

	while (edges - k >= BLOCK && !has_edge_to(g, number, k, k + BLOCK))
		k += BLOCK;
	while (k < edges && g->edges[k] != number)
		k++;
	return k;
}

int lh_graph_referrers(const struct lh_graph *g, uint32_t number, size_t most, uint32_t **ret,
		       size_t *ret_count, uint64_t *ret_total)
{
	uint32_t edges = g->offsets[g->count], from = 0;
	_cleanup_free_ uint32_t *found = NULL;
	size_t count = 0, capacity = 0;
	uint64_t total = 0;

	for (uint32_t k = next_edge_to(g, number, 0); k < edges;
	     k = next_edge_to(g, number, g->offsets[from + 1])) { /* of each object one edge is enough */
		while (g->offsets[from + 1] <= k)
			from++;
		if (total++ < most && lh_append(g->heap->ctx, found, count, capacity, from) < 0)
			return -LH_ENOMEM;
	}
	*ret = lh_take(found);
	*ret_count = count;
	*ret_total = total;
	return 0;
}
