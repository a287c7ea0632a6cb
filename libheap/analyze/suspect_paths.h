/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holders of objects that are counted too low, or freed already: paths from roots, grouped by shape. Which of
 * the references was never counted is not recorded; a place with many of them is the likely one.
 */
#ifndef LH_ANALYZE_SUSPECT_PATHS_H
#define LH_ANALYZE_SUSPECT_PATHS_H

#include "analyze/refaudit.h"
#include "describe/path_text.h"

/** struct lh_suspect_path - references by paths of one shape */
struct lh_suspect_path {
	uint32_t shape;
	bool stray; /* to freed objects */
	uint64_t count;
};

struct lh_suspect_paths {
	struct lh_paths paths;
	struct lh_path_shapes shapes;
	struct lh_suspect_path *items; /* most references first */
	size_t count, capacity;
};

/** lh_suspect_paths_find() - Return: 0, -LH_E*. Free with lh_suspect_paths_fini() in any case. */
int lh_suspect_paths_find(struct lh_heap *heap, const struct lh_refaudit *audit,
			  struct lh_suspect_paths *ret);
void lh_suspect_paths_fini(struct lh_suspect_paths *paths);

#endif
