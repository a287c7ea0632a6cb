/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nearly all words have room at first look, which takes all other edges for references. Only if there are as
 * many of those as the count are they counted exactly.
 */
#include "inventory/borrowed.h"
#include "cpython/text.h"
#include "inventory/recount.h"
#include "inventory/references.h"
#include "util/array.h"

struct dropper {
	struct lh_graph *graph;
	const uint32_t *guesses;
	size_t count;
	struct lh_recount recount;
	struct lh_view view;
};

/* Objects that words of bodies lead to, and how often any edge does. */
static void count_edges(struct dropper *d)
{
	const struct lh_graph *g = d->graph;
	struct lh_recount *r = &d->recount;

	for (size_t k = 0; k < d->count; k++) {
		lh_recount_want(r, g->edges[d->guesses[k]]);
		r->guesses[g->edges[d->guesses[k]]]++;
	}
	for (uint32_t k = 0; k < g->offsets[g->count]; k++)
		if (lh_recount_wants(r, g->edges[k]))
			r->known[g->edges[k]]++;
}

/*
 * The count of an interned string leaves out the dict of interned strings; an immortal object has no count,
 * and a static one is never freed.
 */
static bool is_used_up(struct dropper *d, uint32_t i, uint32_t known)
{
	uint64_t addr = lh_addrset_nth(&d->graph->set, i);
	struct lh_heap *heap = d->graph->heap;
	struct lh_object o;

	return lh_object_at(heap, &d->view, addr, &o) == 0 && !o.immortal && o.refcnt <= (int64_t)known &&
	       !lh_object_is_interned(heap, &o) && !lh_is_in_module(heap, addr);
}

/* Return: whether any is left. */
static bool leave_those_with_room(struct dropper *d)
{
	struct lh_recount *r = &d->recount;
	bool left = false;

	for (size_t k = 0; k < d->count; k++) {
		uint32_t to = d->graph->edges[d->guesses[k]];

		if (!r->guesses[to])
			continue; /* not the first word that leads there */
		if (is_used_up(d, to, r->known[to] - r->guesses[to]))
			left = true;
		else
			lh_recount_leave(r, to);
		r->known[to] = r->guesses[to] = 0;
	}
	return left;
}

static int drop(struct dropper *d)
{
	struct lh_graph *g = d->graph;
	uint32_t from = 0;
	int r = 0;

	for (size_t k = 0; k < d->count && r == 0; k++) {
		uint32_t *edge = &g->edges[d->guesses[k]];

		if (!lh_recount_wants(&d->recount, *edge) || !is_used_up(d, *edge, d->recount.known[*edge]))
			continue;
		while (g->offsets[from + 1] <= d->guesses[k])
			from++;
		r = lh_append(g->heap->ctx, g->doubts, g->doubt_count, g->doubt_capacity,
			      ((struct lh_doubt){from, *edge}));
		if (r == 0)
			*edge = LH_NO_INDEX;
	}
	if (r == 0 && g->doubt_count)
		lh_references_close_gaps(g->offsets, g->edges, g->count);
	return r;
}

int lh_borrowed_drop(struct lh_graph *graph, const uint32_t *guesses, size_t count)
{
	struct dropper d = {
		.graph = graph, .guesses = guesses, .count = count, .view = lh_view_of(graph->heap->target)};
	int r = count ? lh_recount_init(graph, &d.recount) : 0;

	if (r == 0 && count) {
		count_edges(&d);
		if (leave_those_with_room(&d)) {
			r = lh_recount_run(&d.recount);
			r = r == 0 ? drop(&d) : r;
		}
	}
	lh_recount_fini(&d.recount);
	return r;
}
