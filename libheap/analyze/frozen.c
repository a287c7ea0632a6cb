/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's algorithm once more, without frozen and immortal objects as roots: what was alive before,
 * but is not now, is held only by those.
 */
#include "analyze/frozen.h"
#include "util/array.h"

#include <stdlib.h>

#define ROOTS_NOT (LH_TRACKED_IMMORTAL | LH_TRACKED_FROZEN)

struct finder {
	const struct lh_tracked *graph;
	uint32_t *stack;
	uint8_t *met;
};

static void spread(struct finder *f, uint32_t root)
{
	const struct lh_tracked *g = f->graph;
	uint32_t depth = 1;

	f->met[root] = 1;
	f->stack[0] = root;
	while (depth) {
		uint32_t i = f->stack[--depth];

		for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++) {
			uint32_t to = g->edges[k];

			if (f->met[to] || g->flags[to] & LH_TRACKED_FROZEN)
				continue;
			f->met[to] = 1;
			f->stack[depth++] = to;
		}
	}
}

static bool is_held(const struct lh_tracked *g, uint32_t i)
{
	return !(g->flags[i] & ROOTS_NOT) &&
	       (g->external[i] || g->flags[i] & (LH_TRACKED_DOUBTFUL | LH_TRACKED_UNTYPED));
}

static int gather(const struct lh_garbage *g, const uint8_t *met, struct lh_frozen *ret)
{
	const struct lh_tracked *t = &g->graph;

	*ret = (struct lh_frozen){.items = lh_new0(uint32_t, (size_t)t->count + 1)};
	if (!ret->items)
		return lh_nomem(t->heap->ctx);
	for (uint32_t i = 0; i < t->count; i++)
		if (lh_garbage_is_lost(g, i) ||
		    (met && !met[i] && (t->flags[i] & (LH_GARBAGE_ALIVE | ROOTS_NOT)) == LH_GARBAGE_ALIVE))
			ret->items[ret->count++] = i;
	return 0;
}

int lh_frozen_find(const struct lh_garbage *garbage, struct lh_frozen *ret)
{
	const struct lh_tracked *g = &garbage->graph;
	_cleanup_free_ uint32_t *stack = lh_new0(uint32_t, (size_t)g->count + 1);
	_cleanup_free_ uint8_t *met = lh_new0(uint8_t, (size_t)g->count + 1);
	struct finder f = {g, stack, met};

	*ret = (struct lh_frozen){0};
	if (!stack || !met)
		return lh_nomem(g->heap->ctx);
	for (uint32_t i = 0; i < g->count; i++)
		if (!met[i] && is_held(g, i))
			spread(&f, i);
	return gather(garbage, met, ret);
}

int lh_frozen_lost(const struct lh_garbage *garbage, struct lh_freed *freed, struct lh_frozen *ret)
{
	uint32_t kept = 0;
	int r = garbage->lost ? gather(garbage, NULL, ret) : 0;

	for (uint32_t k = 0; r == 0 && k < ret->count; k++)
		if (!lh_freed_has(freed, lh_addrset_nth(&garbage->graph.rings->tracked, ret->items[k])))
			ret->items[kept++] = ret->items[k];
	ret->count = kept;
	return r;
}

void lh_frozen_fini(struct lh_frozen *frozen)
{
	free(frozen->items);
}
