/* SPDX-License-Identifier: Apache-2.0 */
/* Types that paths have to pass, and types that they must not. */
#ifndef LH_ANALYZE_PATH_TYPES_H
#define LH_ANALYZE_PATH_TYPES_H

#include "analyze/type_filter.h"
#include "roots/paths.h"

struct lh_path_types {
	struct lh_heap *heap;
	struct lh_type_filter through, avoid;
};

static inline bool lh_path_types_any(const struct lh_path_types *types)
{
	return types->through.wanted || types->avoid.wanted;
}

/** lh_path_types_classify() - what a type is to the paths: see lh_paths_request. Return: bits, -LH_ENOMEM. */
int lh_path_types_classify(void *arg /* struct lh_path_types */, struct lh_type *type);
/** lh_path_types_request() - a request with these filters; its callbacks get @types as their argument */
struct lh_paths_request lh_path_types_request(struct lh_path_types *types);
void lh_path_types_fini(struct lh_path_types *types);

#endif
