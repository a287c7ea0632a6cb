/* SPDX-License-Identifier: Apache-2.0 */
#include "discover/derive_tools.h"
#include "discover/prove.h"

#include <string.h>

int lh_heap_neighbour(const struct lh_heap *heap, size_t index, struct lh_layout *ret)
{
	const struct lh_module *m = heap->module;

	return lh_layout_neighbour(&heap->build, m ? m->build_id : NULL, m ? m->build_id_len : 0, index, ret);
}

bool lh_derive_is_told(const struct lh_derive *d, enum lh_field field)
{
	return d->heap->layout.source[field] == LH_LAYOUT_OFFSETS;
}

void lh_derive_set(struct lh_derive *d, enum lh_field field, uint32_t offset, const char *proof)
{
	struct lh_layout *l = &d->heap->layout;

	if (lh_derive_is_told(d, field)) {
		if (l->off1[field] == offset + 1)
			l->proof[field] = proof;
		return;
	}
	lh_layout_set(l, field, offset, LH_LAYOUT_DERIVED);
	l->proof[field] = proof;
}

void lh_derive_drop(struct lh_derive *d, enum lh_field field)
{
	struct lh_layout *l = &d->heap->layout;

	l->off1[field] = 0;
	l->source[field] = 0;
	l->proof[field] = NULL;
}

bool lh_derive_is_sound(struct lh_derive *d)
{
	return lh_prove_needed(d->heap) == 0 && lh_layout_check_basics(d->heap->ctx, &d->heap->layout) == 0;
}

int lh_derive_search(struct lh_derive *d, uint64_t base, uint32_t guess, uint32_t limit, uint32_t step,
		     lh_derive_test_fn test, uint32_t *ret)
{
	if (guess < limit && test(d, base + guess)) {
		*ret = guess;
		return 0;
	}
	for (uint32_t at = 0; at < limit; at += step) {
		if (at == guess || !test(d, base + at))
			continue;
		*ret = at;
		return 0;
	}
	return LH_ABSENT;
}

uint64_t lh_derive_basicsize(struct lh_derive *d, const char *name)
{
	const struct lh_types *types = &d->heap->types;
	uint32_t at = lh_layout_at(&d->heap->layout, LH_F_TYPE_NAME);
	char text[32];

	for (size_t i = 0; i < types->count; i++) {
		const struct lh_type *t = types->items[i];

		if (!(t->flags & LH_TPFLAG_HEAPTYPE) && strcmp(t->kind->tp_name, name) == 0 &&
		    lh_heap_string(d->heap, lh_derive_word(d, t->addr + at), text, sizeof(text)) == 0 &&
		    strcmp(text, name) == 0)
			return (uint64_t)t->basicsize;
	}
	return 0;
}
