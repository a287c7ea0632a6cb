/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on what keeps nearly empty arenas. */
#include "analyze/pins.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

struct lh_pin_iter {
	struct lh_heap *heap;
	struct lh_pins pins;
	size_t next;
	char *owner; /* of the last one, in words */
};

int lh_pin_iter_new(struct lh_heap *heap, unsigned below, struct lh_pin_iter **ret)
{
	struct lh_pin_iter *iter;
	int r;

	if (below < 1 || below > 100)
		return lh_fail(heap->ctx, LH_EUSAGE, "arenas below %u percent: it must be 1 to 100", below);
	iter = lh_new0(struct lh_pin_iter, 1);
	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	heap->iterators++; /* they refer to the graph */
	r = lh_pins_find(heap, below, &iter->pins);
	if (r < 0) {
		lh_pin_iter_free(iter);
		return r;
	}
	*ret = iter;
	return 0;
}

int lh_pin_iter_next(struct lh_pin_iter *iter, struct lh_pin_info *ret)
{
	const struct lh_pins *p = &iter->pins;
	const struct lh_pin *pin;

	if (iter->next >= p->count)
		return LH_DONE;
	pin = &p->pins[iter->next++];
	lh_info_give(ret,
		     &(struct lh_pin_info){.arena = p->arenas[pin->arena].use->arena->address,
					   .block = pin->block,
					   .object = pin->object,
					   .block_size = pin->size,
					   .kind = pin->kind},
		     sizeof(*ret));
	return 0;
}

int lh_pin_iter_owner(struct lh_pin_iter *iter, const char **ret)
{
	const struct lh_pins *p = &iter->pins;
	struct lh_string text = {0};

	if (iter->next)
		lh_pins_owner_text(p, p->pins[iter->next - 1].owner, &text);
	free(iter->owner);
	iter->owner = lh_string_take(&text);
	if (!iter->owner)
		return lh_nomem(p->heap->ctx);
	*ret = iter->owner;
	return 0;
}

struct lh_pin_iter *lh_pin_iter_free(struct lh_pin_iter *iter)
{
	if (!iter)
		return NULL;
	iter->heap->iterators--;
	lh_pins_fini(&iter->pins);
	free(iter->owner);
	free(iter);
	return NULL;
}
