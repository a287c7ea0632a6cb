/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strongly connected components with a cycle, of the references that the collector sees; found once and kept.
 *
 * Memory: 4 bytes per tracked object, 4 per object in a cycle, 4 per component; 8 more per tracked object while they
 * are found.
 */
#ifndef LH_ANALYZE_COMPONENTS_H
#define LH_ANALYZE_COMPONENTS_H

#include "analyze/garbage.h"
#include "analyze/search.h"
#include "graph/csr.h"

struct lh_components {
	const struct lh_garbage *garbage; /* the graph, and what is alive in it */
	struct lh_csr graph;              /* borrowed from there */
	uint32_t *number;                 /* by object: of its component, with a cycle or not; see scc.h */
	uint32_t number_count;
	uint32_t count;    /* components with a cycle, in the order of their numbers */
	uint32_t *first;   /* by component with a cycle: where its members start; count + 1 */
	uint32_t *members; /* numbers of objects, ascending in each component */
};

/** struct lh_component - one component with a cycle */
struct lh_component {
	const uint32_t *members;
	uint32_t count;
	bool garbage;
	bool frozen; /* no collection looks at it: some object is frozen, or it is held by frozen garbage */
};

/** lh_components_get() - the heap's, found on the first call. Return: 0, -LH_E*. They belong to the heap. */
int lh_components_get(struct lh_heap *heap, const struct lh_components **ret);

/** lh_components_search() - the same in a thread, beside something else: once it is finished, lh_components_get() has the answer at once.
 * Return: as lh_search_new(). */
int lh_components_search(struct lh_heap *heap, struct lh_search **ret);

/** lh_components_nth() - the component with a cycle number @index, below count */
struct lh_component lh_components_nth(const struct lh_components *all, uint32_t index);
/** lh_components_addr() - the address of an object, by its number */
static inline uint64_t lh_components_addr(const struct lh_components *components, uint32_t number)
{
	return lh_addrset_nth(&components->garbage->graph.rings->tracked, number);
}
/** lh_component_bytes() - of all its objects; @view: the caller's. Return: 0, -LH_ENOMEM. */
int lh_component_bytes(const struct lh_components *all, struct lh_view *view,
		       const struct lh_component *component, uint64_t *ret);

#endif
