/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's algorithm once more, with what frozen objects hold subtracted from the counts, too, and
 * without immortal objects as roots: what is not alive then, but was before, only those hold.
 */
#include "analyze/frozen.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

struct finder {
	const struct lh_tracked *graph;
	uint32_t *external; /* as in the graph, without references of frozen objects */
	uint32_t *stack;
	uint8_t *met;
};

static void finder_fini(struct finder *f)
{
	free(f->external);
	free(f->stack);
	free(f->met);
}

static int finder_init(struct finder *f, const struct lh_tracked *g)
{
	size_t n = (size_t)g->count + 1;

	f->graph = g;
	f->external = lh_new0(uint32_t, n);
	f->stack = lh_new0(uint32_t, n);
	f->met = lh_new0(uint8_t, n);
	if (!f->external || !f->stack || !f->met)
		return lh_nomem(g->heap->ctx);
	memcpy(f->external, g->external, g->count * sizeof(*f->external));
	return 0;
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct finder *f = arg;

	for (uint64_t i = 0; i < span->count; i++) {
		uint32_t target = lh_addrset_index(&f->graph->rings.tracked, lh_span_counted(span, i));

		if (target != LH_NO_INDEX && f->external[target])
			f->external[target]--;
	}
}

static int subtract_frozen(struct finder *f)
{
	struct lh_heap *heap = f->graph->heap;
	struct lh_addrset_iter iter = {.set = &f->graph->rings.permanent};
	struct lh_visitor v = {
		.heap = heap, .view = lh_view_of(heap->target), .fn = on_span, .arg = f, .gc_only = true};
	uint64_t addr, done = 0;
	int r = 0;

	while (r >= 0 && lh_addrset_next(&iter, &addr) == 0) {
		struct lh_object o;

		r = lh_object_at(heap, &v.view, addr, &o);
		if (r == 0)
			lh_visit(&v, o.addr, o.bytes, o.type);
		if (r >= 0 && ++done % STEP == 0)
			r = lh_progress(heap->ctx, "reading frozen objects", done,
					f->graph->rings.permanent.count);
	}
	return r < 0 ? r : 0;
}

static void spread(struct finder *f, uint32_t root)
{
	const struct lh_tracked *g = f->graph;
	uint32_t depth = 1;

	f->met[root] = 1;
	f->stack[0] = root;
	while (depth) {
		uint32_t i = f->stack[--depth];

		for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++) {
			if (f->met[g->edges[k]])
				continue;
			f->met[g->edges[k]] = 1;
			f->stack[depth++] = g->edges[k];
		}
	}
}

static bool is_held(const struct finder *f, uint32_t i)
{
	uint8_t flags = f->graph->flags[i];

	return !(flags & LH_TRACKED_IMMORTAL) &&
	       (f->external[i] || flags & (LH_TRACKED_DOUBTFUL | LH_TRACKED_UNTYPED));
}

static int gather(const struct finder *f, struct lh_frozen *ret)
{
	const struct lh_tracked *g = f->graph;

	ret->items = lh_new0(uint32_t, (size_t)g->count + 1);
	if (!ret->items)
		return lh_nomem(g->heap->ctx);
	for (uint32_t i = 0; i < g->count; i++)
		if (!f->met[i] &&
		    (g->flags[i] & (LH_GARBAGE_ALIVE | LH_TRACKED_IMMORTAL)) == LH_GARBAGE_ALIVE)
			ret->items[ret->count++] = i;
	return 0;
}

int lh_frozen_find(const struct lh_garbage *garbage, struct lh_frozen *ret)
{
	_cleanup_(finder_fini) struct finder f = {0};
	int r = finder_init(&f, &garbage->graph);

	*ret = (struct lh_frozen){0};
	if (r == 0)
		r = subtract_frozen(&f);
	for (uint32_t i = 0; r == 0 && i < f.graph->count; i++)
		if (!f.met[i] && is_held(&f, i))
			spread(&f, i);
	return r == 0 ? gather(&f, ret) : r;
}

void lh_frozen_fini(struct lh_frozen *frozen)
{
	free(frozen->items);
}
