/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on what gc.collect() would find. */
#include "analyze/garbage.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

int lh_garbage_summary(struct lh_heap *heap, struct lh_garbage_summary *ret)
{
	const struct lh_garbage *g;
	int r = lh_garbage_get(heap, &g);

	if (r < 0)
		return r;
	lh_info_give(ret,
		     &(struct lh_garbage_summary){.objects = g->count,
						  .components = g->components,
						  .uncollectable = g->uncollectable,
						  .doubtful = g->doubtful,
						  .missing = g->graph.incomplete,
						  .broken = g->graph.rings->broken,
						  .collecting = g->graph.rings->collecting},
		     sizeof(*ret));
	return 0;
}

struct lh_garbage_iter {
	struct lh_heap *heap;
	const struct lh_garbage *from;
	uint32_t at;
};

int lh_garbage_iter_new(struct lh_heap *heap, struct lh_garbage_iter **ret)
{
	struct lh_garbage_iter *iter = lh_new0(struct lh_garbage_iter, 1);
	int r = iter ? lh_garbage_get(heap, &iter->from) : lh_nomem(heap->ctx);

	if (r < 0) {
		free(iter);
		return r;
	}
	iter->heap = heap;
	heap->iterators++;
	*ret = iter;
	return 0;
}

int lh_garbage_iter_next(struct lh_garbage_iter *iter, struct lh_garbage_info *ret)
{
	const struct lh_garbage *g = iter->from;
	uint32_t number, at = iter->at;

	if (at >= g->count)
		return LH_DONE;
	iter->at++;
	number = g->items[at];
	lh_info_give(
		ret,
		&(struct lh_garbage_info){.addr = lh_addrset_nth(&g->graph.rings->tracked, number),
					  .component = g->component[at],
					  .uncollectable = g->graph.flags[number] & LH_GARBAGE_UNCOLLECTABLE},
		sizeof(*ret));
	return 0;
}

struct lh_garbage_iter *lh_garbage_iter_free(struct lh_garbage_iter *iter)
{
	if (iter)
		iter->heap->iterators--;
	free(iter);
	return NULL;
}
