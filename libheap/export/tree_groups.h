/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of the tree that are too small to be shown by themselves, by their types; for tree.c. */
#ifndef LH_EXPORT_TREE_GROUPS_H
#define LH_EXPORT_TREE_GROUPS_H

#include "export/tree.h"

/** struct lh_tree_group - objects of one type, none of which dominates another */
struct lh_tree_group {
	uint32_t type; /* as the graph has it */
	size_t first, count;
	uint64_t bytes; /* their own */
	uint64_t retained, objects;
};

/** struct lh_tree_groups - those that retain most first */
struct lh_tree_groups {
	struct lh_tree_group *items;
	size_t count, capacity;
	uint32_t *places; /* of items[i]: those from its first */
};

/** struct lh_tree_grouper - finds groups. 4 bytes per type, and 24 per type and thread */
struct lh_tree_grouper {
	struct lh_export *x;
	/* By type, the last one for those without: where its group is, and 1; 0: it has none yet. */
	uint32_t *slots;
	struct lh_tree_sum *sums; /* by thread, by type likewise; zero between two levels */
	uint32_t types;
	unsigned workers;
};

/** lh_tree_grouper_init() - Return: 0; -LH_ENOMEM. Free with lh_tree_grouper_fini() in any case. */
int lh_tree_grouper_init(struct lh_export *x, struct lh_tree_grouper *ret);
void lh_tree_grouper_fini(struct lh_tree_grouper *grouper);

/**
 * lh_tree_groups_make() - groups of the @count objects at @places
 * Time: a step per object, on all processors. Memory: 4 bytes per object, and 4 while they are found.
 * Return: 0; -LH_ENOMEM, -LH_EINTR. Free with lh_tree_groups_fini() in any case.
 */
int lh_tree_groups_make(struct lh_tree_grouper *grouper, const uint32_t *places, size_t count,
			struct lh_tree_groups *ret);
void lh_tree_groups_fini(struct lh_tree_groups *groups);

#endif
