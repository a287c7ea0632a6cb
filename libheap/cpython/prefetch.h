/* SPDX-License-Identifier: Apache-2.0 */
/* List items and dict tables lie outside the object: prefetched, so that they are cached when read. */
#ifndef LH_CPYTHON_PREFETCH_H
#define LH_CPYTHON_PREFETCH_H

#include "cpython/dict.h"

struct lh_prefetch {
	struct lh_view view;
	uint32_t dict_at, list_at; /* where their address is in the object */
};

static inline struct lh_prefetch lh_prefetch_of(const struct lh_heap *heap)
{
	return (struct lh_prefetch){.view = lh_view_of(heap->target),
				    .dict_at = lh_dict_storage_at(&heap->layout),
				    .list_at = lh_layout_at(&heap->layout, LH_F_LIST_ITEMS)};
}

static inline void lh_prefetch_storage(struct lh_prefetch *a, const uint8_t *bytes,
				       const struct lh_type *type)
{
	enum lh_kind_id id = type->kind->id;

	if (id == LH_KIND_DICT || id == LH_KIND_LIST)
		__builtin_prefetch(lh_view_at(
			&a->view, lh_u64(bytes + (id == LH_KIND_DICT ? a->dict_at : a->list_at)), 8));
}

/** lh_prefetch_dict() - the same of dicts alone: what sizes are read from */
static inline void lh_prefetch_dict(struct lh_prefetch *a, const uint8_t *bytes, const struct lh_type *type)
{
	if (type->kind->id == LH_KIND_DICT)
		__builtin_prefetch(lh_view_at(&a->view, lh_u64(bytes + a->dict_at), 8));
}

#endif
