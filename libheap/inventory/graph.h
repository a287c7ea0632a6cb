/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The object graph: every live object, its type and bytes, and all its references, with words of bodies that
 * may be counted.
 *
 * Memory: 2 to 5 bytes per object for the set (addrset.h), 12 for offset, type and bytes, 4 per reference.
 */
#ifndef LH_INVENTORY_GRAPH_H
#define LH_INVENTORY_GRAPH_H

#include "graph/csr.h"
#include "inventory/doubts.h"
#include "inventory/objects.h"

struct lh_graph {
	struct lh_heap *heap;
	struct lh_addrset set; /* gives the numbers */
	uint32_t count;
	uint32_t *offsets, *edges; /* see lh_graph_csr() */
	uint32_t *types;           /* lh_type.index */
	uint32_t *bytes;           /* see lh_graph_bytes() */
	struct lh_findings findings;
	uint64_t incomplete;     /* objects whose storage was not in the target */
	struct lh_doubt *doubts; /* words that are not references, see borrowed.h */
	size_t doubt_count, doubt_capacity;
};

#define LH_GRAPH_NO_TYPE UINT32_MAX

/** lh_graph_read() - Return: 0, -LH_E*. Free with lh_graph_fini(). */
int lh_graph_read(struct lh_heap *heap, struct lh_graph *ret);
void lh_graph_fini(struct lh_graph *graph);
/** lh_graph_bytes() - bytes of object @i, as lh_object_bytes_alone() */
uint64_t lh_graph_bytes(const struct lh_graph *graph, uint32_t i);

static inline struct lh_csr lh_graph_csr(const struct lh_graph *graph)
{
	return (struct lh_csr){.count = graph->count, .offsets = graph->offsets, .edges = graph->edges};
}

#endif
