/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/recount.h"
#include "cpython/visit.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP (1u << 16)

int lh_recount_init(const struct lh_graph *graph, struct lh_recount *ret)
{
	*ret = (struct lh_recount){.graph = graph,
				   .wanted = lh_new0(uint64_t, (size_t)graph->count / 64 + 1),
				   .known = lh_new0(uint32_t, (size_t)graph->count + 1),
				   .guesses = lh_new0(uint32_t, (size_t)graph->count + 1)};
	return ret->wanted && ret->known && ret->guesses ? 0 : lh_nomem(graph->heap->ctx);
}

void lh_recount_fini(struct lh_recount *r)
{
	lh_word_map_fini(&r->marks);
	free(r->wanted);
	free(r->known);
	free(r->guesses);
}

static void count(struct lh_recount *r, uint32_t *counts, uint64_t word)
{
	uint32_t i = lh_addrset_index(&r->graph->set, word);

	if (i != LH_NO_INDEX && lh_recount_wants(r, i))
		counts[i]++;
}

/* A word that several objects have is one reference: values of an instance and its dict (3.13+), links. */
static void on_span(void *arg, const struct lh_span *span)
{
	struct lh_recount *r = arg;
	bool guess = span->label == LH_LABEL_BODY;
	struct lh_word_map_run *run = guess ? NULL : lh_word_map_of(&r->marks, span->words);
	uint64_t at = run ? (uint64_t)(span->words - run->data) : 0;

	for (uint64_t k = 0; k < span->count; k++)
		if (!run || !lh_word_map_test_and_set(run, (at + k * span->stride) >> 3))
			count(r, guess ? r->guesses : r->known, lh_span_counted(span, k));
}

static void on_thread_span(void *arg, const struct lh_span *span)
{
	if (span->label == LH_LABEL_LOCAL)
		on_span(arg, span);
}

static bool refers(const struct lh_recount *r, uint32_t i)
{
	const struct lh_graph *g = r->graph;

	for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++)
		if (lh_recount_wants(r, g->edges[k]))
			return true;
	return false;
}

/* A reference by an initializer of static data is not counted. */
static int visit(struct lh_recount *r, struct lh_visitor *v, uint32_t i)
{
	uint64_t addr = lh_addrset_nth(&r->graph->set, i);
	struct lh_object o;
	int found = lh_is_in_module(v->heap, addr) ? LH_ABSENT : lh_object_at(v->heap, &v->view, addr, &o);

	if (found == 0 && !lh_is_static_type(&v->heap->layout, o.bytes, o.type))
		lh_visit(v, &o);
	return found < 0 ? found : 0;
}

int lh_recount_run(struct lh_recount *r)
{
	const struct lh_graph *g = r->graph;
	struct lh_heap *heap = g->heap;
	struct lh_visitor v = {.heap = heap, .view = lh_view_of(heap->target), .fn = on_span, .arg = r};
	int done = lh_word_map_init(&r->marks, heap->target);

	for (uint32_t i = 0; done == 0 && i < g->count; i++) {
		if (i % STEP == 0)
			done = lh_progress(heap->ctx, "counting references", i, g->count);
		if (done == 0 && refers(r, i))
			done = visit(r, &v, i);
	}
	v.fn = on_thread_span;
	for (size_t i = 0; done == 0 && i < heap->interp_count; i++)
		lh_visit_threads(&v, &heap->interps[i], NULL, NULL);
	return done;
}
