/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of an instance is read because of its kind. A type of that name whose tp_basicsize is smaller is not
 * the type that the layout speaks of: damaged memory, a layout of another build.
 */
#include "cpython/kind.h"

static uint64_t end_of(const struct lh_layout *l, enum lh_field field, uint32_t width)
{
	return lh_layout_has(l, field) ? (uint64_t)lh_layout_at(l, field) + width : 0;
}

static uint64_t end_of_need(const struct lh_layout *l, const struct lh_need *need)
{
	uint64_t inner;

	if (need->inner == LH_F_COUNT)
		return end_of(l, need->field, need->width);
	inner = end_of(l, need->inner, need->width);
	return inner && lh_layout_has(l, need->field) ? lh_layout_at(l, need->field) + inner : 0;
}

int lh_kind_beyond(const struct lh_layout *layout, const struct lh_kind *kind, uint64_t size,
		   enum lh_field *ret)
{
	for (const struct lh_ref_row *row = kind->refs; row && row->edge; row++)
		if (end_of(layout, row->field, 8) > size) {
			*ret = row->field;
			return 0;
		}
	for (const struct lh_need *need = kind->needs; need && need->field != LH_F_COUNT; need++)
		if (end_of_need(layout, need) > size) {
			*ret = need->field;
			return 0;
		}
	return LH_ABSENT;
}
