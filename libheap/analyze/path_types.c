/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/path_types.h"

int lh_path_types_classify(void *arg, struct lh_type *type)
{
	struct lh_path_types *t = arg;
	bool through, avoid;
	int r = lh_type_filter_matches(t->heap, &t->through, type, &through);

	if (r == 0)
		r = lh_type_filter_matches(t->heap, &t->avoid, type, &avoid);
	if (r < 0)
		return r;
	return (through ? LH_PATHS_THROUGH : 0) | (avoid ? LH_PATHS_AVOID : 0);
}

struct lh_paths_request lh_path_types_request(struct lh_path_types *t)
{
	return (struct lh_paths_request){
		.classify = lh_path_types_any(t) ? lh_path_types_classify : NULL,
		.frames = (lh_type_filter_names(&t->through, "frame") ? LH_PATHS_THROUGH : 0) |
			  (lh_type_filter_names(&t->avoid, "frame") ? LH_PATHS_AVOID : 0),
		.arg = t,
		.through = t->through.wanted != NULL,
	};
}

void lh_path_types_fini(struct lh_path_types *t)
{
	lh_type_filter_fini(&t->through);
	lh_type_filter_fini(&t->avoid);
}
