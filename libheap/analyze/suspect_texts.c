/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/suspect_texts.h"
#include "cpython/text.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

/* PyUnicode_AsUTF8() gives the characters of ASCII text, else a copy that the object keeps. */
static uint64_t text_of(struct lh_heap *heap, struct lh_view *view, const struct lh_suspect *s)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_object o;
	uint32_t state;

	if (s->unexplained != 1 || !s->type || lh_object_at(heap, view, s->addr, &o) != 0)
		return 0;
	if (o.type->kind->id == LH_KIND_BYTES)
		return o.addr + lh_layout_at(l, LH_F_BYTES_DATA);
	if (o.type->kind->id != LH_KIND_STR || !lh_layout_has(l, LH_F_STR_STATE))
		return 0;
	state = lh_u32(o.bytes + lh_layout_at(l, LH_F_STR_STATE));
	return LH_STR_ASCII(state) && LH_STR_COMPACT(state) ? o.addr + lh_layout_at(l, LH_F_STR_ASCII_SIZE)
							    : lh_heap_word(heap, view, o.addr, LH_F_STR_UTF8);
}

static int by_at(const void *a, const void *b)
{
	const struct lh_suspect_text *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

int lh_suspect_texts_list(struct lh_heap *heap, const struct lh_refaudit *audit, struct lh_suspect_texts *ret)
{
	struct lh_view view = lh_view_of(heap->target);

	*ret = (struct lh_suspect_texts){.items = lh_new0(struct lh_suspect_text, audit->suspect_count + 1)};
	if (!ret->items)
		return lh_nomem(heap->ctx);
	for (size_t i = 0; i < audit->suspect_count; i++) {
		uint64_t at = text_of(heap, &view, &audit->suspects[i]);

		if (at)
			ret->items[ret->count++] = (struct lh_suspect_text){at, (uint32_t)i};
	}
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_at);
	return 0;
}

uint32_t lh_suspect_texts_at(const struct lh_suspect_texts *t, uint64_t word)
{
	size_t at;

	if (!t->count || word < t->items[0].at || word > t->items[t->count - 1].at)
		return LH_NO_INDEX;
	at = lh_bsearch_first(t->count, i, t->items[i].at < word);
	return t->items[at].at == word ? t->items[at].suspect : LH_NO_INDEX;
}

void lh_suspect_texts_fini(struct lh_suspect_texts *t)
{
	free(t->items);
}
