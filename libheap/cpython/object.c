/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/object.h"

int lh_object_at(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_object *ret)
{
	const struct lh_layout *l = &heap->layout;
	enum lh_refcnt_kind kind = lh_refcnt_kind_of(l);
	struct lh_object o = { .addr = addr };
	const uint8_t *p;
	int r;

	if (addr & 7)
		return LH_ABSENT;
	p = lh_view_at(view, addr, lh_layout_at(l, LH_F_OBJECT_SIZE));
	if (!p || !lh_refcnt_is_sane(lh_u64(p + lh_layout_at(l, LH_F_OBJECT_REFCNT)), kind))
		return LH_ABSENT;
	r = lh_types_get(heap, lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE)), &o.type);
	if (r != 0)
		return r;
	o.bytes = lh_view_at(view, addr, (uint64_t)o.type->basicsize);
	if (!o.bytes)
		return LH_ABSENT;
	o.refcnt = lh_object_refcnt(p + lh_layout_at(l, LH_F_OBJECT_REFCNT), kind, &o.immortal);
	*ret = o;
	return 0;
}
