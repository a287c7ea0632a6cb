/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of one shape are one group. 24 bytes per group, 4 per shape. */
#ifndef LH_ANALYZE_PATH_GROUPS_H
#define LH_ANALYZE_PATH_GROUPS_H

#include "util/error.h"

#include <stddef.h>

/** struct lh_path_group - paths of one shape */
struct lh_path_group {
	uint32_t shape, first; /* first: the caller's number of its first path */
	uint64_t count, bytes;
};

struct lh_path_groups {
	struct lh_path_group *all;
	size_t count, capacity;
	uint32_t *by_shape; /* number + 1 */
	size_t by_shape_capacity;
};

/** lh_path_group_of() - the group of a shape, made if there is none: with count 0. Return: 0, -LH_ENOMEM. */
int lh_path_group_of(struct lh_ctx *ctx, struct lh_path_groups *groups, uint32_t shape, uint32_t first,
		     struct lh_path_group **ret);
void lh_path_groups_fini(struct lh_path_groups *groups);

#endif
