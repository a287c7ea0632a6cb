/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and numbers that are kept all the same. */
#include "cpython/extent.h"
#include "cpython/text.h"
#include "snapshot/mark_parts.h"

bool lh_mark_is_text(struct lh_mark_objects *w, uint64_t addr)
{
	const uint8_t *p = addr ? lh_view_at(&w->view, addr, at(w, LH_F_OBJECT_SIZE)) : NULL;
	const struct lh_type *type =
		p ? lh_types_find(&w->heap->types, lh_u64(p + at(w, LH_F_OBJECT_TYPE))) : NULL;

	return type && (type->kind->id == LH_KIND_STR || type->kind->id == LH_KIND_BYTES ||
			type->kind->id == LH_KIND_UNICODE27);
}

/* Where the text, or the bytes, of an object are. */
static bool text_of(struct lh_mark_objects *w, uint64_t addr, struct lh_range *ret)
{
	struct lh_object o;
	struct lh_str s;

	if (!addr || lh_object_at(w->heap, &w->view, addr, &o) != 0)
		return false;
	switch (o.type->kind->id) {
	case LH_KIND_BYTES:
		ret->start = addr + at(w, LH_F_BYTES_DATA);
		ret->end = ret->start + word(w, &o, LH_F_VAR_SIZE) + 1;
		return true;
	case LH_KIND_UNICODE27:
		ret->start = word(w, &o, LH_F_UNICODE27_STR);
		ret->end = ret->start + (word(w, &o, LH_F_UNICODE27_LENGTH) + 1) * w->heap->unicode_width;
		return true;
	case LH_KIND_STR:
		if (lh_str_read(w->heap, &w->view, addr, &s) != 0)
			return false;
		*ret = (struct lh_range){s.data, s.data + (s.length + 1) * s.kind};
		return true;
	default:
		return false;
	}
}

void lh_mark_text(struct lh_mark_objects *w, uint64_t addr)
{
	struct lh_range text;

	if (text_of(w, addr, &text))
		keep(w, text.start, text.end - text.start);
}

bool lh_mark_is_marked(struct lh_mark_objects *w, uint64_t addr)
{
	struct lh_range text;

	return text_of(w, addr, &text) && lh_kept_has(w->marks, text.start);
}

void lh_mark_number(struct lh_mark_objects *w, uint64_t addr)
{
	struct lh_object o;

	if (lh_object_at(w->heap, &w->view, addr, &o) == 0 &&
	    (o.type->kind->id == LH_KIND_INT || o.type->kind->id == LH_KIND_INT27))
		keep(w, addr, lh_object_extent(w->heap, o.bytes, o.type));
}
