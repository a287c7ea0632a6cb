/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Borrowed pointers in bodies that are only scanned, as doubts.h has them for what the collector visits: a
 * word is not a reference if known references use up the count of the object that it leads to.
 */
#ifndef LH_INVENTORY_BORROWED_H
#define LH_INVENTORY_BORROWED_H

#include "inventory/doubts.h"
#include "inventory/graph.h"

struct lh_borrowed {
	const struct lh_graph *graph;
	struct lh_doubt *doubts; /* words that are not references, */
	size_t count, capacity;
	uint32_t *words; /* and their indices among the edges, ascending */
	size_t word_count, word_capacity;
	uint32_t *edges; /* the graph's, but these words lead to their own object; NULL: there are none */
};

/** lh_borrowed_find() - Memory: 4 bytes per reference if there are any. Return: 0, -LH_E*. Free with lh_borrowed_fini() in any
 * case. */
int lh_borrowed_find(const struct lh_graph *graph, struct lh_borrowed *ret);
void lh_borrowed_fini(struct lh_borrowed *borrowed);

#endif
