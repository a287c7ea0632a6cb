/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What grew between two moments of one process, by shape of path and type: objects are where a shortest path from a root leads.
 *
 * A shape's steps are compared by what they are in the process (addresses of names, fields, code), not by text: only rows that are
 * shown are put into words. An object with a path that is another by now counts for two shapes.
 *
 * Memory, per moment: the object graph and its paths (graph.h, paths.h: some 40 bytes per object and 4 per reference), 4 bytes per object
 * for its shape, 48 per shape; 72 per row.
 */
#ifndef LH_ANALYZE_GROWTH_PATHS_H
#define LH_ANALYZE_GROWTH_PATHS_H

#include "analyze/growth.h"
#include "roots/path_shapes.h"
#include "util/string.h"

/** struct lh_path_growth - objects of one type by paths of one shape */
struct lh_path_growth {
	uint64_t key;     /* of the shape, in any moment; 0: no root leads to them */
	const char *type; /* name; owned by a heap */
	uint64_t count[LH_MOMENTS], bytes[LH_MOMENTS];
	uint32_t shape[LH_MOMENTS]; /* LH_NO_PATH_SHAPE: it has none there */
	uint64_t example;           /* address of one in the last moment that has any */
};

struct lh_growth_paths {
	struct lh_heap *heaps[LH_MOMENTS]; /* the caller's */
	struct lh_paths paths[LH_MOMENTS];
	struct lh_path_shapes shapes[LH_MOMENTS];
	struct lh_path_growth *rows; /* those that changed, most bytes grown first */
	size_t count, capacity;
	struct lh_index index; /* of rows, while they are made */
};

/** lh_growth_paths_find() - Return: 0, -LH_E*. Free with lh_growth_paths_fini() in any case. */
int lh_growth_paths_find(struct lh_heap *before, struct lh_heap *after, struct lh_growth_paths *ret);
void lh_growth_paths_fini(struct lh_growth_paths *growth);
/** lh_growth_paths_text() - a row's path and its root in words, as in its last moment; nothing if no root leads there */
void lh_growth_paths_text(const struct lh_growth_paths *growth, const struct lh_path_growth *row,
			  struct lh_string *path, struct lh_string *root);

#endif
