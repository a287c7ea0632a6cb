/* SPDX-License-Identifier: Apache-2.0 */
/* A short cycle among some tracked objects, as an example of all their cycles. */
#ifndef LH_ANALYZE_SHORT_CYCLE_H
#define LH_ANALYZE_SHORT_CYCLE_H

#include "analyze/components.h"
#include "graph/shortest_cycle.h"

struct lh_short_cycles {
	const struct lh_components *components; /* the heap's */
	struct lh_view view;
	struct lh_cycle_search search;
};

/** lh_short_cycles_init() - among all tracked objects. Return: 0, -LH_E*. Free with lh_short_cycles_fini() in any
 * case. */
int lh_short_cycles_init(struct lh_heap *heap, struct lh_short_cycles *ret);
void lh_short_cycles_fini(struct lh_short_cycles *cycles);
/** lh_short_cycles_get() - the heap's own, made on the first call and kept. Return: 0, -LH_E*. */
int lh_short_cycles_get(struct lh_heap *heap, struct lh_short_cycles **ret);

/**
 * lh_short_cycle() - a cycle through one of the @count objects at @members (numbers)
 * Preferably through an instance of a class or an exception; the shortest from some of those.
 * Return: 0; LH_ABSENT: there is none; -LH_ENOMEM. The caller frees *@ret, addresses.
 */
int lh_short_cycle(struct lh_short_cycles *cycles, const uint32_t *members, uint32_t count, uint64_t **ret,
		   size_t *ret_length);

#endif
