/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Borrowed pointers in bodies that are only scanned, as doubts.h has them for what the collector visits: a
 * word is no reference where known references have used the count of what it leads to up.
 */
#ifndef LH_INVENTORY_BORROWED_H
#define LH_INVENTORY_BORROWED_H

#include "inventory/graph.h"

/**
 * lh_borrowed_drop() - take such words out of the graph, and note them as its doubts
 * @guesses: places in the edges, ascending, of words of bodies. Return: 0, -LH_E*.
 */
int lh_borrowed_drop(struct lh_graph *graph, const uint32_t *guesses, size_t count);

#endif
