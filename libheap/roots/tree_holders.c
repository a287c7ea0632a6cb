/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/tree_holders.h"
#include "roots/walk.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

struct places {
	uint32_t *all;
	size_t count, capacity;
};

static void places_fini(struct places *p)
{
	free(p->all);
}

static int by_place(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The place of the object that edge @edge is of, if it holds the wanted one by more than a guess, and was met. Return: whether. */
static bool holder_of(const struct lh_paths *p, uint32_t edge, uint32_t wanted, uint32_t *ret)
{
	const struct lh_graph *g = p->graph;
	uint32_t from = (uint32_t)lh_bsearch_first(g->count, i, g->offsets[i + 1] <= edge);

	*ret = p->place[from];
	return from != wanted && lh_paths_met(p, from) &&
	       (!lh_graph_guesses(g, from) || lh_graph_next_guess(g, edge) != edge);
}

/* Each once, nearest first. */
static int find_places(const struct lh_paths *p, uint32_t wanted, struct places *ret)
{
	const struct lh_graph *g = p->graph;
	size_t kept = 0;
	int r = 0;

	for (uint32_t k = 0, place; r == 0 && k < g->offsets[g->count]; k++)
		if (g->edges[k] == wanted && holder_of(p, k, wanted, &place) &&
		    (!ret->count || ret->all[ret->count - 1] != place))
			r = lh_append(p->heap->ctx, ret->all, ret->count, ret->capacity, place);
	if (ret->count)
		qsort(ret->all, ret->count, sizeof(*ret->all), by_place);
	for (size_t i = 0; i < ret->count; i++)
		if (!kept || ret->all[kept - 1] != ret->all[i])
			ret->all[kept++] = ret->all[i];
	ret->count = kept;
	return r;
}

/* Whether the wanted object led to one of the holders. An object's place is after that of what led to it. Return: 0: none;
 * LH_ABSENT: some; -LH_ENOMEM. */
static int check_places(const struct lh_paths *p, uint32_t wanted, const struct places *holders)
{
	_cleanup_free_ uint64_t *under = lh_new0(uint64_t, p->count / 64 + 1);
	uint32_t first = p->place[wanted], last = holders->count ? holders->all[holders->count - 1] : 0;

	if (!under)
		return lh_nomem(p->heap->ctx);
	if (!lh_paths_met(p, wanted))
		return 0;
	lh_bit_set(under, first);
	for (uint32_t i = first + 1; i <= last; i++)
		if (!(p->parent[i] & LH_ROOT_BIT) && lh_bit_has(under, p->parent[i]))
			lh_bit_set(under, i);
	for (size_t i = 0; i < holders->count; i++)
		if (lh_bit_has(under, holders->all[i]))
			return LH_ABSENT;
	return 0;
}

int lh_tree_holders_find(struct lh_paths *p)
{
	_cleanup_(places_fini) struct places holders = {0};
	struct lh_walk w;
	int r;

	lh_walk_start(&w, p);
	if (w.wanted == LH_NO_INDEX)
		return LH_ABSENT;
	r = find_places(p, w.wanted, &holders);
	if (r == 0)
		r = check_places(p, w.wanted, &holders);
	for (size_t i = 0; r == 0 && i < holders.count; i++) {
		w.from = holders.all[i];
		r = lh_walk_hold(&w);
	}
	return r == 0 && lh_paths_misses(p) ? LH_ABSENT : r;
}
