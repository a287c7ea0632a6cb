/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What gc.collect() would find now: CPython's own algorithm on our graph. References that tracked objects
 * hold are subtracted from the counts: an object with a count left is held from outside, all that it reaches
 * is alive, the rest is garbage.
 *
 * Frozen objects (gc.freeze()) keep alive what they refer to, whether anything refers to them or not. What is
 * alive only because of that is garbage too, but no collection finds it: it is lost.
 */
#ifndef LH_ANALYZE_GARBAGE_H
#define LH_ANALYZE_GARBAGE_H

#include "inventory/tracked.h"

struct lh_garbage {
	struct lh_tracked graph;
	uint32_t *items;     /* numbers of the garbage, ascending */
	uint32_t *component; /* of items[i]: 0, 1, ...; numbered by first item */
	uint32_t count, components;
	uint8_t *held; /* by number: would be alive if nothing were frozen; NULL: nothing is frozen */
	uint32_t lost; /* objects that are alive, and not held */
	uint64_t uncollectable;  /* legacy finalizers (tp_del), and what they reach */
	uint64_t first_doubtful; /* address of the first of those below */
	uint64_t doubtful;       /* objects kept alive because more references were found than counted */
};

/** lh_garbage_get() - the heap's, found on the first call. Return: 0, -LH_E*. It belongs to the heap. */
int lh_garbage_get(struct lh_heap *heap, const struct lh_garbage **ret);

/** lh_garbage_is_whole() - whether nothing makes it doubtful what is garbage */
bool lh_garbage_is_whole(const struct lh_garbage *garbage);

/* flags of graph objects, besides those of tracked.h */
enum {
	LH_GARBAGE_ALIVE = LH_TRACKED_MARK,
	LH_GARBAGE_UNCOLLECTABLE = 64,
};

/* Whether object @i is garbage that no collection finds: frozen, or held only by frozen garbage. */
static inline bool lh_garbage_is_lost(const struct lh_garbage *g, uint32_t i)
{
	return g->held && !g->held[i] && g->graph.flags[i] & LH_GARBAGE_ALIVE;
}

/* Whether object @i is garbage, found by a collection or lost. */
static inline bool lh_garbage_has(const struct lh_garbage *g, uint32_t i)
{
	return !(g->graph.flags[i] & LH_GARBAGE_ALIVE) || lh_garbage_is_lost(g, i);
}

#endif
