/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nearly all words have room at first look, which takes all other edges for references. Only if there are as
 * many of those as the count are they counted exactly.
 */
#include "inventory/borrowed.h"
#include "cpython/text.h"
#include "inventory/recount.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

struct finder {
	struct lh_borrowed *out;
	struct lh_recount recount;
	struct lh_view view;
};

/* Objects that words of bodies lead to, and how often any edge does. */
static void count_edges(struct finder *f)
{
	const struct lh_graph *g = f->out->graph;
	struct lh_recount *r = &f->recount;

	for (size_t k = 0; k < g->guess_count; k++) {
		lh_recount_want(r, g->edges[g->guesses[k]]);
		r->guesses[g->edges[g->guesses[k]]]++;
	}
	for (uint32_t k = 0; k < g->offsets[g->count]; k++)
		if (lh_recount_wants(r, g->edges[k]))
			r->known[g->edges[k]]++;
}

/*
 * The count of an interned string leaves out the dict of interned strings; an immortal object has no count,
 * and a static one is never freed.
 */
static bool is_used_up(struct finder *f, uint32_t i, uint32_t known)
{
	uint64_t addr = lh_addrset_nth(&f->out->graph->set, i);
	struct lh_heap *heap = f->out->graph->heap;
	struct lh_object o;

	return lh_object_at(heap, &f->view, addr, &o) == 0 && !o.immortal && o.refcnt <= (int64_t)known &&
	       !lh_object_is_interned(heap, &o) && !lh_is_in_module(heap, addr);
}

/* Return: whether any is left. */
static bool leave_those_with_room(struct finder *f)
{
	const struct lh_graph *g = f->out->graph;
	struct lh_recount *r = &f->recount;
	bool left = false;

	for (size_t k = 0; k < g->guess_count; k++) {
		uint32_t to = g->edges[g->guesses[k]];

		if (!r->guesses[to])
			continue; /* not the first word that leads there */
		if (is_used_up(f, to, r->known[to] - r->guesses[to]))
			left = true;
		else
			lh_recount_leave(r, to);
		r->known[to] = r->guesses[to] = 0;
	}
	return left;
}

static int copy_edges(struct lh_borrowed *b)
{
	size_t bytes = ((size_t)b->graph->offsets[b->graph->count] + 1) * sizeof(*b->edges);

	b->edges = malloc(bytes);
	if (!b->edges)
		return lh_nomem(b->graph->heap->ctx);
	memcpy(b->edges, b->graph->edges, bytes);
	return 0;
}

static int drop(struct finder *f)
{
	struct lh_borrowed *b = f->out;
	const struct lh_graph *g = b->graph;
	uint32_t from = 0;
	int r = 0;

	for (size_t k = 0; k < g->guess_count && r == 0; k++) {
		uint32_t edge = g->guesses[k], to = g->edges[edge];

		if (!lh_recount_wants(&f->recount, to) || !is_used_up(f, to, f->recount.known[to]))
			continue;
		while (g->offsets[from + 1] <= edge)
			from++;
		if (!b->edges)
			r = copy_edges(b);
		if (r == 0)
			r = lh_append(g->heap->ctx, b->doubts, b->count, b->capacity,
				      ((struct lh_doubt){from, to}));
		if (r == 0)
			r = lh_append(g->heap->ctx, b->words, b->word_count, b->word_capacity, edge);
		if (r == 0)
			b->edges[edge] = from;
	}
	return r;
}

int lh_borrowed_find(const struct lh_graph *graph, struct lh_borrowed *ret)
{
	struct finder f = {.out = ret, .view = lh_view_of(graph->heap->target)};
	int r;

	*ret = (struct lh_borrowed){.graph = graph};
	if (!graph->guess_count)
		return 0;
	r = lh_recount_init(graph, &f.recount);
	if (r == 0) {
		count_edges(&f);
		if (leave_those_with_room(&f)) {
			r = lh_recount_run(&f.recount);
			r = r == 0 ? drop(&f) : r;
		}
	}
	lh_recount_fini(&f.recount);
	return r;
}

void lh_borrowed_fini(struct lh_borrowed *b)
{
	free(b->doubts);
	free(b->words);
	free(b->edges);
}
