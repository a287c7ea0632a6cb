/* SPDX-License-Identifier: Apache-2.0 */
/* Items of lists and tables of dicts lie elsewhere in memory:
 * asked for before they are read, they are there. */
#ifndef LH_CPYTHON_AHEAD_H
#define LH_CPYTHON_AHEAD_H

#include "cpython/dict.h"

struct lh_ahead {
	struct lh_view view;
	uint32_t dict_at, list_at; /* where their address is in the object */
};

static inline struct lh_ahead lh_ahead_of(const struct lh_heap *heap)
{
	return (struct lh_ahead){.view = lh_view_of(heap->target),
				 .dict_at = lh_dict_storage_at(&heap->layout),
				 .list_at = lh_layout_at(&heap->layout, LH_F_LIST_ITEMS)};
}

static inline void lh_ahead_ask(struct lh_ahead *a, const uint8_t *bytes, const struct lh_type *type)
{
	enum lh_kind_id id = type->kind->id;

	if (id == LH_KIND_DICT || id == LH_KIND_LIST)
		__builtin_prefetch(lh_view_at(
			&a->view, lh_u64(bytes + (id == LH_KIND_DICT ? a->dict_at : a->list_at)), 8));
}

#endif
