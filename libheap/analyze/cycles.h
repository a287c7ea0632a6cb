/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference cycles among tracked objects, alive or garbage: strongly connected components, grouped by the
 * shape of a short cycle in each.
 */
#ifndef LH_ANALYZE_CYCLES_H
#define LH_ANALYZE_CYCLES_H

#include "analyze/garbage.h"

/** struct lh_cycle_group - components with cycles of one shape, and equal 'garbage' and 'frozen' */
struct lh_cycle_group {
	char *shape;
	uint64_t hash;
	uint64_t components, objects, bytes; /* of all objects of the components */
	bool garbage;
	bool frozen; /* no collection looks at them: some object is frozen, or it is held by frozen garbage */
	uint64_t *example; /* addresses of the cycle's objects, in the order of the shape */
	size_t example_count;
};

/** struct lh_cycles_query - which components count */
struct lh_cycles_query {
	bool garbage_only;
	uint64_t min_bytes;
	const char *type; /* a type that one of the component's objects has; see query.h. NULL: any */
};

struct lh_cycles {
	const struct lh_garbage *found; /* the graph, and what is alive in it */
	struct lh_cycle_group *groups;
	size_t count, capacity;
	uint64_t components, garbage, frozen, objects, bytes;
};

/** lh_cycles_find() - Return: 0, -LH_E*. Free with lh_cycles_fini(). */
int lh_cycles_find(struct lh_heap *heap, const struct lh_cycles_query *query, struct lh_cycles *ret);
void lh_cycles_fini(struct lh_cycles *cycles);

#endif
