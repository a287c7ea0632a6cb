/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole gc rings, read as many chains at once.
 *
 * A ring is a chain of loads that wait for each other, while memory serves many at a time. So objects here
 * and there in pools that look tracked start chains of their own; each ends where another begins. The chains
 * that lead from a ring's head back to it are the ring, and each link of them was checked both ways: nothing
 * is guessed. Other chains are in dead memory, and are removed again.
 */
#ifndef LH_INVENTORY_RING_CHAINS_H
#define LH_INVENTORY_RING_CHAINS_H

#include "inventory/rings.h"

/**
 * lh_ring_chains_read() - the objects of all rings of all collectors into empty sets, on several threads
 * Return: 0; LH_ABSENT: not read this way, since the heap is small or a ring is torn (the sets are empty
 * again); -LH_E*.
 */
int lh_ring_chains_read(struct lh_heap *heap, const struct lh_generation *rings, size_t count,
			struct lh_rings *ret);

#endif
