/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who refers to what is counted too low, or freed already: paths from roots, those of one shape together.
 * Which of the references was never counted stands nowhere; the place that has many of them is likely the
 * one.
 */
#ifndef LH_ANALYZE_SUSPECT_PATHS_H
#define LH_ANALYZE_SUSPECT_PATHS_H

#include "analyze/refaudit.h"
#include "describe/path_text.h"

/** struct lh_suspect_path - references by way of paths of one shape */
struct lh_suspect_path {
	uint32_t shape;
	bool stray; /* to what was freed */
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
