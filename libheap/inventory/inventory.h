/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All live objects of a heap and their types, found once and kept for further questions.
 *
 * Memory: 2 to 5 bytes per object for the set (addrset.h), 4 for the type, 1 bit for tracked; 4 more while it
 * is made.
 */
#ifndef LH_INVENTORY_INVENTORY_H
#define LH_INVENTORY_INVENTORY_H

#include "inventory/objects.h"

struct lh_inventory {
	struct lh_addrset set;       /* gives the numbers */
	uint32_t *types;             /* by number: lh_type.index */
	uint64_t *tracked;           /* by number, one bit each */
	struct lh_findings findings; /* of the walk */
};

/** lh_inventory_get() - made on the first call. Return: 0, -LH_E*. Belongs to the heap. */
int lh_inventory_get(struct lh_heap *heap, const struct lh_inventory **ret);

/** lh_inventory_types() - types of objects by number, if the inventory is kept; else NULL. Valid during the question. */
const uint32_t *lh_inventory_types(const struct lh_heap *heap);

/*
 * Object @number, at @addr, for a thread's loop over all objects. @types: lh_inventory_types(), or NULL: its header is proved
 * again. Return: as lh_object_of_known_type().
 */
static inline int lh_inventory_object(struct lh_heap *heap, struct lh_view *view, const uint32_t *types,
				      uint32_t number, uint64_t addr, struct lh_object *ret)
{
	return types ? lh_object_known(heap, view, addr, heap->types.items[types[number]], ret)
		     : lh_object_of_known_type(heap, view, addr, ret);
}

static inline bool lh_inventory_is_tracked(const struct lh_inventory *inventory, uint32_t number)
{
	return lh_bit_has(inventory->tracked, number);
}

#endif
