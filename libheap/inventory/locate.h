/* SPDX-License-Identifier: Apache-2.0 */
/* What an address is part of: an object, a free block, storage, a module's data. */
#ifndef LH_INVENTORY_LOCATE_H
#define LH_INVENTORY_LOCATE_H

#include "cpython/object.h"

struct lh_place {
	enum lh_place_kind kind;
	struct lh_object object;     /* kind OBJECT: the address lies in it */
	uint64_t arena, pool, block; /* 0: not in pymalloc's memory */
	uint32_t block_size;
	const struct lh_mapping *mapping; /* NULL: none known */
};

/**
 * lh_locate() - what @addr is part of
 * Inside of an object counts too. Outside of pools that costs a walk over all objects.
 * Return: 0, -LH_E*.
 */
int lh_locate(struct lh_heap *heap, uint64_t addr, struct lh_place *ret);

#endif
