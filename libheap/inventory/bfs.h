/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breadth first around an object, level by level: what it refers to and what that refers to, or the other way
 * round. Each object is met once, at its lowest level.
 *
 * Down costs what it meets; up costs a pass over all objects per level. Memory: the set of objects that were
 * met, and 8 bytes for each of one level.
 */
#ifndef LH_INVENTORY_BFS_H
#define LH_INVENTORY_BFS_H

#include "cpython/visit.h"
#include "inventory/addrset.h"

/** struct lh_met - an object met: word @i of @span is the reference of @from to @to that led to it */
struct lh_met {
	const struct lh_span *span;
	uint64_t i, from, to, level;
};

typedef int (*lh_met_fn)(void *arg, const struct lh_met *met); /* Return: 0; -LH_E* ends it. */

/** lh_bfs_down() - what @starts refer to, @depth levels. Return: 0, -LH_E*, what @fn returned. */
int lh_bfs_down(struct lh_heap *heap, const uint64_t *starts, size_t count, uint64_t depth, lh_met_fn fn,
		void *arg);
/** lh_bfs_up() - what refers to @start, @depth levels. Return: as lh_bfs_down(). */
int lh_bfs_up(struct lh_heap *heap, uint64_t start, uint64_t depth, lh_met_fn fn, void *arg);

#endif
