/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which containers grew between two moments: growth by path (growth_paths.h), with all that lies below an index, key or member added to
 * the container that has it. Of containers in others it is the outermost one.
 *
 * Memory: 8 bytes per shape of the later moment, 48 per container.
 */
#ifndef LH_ANALYZE_GROWTH_HOLDERS_H
#define LH_ANALYZE_GROWTH_HOLDERS_H

#include "analyze/growth_paths.h"

/** struct lh_growth_holder - a container, or what else is at one path */
struct lh_growth_holder {
	uint32_t shape;                    /* of its path, in the later moment */
	int64_t bytes, objects;            /* by which all that is in it grew */
	const struct lh_path_growth *most; /* of what is in it: the row that grew most */
};

struct lh_growth_holders {
	struct lh_growth_paths paths;
	struct lh_growth_holder *items; /* most bytes grown first */
	size_t count, capacity;
	uint32_t *of_shape; /* number + 1 */
};

/** lh_growth_holders_find() - Return: 0, -LH_E*. Free with lh_growth_holders_fini() in any case. */
int lh_growth_holders_find(struct lh_heap *before, struct lh_heap *after, struct lh_growth_holders *ret);
void lh_growth_holders_fini(struct lh_growth_holders *holders);

#endif
