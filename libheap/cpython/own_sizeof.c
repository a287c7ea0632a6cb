/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/dict.h"
#include "cpython/size.h"

#define MRO_MAX 1024

/* A C type that has a row knows its own size.c; what is above it is counted there too. */
static bool is_known(const struct lh_heap *heap, const struct lh_type *type)
{
	return !type->python && (type->exact || lh_sized_ring(heap, type));
}

static bool defines_sizeof(struct lh_heap *heap, uint64_t type)
{
	uint64_t found, dict = lh_heap_word(heap, &heap->view, type, LH_F_TYPE_DICT);

	return dict && lh_dict_get(heap, dict, "__sizeof__", &found) == 0;
}

bool lh_type_has_own_sizeof(struct lh_heap *heap, const struct lh_type *type)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t mro = lh_heap_word(heap, &heap->view, type->addr, LH_F_TYPE_MRO),
		 count = lh_heap_word(heap, &heap->view, mro, LH_F_VAR_SIZE);

	for (uint64_t i = 0; i < count && i < MRO_MAX; i++) {
		const uint8_t *p =
			lh_view_at(&heap->view, mro + lh_layout_at(l, LH_F_TUPLE_ITEMS) + 8 * i, 8);
		struct lh_type *t;

		if (!p || lh_types_get(heap, lh_u64(p), &t) != 0 || is_known(heap, t))
			return false;
		if (defines_sizeof(heap, t->addr))
			return true;
	}
	return false;
}
