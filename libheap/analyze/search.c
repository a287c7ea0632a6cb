/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/search.h"
#include "util/background.h"
#include "util/cleanup.h"
#include "util/parallel.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct lh_search {
	struct lh_heap *heap;
	const struct lh_search_steps *steps;
	struct lh_background background;
	alignas(max_align_t) unsigned char data[]; /* the keeper's */
};

struct lh_search *lh_search_free(struct lh_search *s)
{
	if (s) {
		lh_background_stop(&s->background);
		s->heap->iterators--;
		s->steps->keeper->fini(s->data);
	}
	free(s);
	return NULL;
}

int lh_search_new(struct lh_heap *heap, const struct lh_search_steps *steps, struct lh_search **ret)
{
	_cleanup_(lh_search_freep) struct lh_search *s = NULL;
	int r;

	*ret = NULL;
	if (lh_heap_kept(heap, steps->keeper) || lh_workers(heap->ctx) < 2)
		return LH_DONE;
	s = calloc(1, sizeof(*s) + steps->keeper->size);
	if (!s)
		return lh_nomem(heap->ctx);
	s->heap = heap;
	s->steps = steps;
	heap->iterators++; /* what the thread reads stays */
	r = steps->prepare(heap, s->data);
	if (r < 0)
		return r;
	lh_background_start(&s->background, steps->run, s->data);
	*ret = lh_take(s);
	return 0;
}

int lh_search_finish(struct lh_search *s)
{
	const struct lh_search_steps *steps = s->steps;
	int r = lh_background_finish(&s->background, s->heap->ctx, steps->phase);

	if (r == 0 && steps->complete)
		r = steps->complete(s->heap, s->data);
	if (r < 0)
		return r;
	r = lh_heap_put(s->heap, steps->keeper, steps->rely, s->data);
	memset(s->data, 0, steps->keeper->size); /* they were moved, or freed */
	return r;
}
