/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/alone.h"
#include "util/array.h"

#include <stdlib.h>

struct walk {
	const struct lh_retained *from;
	bool *met; /* by number */
	uint32_t *queue;
	uint32_t head, tail;
};

static void walk_fini(struct walk *w)
{
	free(w->met);
	free(w->queue);
}

static void meet(struct walk *w, uint32_t node)
{
	if (node == LH_NO_INDEX || w->met[node])
		return;
	w->met[node] = true;
	w->queue[w->tail++] = node;
}

static void spread(struct walk *w)
{
	const struct lh_graph *g = &w->from->graph;

	for (; w->head < w->tail; w->head++)
		for (uint32_t k = g->offsets[w->queue[w->head]]; k < g->offsets[w->queue[w->head] + 1]; k++)
			meet(w, g->edges[k]);
}

static void start(struct walk *w, const struct lh_alone *alone)
{
	const struct lh_retained *t = w->from;

	for (size_t i = 0; i < t->roots.count; i++)
		if (!alone->is_theirs(alone->arg, &t->roots.all[i]))
			meet(w, lh_addrset_index(&t->graph.set, t->roots.all[i].to));
	for (uint32_t p = t->first_native; p < t->tree.count; p++)
		if (!t->tree.dominator[p])
			meet(w, t->tree.node[p]);
}

int lh_leaks_claim_alone(struct lh_leaks *leaks, struct lh_alone *alone)
{
	const struct lh_retained *t = leaks->retained;
	_cleanup_(walk_fini) struct walk w = {.from = t,
					      .met = lh_new0(bool, (size_t)t->graph.count + 1),
					      .queue = lh_new0(uint32_t, (size_t)t->graph.count + 1)};

	if (!w.met || !w.queue)
		return lh_nomem(leaks->heap->ctx);
	start(&w, alone);
	spread(&w);
	for (uint32_t i = 0; i < t->graph.count; i++) {
		if (w.met[i] || !t->tree.place[i] || leaks->claimed[i])
			continue;
		alone->bytes += lh_graph_bytes(&t->graph, i);
		alone->objects++;
		leaks->claimed[i] = LH_CLAIMED;
	}
	leaks->left_changed = true;
	return 0;
}
