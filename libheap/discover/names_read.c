/* SPDX-License-Identifier: Apache-2.0 */
#include "discover/names_private.h"

uint64_t lh_names_type_of(struct lh_heap *heap, uint64_t addr)
{
	const uint8_t *p =
		addr & 7 ? NULL
			 : lh_view_at(&heap->view, addr, lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE));

	return p ? lh_u64(p + lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE)) : 0;
}

uint64_t lh_names_flags_of(struct lh_heap *heap, uint64_t type)
{
	const uint8_t *p =
		type & 7 ? NULL : lh_view_at(&heap->view, type, lh_layout_at(&heap->layout, LH_F_TYPE_SIZE));

	return p ? lh_u64(p + lh_layout_at(&heap->layout, LH_F_TYPE_FLAGS)) : 0;
}

/* Up to 3.9 some are used without PyType_Ready(); their own type is still 'type'. */
bool lh_names_is_static_type(struct lh_heap *heap, uint64_t addr)
{
	uint64_t type = lh_names_type_of(heap, addr);

	return type && lh_names_flags_of(heap, type) & LH_TPFLAG_TYPE_SUBCLASS &&
	       !(lh_names_flags_of(heap, addr) & LH_TPFLAG_HEAPTYPE) &&
	       (lh_names_flags_of(heap, addr) & LH_TPFLAG_READY || lh_names_type_of(heap, type) == type);
}
