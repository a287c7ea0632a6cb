/* SPDX-License-Identifier: Apache-2.0 */
/* Objects on their way to whom a walk is for. */
#include "inventory/objects_parts.h"

int lh_items_give_wanted(lh_items_fn fn, void *arg, const struct lh_item *items, size_t count)
{
	int r = 0;

	for (size_t i = 0, end; i < count && r == 0; i = end + 1) {
		for (end = i; end < count && items[end].wanted;)
			end++;
		r = end > i ? fn(arg, items + i, end - i) : 0;
	}
	return r;
}

/* Those that a thread had ahead of the walk were seen by it. */
static int see(struct lh_objects_state *w)
{
	const struct lh_walk_filter *f = w->filter;
	int r = 0;

	for (size_t i = 0, end; i < w->count && r == 0; i = end + 1) {
		for (end = i; end < w->count && !w->items[end].seen;)
			w->items[end++].seen = true;
		r = end > i ? f->see(f->arg, w->heap->ctx, 0, w->items + i, end - i) : 0;
	}
	return r;
}

int lh_objects_flush(struct lh_objects_state *w)
{
	size_t count = w->count;
	int r = w->filter->see ? see(w) : 0;

	w->count = 0;
	if (r < 0 || !count)
		return r;
	return w->all || !w->filter->see ? w->fn(w->arg, w->items, count)
					 : lh_items_give_wanted(w->fn, w->arg, w->items, count);
}
