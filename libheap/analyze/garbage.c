/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/garbage.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define AHEAD 16

/*
 * Set @flag in @flags on all that the @count objects of the queue reach and that is neither flagged nor alive
 * yet. The queue says what comes next, so that the place of its references is prefetched, then the
 * references, then the flags of the first.
 */
static void spread(const struct lh_tracked *g, uint32_t *queue, uint32_t count, uint8_t *flags, uint8_t flag)
{
	for (uint32_t at = 0; at < count; at++) {
		uint32_t i = queue[at];

		if (at + 3 * AHEAD < count) {
			__builtin_prefetch(&g->offsets[queue[at + 3 * AHEAD]]);
			__builtin_prefetch(&g->edges[g->offsets[queue[at + 2 * AHEAD]]]);
			__builtin_prefetch(&flags[g->edges[g->offsets[queue[at + AHEAD]]]]);
		}
		for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++) {
			uint32_t target = g->edges[k];

			if (flags[target] & (flag | LH_GARBAGE_ALIVE))
				continue;
			flags[target] |= flag;
			queue[count++] = target;
		}
	}
}

static bool is_root(const struct lh_tracked *g, uint32_t i)
{
	return g->external[i] ||
	       g->flags[i] & (LH_TRACKED_IMMORTAL | LH_TRACKED_DOUBTFUL | LH_TRACKED_UNTYPED);
}

/*
 * Every object enters the queue at most once, since it is marked before. What a frozen object refers to is
 * held from outside, as the collector sees it.
 */
static void mark_alive(struct lh_tracked *g, uint32_t *queue)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < g->count; i++)
		if (is_root(g, i) || g->flags[i] & LH_TRACKED_FROZEN) {
			g->flags[i] |= LH_GARBAGE_ALIVE;
			queue[count++] = i;
		}
	spread(g, queue, count, g->flags, LH_GARBAGE_ALIVE);
}

/* What would be alive if nothing were frozen. */
static int mark_held(struct lh_garbage *g, uint32_t *queue)
{
	const struct lh_tracked *t = &g->graph;
	uint32_t count = 0;

	if (!t->frozen)
		return 0;
	g->held = lh_new0(uint8_t, (size_t)t->count + 1);
	if (!g->held)
		return lh_nomem(t->heap->ctx);
	for (uint32_t i = 0; i < t->count; i++)
		if (is_root(t, i)) {
			g->held[i] = 1;
			queue[count++] = i;
		}
	spread(t, queue, count, g->held, 1);
	for (uint32_t i = 0; i < t->count; i++)
		g->lost += lh_garbage_is_lost(g, i);
	return 0;
}

/* move_legacy_finalizers(), move_legacy_finalizer_reachable() */
static void mark_uncollectable(struct lh_tracked *g, uint32_t *queue)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < g->count; i++)
		if (g->flags[i] & LH_TRACKED_LEGACY && !(g->flags[i] & LH_GARBAGE_ALIVE)) {
			g->flags[i] |= LH_GARBAGE_UNCOLLECTABLE;
			queue[count++] = i;
		}
	spread(g, queue, count, g->flags, LH_GARBAGE_UNCOLLECTABLE);
}

static int gather(struct lh_heap *heap, struct lh_garbage *out)
{
	const struct lh_tracked *g = &out->graph;
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->count; i++) {
		n += !(g->flags[i] & LH_GARBAGE_ALIVE);
		out->uncollectable += (g->flags[i] & LH_GARBAGE_UNCOLLECTABLE) != 0;
		if (g->flags[i] & LH_TRACKED_DOUBTFUL && !out->doubtful++)
			out->first_doubtful = lh_addrset_nth(&g->rings->tracked, i);
	}
	out->items = lh_new0(uint32_t, (size_t)n + 1);
	out->component = lh_new0(uint32_t, (size_t)n + 1);
	if (!out->items || !out->component)
		return lh_nomem(heap->ctx);
	for (uint32_t i = 0; i < g->count; i++)
		if (!(g->flags[i] & LH_GARBAGE_ALIVE))
			out->items[out->count++] = i;
	return 0;
}

/* ---- components: union and find over the edges among garbage ---- */

static uint32_t find(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

/* Index of graph object @i among the garbage. */
static uint32_t place_of(const struct lh_garbage *g, uint32_t i)
{
	return (uint32_t)lh_bsearch_first(g->count, k, g->items[k] < i);
}

static void join(struct lh_garbage *g, uint32_t *parent)
{
	for (uint32_t p = 0; p < g->count; p++) {
		uint32_t i = g->items[p];

		for (uint32_t k = g->graph.offsets[i]; k < g->graph.offsets[i + 1]; k++) {
			uint32_t target = g->graph.edges[k], a, b;

			if (g->graph.flags[target] & LH_GARBAGE_ALIVE)
				continue;
			a = find(parent, p);
			b = find(parent, place_of(g, target));
			/* The lowest is the representative, so numbers are always the same. */
			parent[a > b ? a : b] = a > b ? b : a;
		}
	}
}

static int number_components(struct lh_heap *heap, struct lh_garbage *g)
{
	_cleanup_free_ uint32_t *parent = lh_new0(uint32_t, (size_t)g->count + 1);

	if (!parent)
		return lh_nomem(heap->ctx);
	for (uint32_t p = 0; p < g->count; p++)
		parent[p] = p;
	join(g, parent);
	for (uint32_t p = 0; p < g->count; p++) {
		uint32_t first = find(parent, p);

		g->component[p] = first == p ? g->components++ : g->component[first];
	}
	return 0;
}

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_garbage *g = ret;
	_cleanup_free_ uint32_t *queue = NULL;
	int r = lh_tracked_read(heap, &g->graph);

	if (r < 0)
		return r;
	queue = lh_new0(uint32_t, (size_t)g->graph.count + 1);
	if (!queue)
		return lh_nomem(heap->ctx);
	r = lh_progress(heap->ctx, "finding what is alive", 0, 0);
	if (r < 0)
		return r;
	mark_alive(&g->graph, queue);
	mark_uncollectable(&g->graph, queue);
	r = mark_held(g, queue);
	if (r == 0)
		r = gather(heap, g);
	return r == 0 ? number_components(heap, g) : r;
}

static void fini(void *kept)
{
	struct lh_garbage *g = kept;

	lh_tracked_fini(&g->graph);
	free(g->items);
	free(g->component);
	free(g->held);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_garbage *g = kept;

	return lh_tracked_bytes(&g->graph) + g->count * (sizeof(*g->items) + sizeof(*g->component)) +
	       (g->held ? g->graph.count : 0);
}

int lh_garbage_get(struct lh_heap *heap, const struct lh_garbage **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_garbage), make, fini, bytes};

	return lh_heap_keep(heap, &keeper, ret);
}

bool lh_garbage_is_whole(const struct lh_garbage *g)
{
	return !g->graph.rings->broken && !g->graph.rings->collecting && !g->graph.incomplete && !g->doubtful;
}
