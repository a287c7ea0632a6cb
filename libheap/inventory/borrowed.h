/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Borrowed pointers in bodies that are only scanned, as doubts.h has them for what the collector visits: a
 * word is not a reference if known references use up the count of the object that it leads to.
 */
#ifndef LH_INVENTORY_BORROWED_H
#define LH_INVENTORY_BORROWED_H

#include "inventory/graph.h"

/**
 * lh_borrowed_drop() - take such words out of the graph, and note them as its doubts
 * @guesses: indices of words of bodies among the edges, ascending. Return: 0, -LH_E*.
 */
int lh_borrowed_drop(struct lh_graph *graph, const uint32_t *guesses, size_t count);

#endif
