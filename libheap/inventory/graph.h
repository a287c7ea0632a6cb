/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The object graph: every live object, its type and bytes, and all its references, words of bodies that are only scanned
 * among them: guesses. Read once, and kept for all questions about paths and sizes.
 *
 * Memory: 2 to 5 bytes per object for the set and 4 for the type, both shared with the inventory if that is kept; 8 for
 * offset and bytes, 4 per reference, 2 bits per object: whether it has guesses, whether it is immortal.
 */
#ifndef LH_INVENTORY_GRAPH_H
#define LH_INVENTORY_GRAPH_H

#include "graph/csr.h"
#include "inventory/objects.h"

struct lh_graph {
	struct lh_heap *heap;
	struct lh_addrset set; /* gives the numbers */
	uint32_t count;
	uint32_t *offsets, *edges; /* see lh_graph_csr() */
	uint32_t *guesses;         /* indices in edges, ascending */
	size_t guess_count;
	uint64_t *guessing;    /* by number, one bit each: some of its edges are guesses */
	uint64_t *immortal;    /* by number, one bit each */
	const uint32_t *types; /* lh_type.index */
	uint32_t *own_types;   /* NULL: the inventory's */
	uint32_t *bytes;       /* see lh_graph_bytes() */
	struct lh_findings findings;
	uint64_t incomplete; /* objects whose storage was not in the target */
};

#define LH_GRAPH_NO_TYPE UINT32_MAX

/** lh_graph_get() - made on the first call. Return: 0, -LH_E*. Belongs to the heap. */
int lh_graph_get(struct lh_heap *heap, const struct lh_graph **ret);
/** lh_graph_kept() - the same, if it was made; else NULL. Valid during the question. */
const struct lh_graph *lh_graph_kept(const struct lh_heap *heap);

#define LH_GRAPH_HUGE UINT32_MAX /* in lh_graph.bytes: what does not fit is asked for again */

/** lh_graph_bytes_huge() - lh_graph_bytes() of an object that has more than 4 GB */
uint64_t lh_graph_bytes_huge(const struct lh_graph *graph, uint32_t i);
/** lh_graph_bytes() - bytes of object @i, as lh_object_bytes_alone() */
static inline uint64_t lh_graph_bytes(const struct lh_graph *graph, uint32_t i)
{
	return graph->bytes[i] == LH_GRAPH_HUGE ? lh_graph_bytes_huge(graph, i) : graph->bytes[i];
}

/** lh_graph_next_guess() - the first guess among the edges from @edge on; UINT32_MAX: there is none */
uint32_t lh_graph_next_guess(const struct lh_graph *graph, uint32_t edge);

/* Whether some edges of object @i are guesses. */
static inline bool lh_graph_guesses(const struct lh_graph *g, uint32_t i)
{
	return lh_bit_has(g->guessing, i);
}

/**
 * lh_graph_referrers() - numbers of the first @most objects that refer to object @number, ascending
 * Looks at all edges, and reads no object. @ret_total: how many there are. Return: 0; -LH_ENOMEM. The caller frees *@ret.
 */
int lh_graph_referrers(const struct lh_graph *graph, uint32_t number, size_t most, uint32_t **ret,
		       size_t *ret_count, uint64_t *ret_total);

static inline struct lh_csr lh_graph_csr(const struct lh_graph *graph)
{
	return (struct lh_csr){.count = graph->count, .offsets = graph->offsets, .edges = graph->edges};
}

#endif
