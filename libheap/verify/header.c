/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/header.h"
#include "cpython/object.h"
#include "verify/damage.h"

bool lh_header_is_sane(struct lh_verify *v, uint64_t addr, uint64_t *ret_bad)
{
	const struct lh_layout *l = &v->heap->layout;
	const uint8_t *p = addr & 7 ? NULL : lh_view_at(&v->view, addr, lh_layout_at(l, LH_F_OBJECT_SIZE));
	struct lh_type *type;
	uint64_t word;

	*ret_bad = addr;
	if (!p)
		return false;
	word = lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE));
	*ret_bad = addr + lh_layout_at(l, LH_F_OBJECT_TYPE);
	if (!lh_types_find(&v->heap->types, word) && lh_types_get(v->heap, word, &type) != 0)
		return false;
	*ret_bad = addr + lh_layout_at(l, LH_F_OBJECT_REFCNT);
	return lh_refcnt_is_sane(lh_u64(p + lh_layout_at(l, LH_F_OBJECT_REFCNT)), lh_refcnt_kind_of(l));
}

bool lh_header_is_missing(struct lh_verify *v, uint64_t addr, uint64_t bad)
{
	const struct lh_layout *l = &v->heap->layout;
	const uint8_t *p = lh_view_at(&v->view, bad, 8);

	if (!p)
		return lh_damage_is_missing(v, bad, 8);
	return bad == addr + lh_layout_at(l, LH_F_OBJECT_TYPE) &&
	       lh_damage_is_missing(v, lh_u64(p), lh_layout_at(l, LH_F_TYPE_SIZE));
}

void lh_header_words(struct lh_verify *v, uint64_t addr, uint64_t bad, struct lh_string *out)
{
	const struct lh_layout *l = &v->heap->layout;
	const uint8_t *p = lh_view_at(&v->view, bad, 8);

	if (!p || addr & 7) {
		lh_string_add(out, addr & 7 ? "no object lies at such an address"
					    : "its memory is not mapped, or not in the dump");
		return;
	}
	if (bad == addr + lh_layout_at(l, LH_F_OBJECT_TYPE))
		lh_string_add(out, "its type is ");
	else if (bad == addr + lh_layout_at(l, LH_F_OBJECT_REFCNT))
		lh_string_add(out, "its reference count is ");
	else
		lh_string_add(out, "its size is ");
	lh_damage_word_text(v->heap, lh_u64(p), out);
	if (bad == addr + lh_layout_at(l, LH_F_OBJECT_TYPE))
		lh_string_add(out, ", which is not a type");
}
