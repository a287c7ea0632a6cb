/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which objects of a moment were not there in an earlier one of the same process.
 *
 * Surely new are those at an address that had no object, one of another type, or one with other contents that cannot change. Of
 * some it is doubtful (same_object.h). An object with a __class__ that was set since passes for a new one.
 *
 * Memory: 1 byte per object, and the inventories of both moments.
 */
#ifndef LH_ANALYZE_BORN_H
#define LH_ANALYZE_BORN_H

#include "analyze/same_object.h"
#include "inventory/inventory.h"

enum lh_birth {
	LH_BIRTH_OLD, /* it was there */
	LH_BIRTH_NEW,
	LH_BIRTH_DOUBTFUL,
};

struct lh_born {
	struct lh_heap *heap; /* of the later moment */
	const struct lh_inventory *inventory;
	uint8_t *births; /* by number in inventory->set: enum lh_birth */
};

/** lh_born_find() - compare all objects of @after with those of @before. Return: 0, -LH_E*. Free with lh_born_fini() in any
 * case. */
int lh_born_find(struct lh_heap *before, struct lh_heap *after, struct lh_born *ret);
void lh_born_fini(struct lh_born *born);

enum lh_stay {
	LH_STAY_NO,
	LH_STAY_YES,      /* it is new, and still there */
	LH_STAY_DOUBTFUL, /* one of the two is not sure */
};

/** lh_born_stay() - what of @born is still there in a moment after it. @ret: by number in the inventory of @later, enum
 * lh_stay; the caller frees it. Return: 0, -LH_E*. */
int lh_born_stay(const struct lh_born *born, struct lh_heap *later, uint8_t **ret);

#endif
