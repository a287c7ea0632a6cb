/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole gc rings, read as many chains at once.
 *
 * A ring is a chain of loads that wait for each other, and memory answers many at a time. So objects here and
 * there in pools that look tracked begin chains of their own; each ends where another begins. The chains that
 * lead from a ring's head back to it are the ring, and each link of them was checked both ways: nothing is
 * guessed. The others were dead memory, and are taken out again.
 */
#ifndef LH_INVENTORY_RING_CHAINS_H
#define LH_INVENTORY_RING_CHAINS_H

#include "inventory/rings.h"

/**
 * lh_ring_chains_read() - the objects of all rings of all collectors into empty sets
 * Return: 0; LH_ABSENT: not so, for the heap is small or a ring is torn (the sets are empty again); -LH_E*.
 */
int lh_ring_chains_read(struct lh_heap *heap, const struct lh_generation *rings, size_t count,
			struct lh_rings *ret);

#endif
