/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/native_cycles.h"
#include "analyze/retained.h"
#include "counts/refcounts.h"
#include "malloc/glibc_chunk.h"
#include "roots/find_paths.h"
#include "target/word_run.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define STEP 65536
#define TRIES 16 /* objects from which a way back is looked for */

/** struct edge - a pointer that the collector does not see */
struct edge {
	uint32_t from, to; /* numbers in the graph */
};

/* HELD: from elsewhere, or by what is; BLIND: the same, as the collector sees it; LEADS: its native memory leads to a part; WAY: met on
 * the way back */
enum { HELD = 1, BLIND = 2, LEADS = 4, WAY = 8 };

struct work {
	struct lh_heap *heap;
	struct lh_view view;
	const struct lh_graph *graph;
	const struct lh_owned *owned;
	struct lh_paths paths;
	struct edge *edges; /* by from */
	size_t edge_count, edge_capacity;
	uint32_t *pointers; /* by number: edges to it */
	uint8_t *flags;
	uint32_t *queue, *parent;
	uint32_t queued;
};

static void work_fini(struct work *w)
{
	lh_paths_fini(&w->paths);
	free(w->edges);
	free(w->pointers);
	free(w->flags);
	free(w->queue);
	free(w->parent);
}

/* Sure roots do not lead to it. */
static bool is_unmet(const struct work *w, uint32_t i)
{
	return i != LH_NO_INDEX && !lh_paths_met(&w->paths, i);
}

/* ---- pointers that the collector does not see ---- */

static int add_edge(struct work *w, uint32_t from, uint32_t to)
{
	w->pointers[to]++;
	return lh_append(w->heap->ctx, w->edges, w->edge_count, w->edge_capacity, ((struct edge){from, to}));
}

static int add_block(struct work *w, uint32_t from, uint64_t addr)
{
	uint64_t end = addr + lh_glibc_bytes(w->heap->target, &w->view, addr);
	struct lh_word_run run = lh_word_run_of(addr, end);
	int r = 0;

	while (r == 0 && lh_word_run_next(&run, &w->view, UINT64_MAX))
		for (uint64_t i = 0; i < run.len && r == 0; i += 8) {
			uint32_t to = lh_addrset_index(&w->graph->set, lh_u64(run.words + i));

			if (is_unmet(w, to))
				r = add_edge(w, from, to);
		}
	return r;
}

static int add_blocks(struct work *w)
{
	struct lh_addrset_iter iter = {.set = &w->owned->set};
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		const struct lh_block_owner *owner = lh_owned_owner(w->owned, addr, NULL);
		uint32_t from =
			owner && owner->addr ? lh_addrset_index(&w->graph->set, owner->addr) : LH_NO_INDEX;

		if (i % STEP == 0)
			r = lh_progress(w->heap->ctx, "following native memory", i, w->owned->set.count);
		if (r == 0 && is_unmet(w, from))
			r = add_block(w, from, addr);
	}
	return r;
}

/* Words of bodies that are scanned. */
static int add_bodies(struct work *w)
{
	const struct lh_graph *g = w->graph;
	int r = 0;

	for (uint32_t i = 0; i < g->count && r == 0; i++) {
		if (!lh_graph_guesses(g, i) || !is_unmet(w, i))
			continue;
		for (uint32_t e = lh_graph_next_guess(g, g->offsets[i]); e < g->offsets[i + 1] && r == 0;
		     e = lh_graph_next_guess(g, e + 1))
			if (is_unmet(w, g->edges[e]))
				r = add_edge(w, i, g->edges[e]);
	}
	return r;
}

static int by_from(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static int find_edges(struct work *w)
{
	int r = add_blocks(w);

	if (r == 0)
		r = add_bodies(w);
	if (r == 0 && w->edge_count)
		qsort(w->edges, w->edge_count, sizeof(*w->edges), by_from);
	return r;
}

static size_t first_edge(const struct work *w, uint32_t from)
{
	return lh_bsearch_first(w->edge_count, i, w->edges[i].from < from);
}

/* ---- what is held from elsewhere, and what that leads to ---- */

static void reach(struct work *w, uint32_t to, uint32_t from, unsigned flag)
{
	if (!is_unmet(w, to) || w->flags[to] & flag)
		return;
	w->flags[to] |= flag;
	w->parent[to] = from;
	w->queue[w->queued++] = to;
}

/* From all that is queued, along references and the pointers found. */
static void spread(struct work *w, unsigned flag)
{
	const struct lh_graph *g = w->graph;

	for (uint32_t at = 0; at < w->queued; at++) {
		uint32_t from = w->queue[at];

		for (uint32_t e = g->offsets[from]; e < g->offsets[from + 1]; e++)
			reach(w, g->edges[e], from, flag);
		for (size_t i = first_edge(w, from); i < w->edge_count && w->edges[i].from == from; i++)
			reach(w, w->edges[i].to, from, flag);
	}
}

/** struct counted - references to an object */
struct counted {
	int64_t unseen;     /* counted, and not those of containers */
	uint32_t elsewhere; /* pointers to it in memory that is no container's */
	bool immortal;
};

static struct counted count(struct work *w, const struct lh_refcounts *counts, uint32_t i)
{
	uint64_t addr = lh_addrset_nth(&w->graph->set, i);
	uint32_t number = lh_addrset_index(&counts->set, addr);
	struct lh_object o;

	if (number == LH_NO_INDEX || counts->precise[number] == LH_NO_OBJECT ||
	    lh_object_at(w->heap, &w->view, addr, &o) != 0)
		return (struct counted){.immortal = true};
	return (struct counted){o.refcnt - (int64_t)counts->precise[number], counts->elsewhere[number],
				o.immortal};
}

/* Whether somebody else may hold it. @blind: as the collector sees it, without the pointers found. */
static bool is_held(const struct work *w, const struct counted *c, uint32_t i, bool blind)
{
	if (c->immortal || c->unseen < 0)
		return true;
	if (c->unseen == 0)
		return false;
	return blind || (uint64_t)c->unseen > w->pointers[i] || c->elsewhere > w->pointers[i];
}

static int spread_from_held(struct work *w, const struct lh_refcounts *counts, bool blind, unsigned flag)
{
	int r = 0;

	w->queued = 0;
	for (uint32_t i = 0; i < w->graph->count && r == 0; i++) {
		struct counted c;

		if (i % STEP == 0)
			r = lh_progress(w->heap->ctx, "looking for holders", i, w->graph->count);
		if (!is_unmet(w, i))
			continue;
		c = count(w, counts, i);
		if (is_held(w, &c, i, blind))
			reach(w, i, i, flag);
	}
	spread(w, flag);
	return r;
}

/* ---- what is left ---- */

static bool is_part(const struct work *w, uint32_t i)
{
	return is_unmet(w, i) && !(w->flags[i] & HELD) && w->flags[i] & BLIND;
}

/* Whether it leads from one part to another. */
static bool is_inside(const struct work *w, const struct edge *edge)
{
	return is_part(w, edge->from) && is_part(w, edge->to);
}

static int gather(struct work *w, struct lh_native_cycles *ret)
{
	for (uint32_t i = 0; i < w->graph->count; i++)
		ret->count += is_part(w, i);
	ret->items = lh_new0(uint32_t, (size_t)ret->count + 1);
	if (!ret->items)
		return lh_nomem(w->heap->ctx);
	ret->count = 0;
	for (uint32_t i = 0; i < w->graph->count; i++) {
		if (!is_part(w, i))
			continue;
		ret->items[ret->count++] = i;
		ret->bytes += lh_graph_bytes(w->graph, i);
		ret->native += lh_owned_bytes(w->owned, lh_addrset_nth(&w->graph->set, i));
	}
	return 0;
}

static int find_owner(struct work *w, struct lh_native_cycles *ret)
{
	size_t types = w->heap->types.count;
	_cleanup_free_ uint64_t *owners = lh_new0(uint64_t, types + 1);

	if (!owners)
		return lh_nomem(w->heap->ctx);
	for (size_t i = 0; i < w->edge_count; i++) {
		uint32_t from = w->edges[i].from, type = w->graph->types[from];

		if (w->flags[from] & LEADS || !is_inside(w, &w->edges[i]) || type >= types)
			continue;
		w->flags[from] |= LEADS;
		if (++owners[type] > ret->owners) {
			ret->owners = owners[type];
			ret->owner = type;
		}
	}
	return 0;
}

/* A shortest way from edge->to back to edge->from. Return: 0; LH_ABSENT: there is none; -LH_ENOMEM. */
static int find_way_back(struct work *w, const struct edge *edge, struct lh_native_cycles *ret)
{
	size_t length = 1;
	bool found = false;

	w->queued = 0;
	reach(w, edge->to, edge->to, WAY);
	spread(w, WAY);
	for (uint32_t i = 0; i < w->queued; i++) {
		w->flags[w->queue[i]] &= (uint8_t)~WAY;
		found |= w->queue[i] == edge->from;
	}
	if (!found)
		return LH_ABSENT;
	for (uint32_t at = edge->from; at != edge->to; at = w->parent[at])
		length++;
	ret->cycle = lh_new0(uint64_t, length);
	if (!ret->cycle)
		return lh_nomem(w->heap->ctx);
	ret->length = length;
	ret->cycle[0] = lh_addrset_nth(&w->graph->set, edge->from);
	for (uint32_t at = edge->from; at != edge->to;) {
		at = w->parent[at];
		ret->cycle[--length] = lh_addrset_nth(&w->graph->set, at);
	}
	return 0;
}

static int find_cycle(struct work *w, struct lh_native_cycles *ret)
{
	unsigned tries = 0;
	int r = LH_ABSENT;

	for (size_t i = 0; i < w->edge_count && r == LH_ABSENT && tries < TRIES; i++) {
		if (!is_inside(w, &w->edges[i]) || w->graph->types[w->edges[i].from] != ret->owner)
			continue;
		tries++;
		r = find_way_back(w, &w->edges[i], ret);
	}
	return r < 0 ? r : 0;
}

/* ---- all ---- */

/* All is wanted that sure roots lead to, and no more. */
static bool misses_nothing(void *arg, const struct lh_paths *paths)
{
	return false;
}

/* Return: 0; LH_ABSENT: less than @least is not met; -LH_E*. */
static int begin(struct work *w, struct lh_heap *heap, uint64_t least)
{
	const struct lh_paths_request request = {.misses = misses_nothing};
	const struct lh_retained *retained;
	int r;

	w->heap = heap;
	w->view = lh_view_of(heap->target);
	r = lh_graph_get(heap, &w->graph);
	if (r == 0)
		r = lh_owned_get(heap, &w->owned);
	if (r == 0)
		r = lh_retained_get(heap, &retained);
	if (r == 0 && retained->unsure_bytes + w->owned->bytes < least)
		return LH_ABSENT;
	return r == 0 ? lh_paths_find(heap, &request, &w->paths) : r;
}

/* Bytes of all that sure roots do not lead to. */
static uint64_t bytes_unmet(const struct work *w)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < w->graph->count; i++)
		if (is_unmet(w, i))
			sum += lh_graph_bytes(w->graph, i);
	for (size_t i = 0; i < w->owned->objects; i++)
		if (is_unmet(w, lh_addrset_index(&w->graph->set, w->owned->owners[i].addr)))
			sum += w->owned->owners[i].bytes;
	return sum;
}

static int make_room(struct work *w)
{
	size_t n = (size_t)w->graph->count + 1;

	w->pointers = lh_new0(uint32_t, n);
	w->flags = lh_new0(uint8_t, n);
	w->queue = lh_new0(uint32_t, n);
	w->parent = lh_new0(uint32_t, n);
	return w->pointers && w->flags && w->queue && w->parent ? 0 : lh_nomem(w->heap->ctx);
}

static int look(struct work *w, struct lh_native_cycles *ret)
{
	_cleanup_(lh_refcounts_fini) struct lh_refcounts counts = {0};
	int r = lh_refcounts_read(w->heap, &counts);

	if (r == 0)
		r = spread_from_held(w, &counts, false, HELD);
	if (r == 0)
		r = spread_from_held(w, &counts, true, BLIND);
	if (r == 0)
		r = gather(w, ret);
	if (r == 0)
		r = find_owner(w, ret);
	return r == 0 && ret->owners ? find_cycle(w, ret) : r;
}

int lh_native_cycles_find(struct lh_heap *heap, uint64_t least, struct lh_native_cycles *ret)
{
	_cleanup_(work_fini) struct work w = {0};
	int r = begin(&w, heap, least);

	*ret = (struct lh_native_cycles){0};
	if (r != 0 || bytes_unmet(&w) < least)
		return r < 0 ? r : 0;
	r = make_room(&w);
	if (r == 0)
		r = find_edges(&w);
	return r == 0 && w.edge_count ? look(&w, ret) : r;
}

void lh_native_cycles_fini(struct lh_native_cycles *c)
{
	free(c->items);
	free(c->cycle);
}
