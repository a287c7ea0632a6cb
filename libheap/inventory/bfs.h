/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breadth first around an object, level by level: what it refers to and what that refers to, or the other way
 * round. Each object is met once, at its lowest level.
 *
 * Down costs what it meets; up costs a pass over all objects per level. Memory: the set of objects that were
 * met, 8 bytes for each of one level down and 24 bytes for each new one that an object refers to; 16 bytes for
 * each of one level up.
 */
#ifndef LH_INVENTORY_BFS_H
#define LH_INVENTORY_BFS_H

#include "cpython/edge.h"
#include "util/cleanup.h"

/** struct lh_met - an object met: @reference, of @from to @to, led to it; its words are NULL if it was not found again */
struct lh_met {
	struct lh_reference reference;
	uint64_t from, to, level;
};

struct lh_bfs;

/** lh_bfs_down() - from @starts, which are copied, to what they refer to, @depth levels. Free with lh_bfs_free().
 * Return: 0, -LH_ENOMEM. */
int lh_bfs_down(struct lh_heap *heap, const uint64_t *starts, size_t count, uint64_t depth,
		struct lh_bfs **ret);
/** lh_bfs_up() - from @start to what refers to it, @depth levels. Free with lh_bfs_free(). Return: 0, -LH_ENOMEM. */
int lh_bfs_up(struct lh_heap *heap, uint64_t start, uint64_t depth, struct lh_bfs **ret);
/** lh_bfs_next() - the next object met. Return: 0; LH_DONE after the last; -LH_E*. */
int lh_bfs_next(struct lh_bfs *bfs, struct lh_met *ret);
/** lh_bfs_incomplete() - whether storage of some object that was looked at was not in the target */
bool lh_bfs_incomplete(const struct lh_bfs *bfs);
struct lh_bfs *lh_bfs_free(struct lh_bfs *bfs);

LH_DEFINE_CLEANUP(struct lh_bfs, lh_bfs_free);

#endif
