/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generations of objects in two moments: an object never goes to a younger one, so one that did is another object.
 *
 * The collector moves what it leaves alive to the next older generation (Modules/gcmodule.c, Python/gc.c), gc.unfreeze() to the oldest
 * one. What is not tracked at all times says nothing: exact tuples and dicts.
 *
 * Memory: 2 to 5 bytes per object that is not in the oldest generation (addrset.h).
 */
#ifndef LH_ANALYZE_YOUNG_H
#define LH_ANALYZE_YOUNG_H

#include "cpython/gc.h"
#include "inventory/addrset.h"

#define LH_YOUNG_GENERATIONS 2

struct lh_young {
	struct lh_addrset sets[LH_YOUNG_GENERATIONS]; /* the youngest first */
	bool known; /* false: no lists are here, they are torn or in flux; free-threaded builds have none */
};

/** lh_young_find() - Return: 0, -LH_E*. Free with lh_young_fini() in any case. */
int lh_young_find(struct lh_heap *heap, struct lh_young *ret);
void lh_young_fini(struct lh_young *young);
/** lh_young_is_other() - whether the object of @type at @addr, tracked in both moments, came to a younger generation */
bool lh_young_is_other(const struct lh_young *before, const struct lh_young *after,
		       const struct lh_type *type, uint64_t addr);

#endif
