/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shortest paths to one object: one per shape of path, nearest first; or one per holder, and one per root that
 * leads to it by another path.
 *
 * Memory: that of roots/paths.h, and 4 bytes per place (shapes) or that of roots/root_paths.h.
 */
#ifndef LH_ANALYZE_OBJECT_PATHS_H
#define LH_ANALYZE_OBJECT_PATHS_H

#include "analyze/path_groups.h"
#include "analyze/path_types.h"
#include "roots/path_shapes.h"
#include "roots/root_paths.h"

/** struct lh_object_paths_query - which paths are wanted */
struct lh_object_paths_query {
	uint64_t wanted;             /* the object */
	struct lh_path_types *types; /* borrowed until they are found */
	bool all;                    /* each holder, and each root */
	size_t most;                 /* shapes, or holders, at most; 0: all */
};

struct lh_object_paths {
	struct lh_object_paths_query query;
	struct lh_paths paths;
	struct lh_path_shapes shapes; /* unless all are wanted */
	struct lh_path_groups groups; /* likewise */
	struct lh_root_paths roots;   /* if all are wanted */
	size_t at, given; /* the next root or holder (those after the roots), or group; how many were given */
};

/** struct lh_object_path - one path */
struct lh_object_path {
	const struct lh_root *root;
	uint64_t *way; /* addresses of the objects, from the one that the root refers to, to the wanted one */
	size_t length; /* of the way: its references, the root's own included */
	uint64_t count; /* references that paths of its shape, or its holder, have */
	uint32_t shape; /* LH_NO_PATH_SHAPE if all are wanted */
};

/** lh_object_paths_find() - Return: 0, -LH_E*. Free with lh_object_paths_fini() in any case. Paths point into it. */
int lh_object_paths_find(struct lh_heap *heap, const struct lh_object_paths_query *query,
			 struct lh_object_paths *ret);
/** lh_object_paths_next() - Return: 0; LH_DONE after the last; -LH_ENOMEM. The caller frees ret->way. */
int lh_object_paths_next(struct lh_object_paths *found, struct lh_object_path *ret);
/** lh_object_paths_has() - whether the root refers to the object itself, on a path of the wanted kind */
bool lh_object_paths_has(const struct lh_object_paths *found, const struct lh_root *root);
void lh_object_paths_fini(struct lh_object_paths *found);

#endif
