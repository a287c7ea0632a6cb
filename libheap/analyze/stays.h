/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The classic set of leaked objects: born between two moments and still there in a third one. By type, each with the object that is
 * nearest to a root as an example.
 *
 * Memory: 2 bytes per object, that of born.h and roots/paths.h, 40 bytes per type.
 */
#ifndef LH_ANALYZE_STAYS_H
#define LH_ANALYZE_STAYS_H

#include "analyze/born.h"
#include "roots/paths.h"

/** struct lh_stay_type - objects of one type */
struct lh_stay_type {
	struct lh_type *type;
	uint64_t count, bytes, doubtful; /* doubtful: others, that may be such */
	uint64_t example;                /* address */
	uint32_t place; /* of the example, in paths; LH_NO_PLACE: no root leads to any of them */
};

struct lh_stays {
	struct lh_heap *heap; /* of the third moment */
	const struct lh_inventory *inventory;
	uint8_t *marks;             /* by number: enum lh_stay */
	struct lh_stay_type *types; /* most bytes first; without those that have none */
	size_t count;
	uint64_t objects, bytes, doubtful;
	struct lh_paths paths;
	uint32_t reached; /* numbers before it have a place, or need none */
};

/** lh_stays_find() - Return: 0, -LH_E*. Free with lh_stays_fini() in any case. */
int lh_stays_find(struct lh_heap *first, struct lh_heap *second, struct lh_heap *third, struct lh_stays *ret);
/** lh_stays_next() - the address of the next object of the set from @at on, which is 0 at first. Return: 0; LH_DONE. */
int lh_stays_next(const struct lh_stays *stays, uint32_t *at, uint64_t *ret);
void lh_stays_fini(struct lh_stays *stays);

#endif
