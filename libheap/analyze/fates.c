/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/fates.h"
#include "util/array.h"

#include <stdlib.h>

static int find_frozen(struct lh_fates *f)
{
	const struct lh_tracked *t = &f->garbage->graph;
	struct lh_frozen lost = {0};
	int r = lh_frozen_lost(f->garbage, &f->collected, &lost);

	if (r == 0)
		r = lh_freed_find(t->heap,
				  &(struct lh_giving_up){.set = &t->rings->tracked,
							 .items = lost.items,
							 .count = lost.count,
							 .group_count = 1},
				  &f->frozen);
	lh_frozen_fini(&lost);
	return r;
}

static int find_kept(struct lh_fates *f)
{
	const struct lh_garbage *g = f->garbage;
	_cleanup_free_ uint32_t *items = lh_new0(uint32_t, (size_t)g->count + 1);
	struct lh_giving_up given = {.set = &g->graph.rings->tracked, .items = items, .group_count = 1};

	if (!items)
		return lh_nomem(g->graph.heap->ctx);
	for (uint32_t p = 0; p < g->count; p++)
		if (g->graph.flags[g->items[p]] & LH_GARBAGE_UNCOLLECTABLE)
			items[given.count++] = g->items[p];
	return lh_freed_find(g->graph.heap, &given, &f->kept);
}

int lh_fates_find(struct lh_heap *heap, struct lh_fates *ret)
{
	int r;

	*ret = (struct lh_fates){0};
	r = lh_garbage_get(heap, &ret->garbage);
	if (r == 0)
		r = lh_garbage_freed(ret->garbage, &ret->collected);
	if (r == 0)
		r = find_frozen(ret);
	return r == 0 ? find_kept(ret) : r;
}

void lh_fates_fini(struct lh_fates *f)
{
	lh_freed_fini(&f->collected);
	lh_freed_fini(&f->frozen);
	lh_freed_fini(&f->kept);
}

enum lh_fate lh_fate_of(struct lh_fates *f, uint64_t addr)
{
	return lh_freed_has(&f->collected, addr) ? LH_FATE_COLLECTED
	       : lh_freed_has(&f->frozen, addr)  ? LH_FATE_FROZEN
	       : lh_freed_has(&f->kept, addr)    ? LH_FATE_KEPT
						 : LH_FATE_UNSEEN;
}

const char *lh_fate_name(enum lh_fate fate)
{
	static const char *const names[] = {
		[LH_FATE_COLLECTED] = "collectable",
		[LH_FATE_FROZEN] = "frozen",
		[LH_FATE_KEPT] = "uncollectable",
		[LH_FATE_UNSEEN] = "unseen",
	};

	return names[fate];
}
