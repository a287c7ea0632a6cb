/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on the collectors and their generations. */
#include "analyze/generations.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

static int make(struct lh_heap *heap, void *ret)
{
	return lh_collectors_read(heap, ret);
}

static void fini(void *kept)
{
	lh_collectors_fini(kept);
}

static const struct lh_keeper keeper = {sizeof(struct lh_collectors), make, fini};

/* Return: 0; LH_DONE: there are not so many; -LH_E*. */
static int collector_at(struct lh_heap *heap, size_t index, const struct lh_collector **ret)
{
	const struct lh_collectors *found;
	int r = lh_heap_keep(heap, &keeper, &found);

	if (r < 0)
		return r;
	if (index >= found->count)
		return LH_DONE;
	*ret = &found->items[index];
	return 0;
}

int lh_collector_at(struct lh_heap *heap, size_t index, struct lh_collector_info *ret)
{
	const struct lh_collector *c;
	struct lh_collector_info info;
	int r = collector_at(heap, index, &c);

	if (r != 0)
		return r;
	info = (struct lh_collector_info){
		.interpreter = c->interp->id,
		.enabled = c->gc.flags_known ? c->gc.enabled : -1,
		.collecting = c->gc.collecting,
		.garbage = c->gc.garbage,
		.garbage_count = c->garbage,
		.generation_count = c->gc.generation_count,
		.debug = c->gc.debug,
		.long_lived_total = c->gc.has_long_lived ? (int64_t)c->gc.long_lived_total : -1,
		.long_lived_pending = c->gc.has_long_lived ? (int64_t)c->gc.long_lived_pending : -1,
	};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_generation_at(struct lh_heap *heap, size_t collector, size_t index, struct lh_generation_info *ret)
{
	const struct lh_generation_size *g;
	const struct lh_collector *c;
	int r = collector_at(heap, collector, &c);

	if (r != 0)
		return r;
	if (index >= c->gc.generation_count)
		return LH_DONE;
	g = &c->sizes[index];
	lh_info_give(ret,
		     &(struct lh_generation_info){.number = g->generation.number,
						  .threshold = g->generation.threshold,
						  .count = g->generation.count,
						  .objects = g->objects,
						  .bytes = g->bytes,
						  .untyped = g->untyped,
						  .broken = g->broken,
						  .last = g->last},
		     sizeof(*ret));
	return 0;
}
