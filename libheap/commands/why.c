/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/why.h"
#include "command/options.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

void lh_why_init(struct lh_why *w, struct lh_heap *heap, struct lh_result *result,
		 const struct lh_invocation *invocation)
{
	*w = (struct lh_why){.heap = heap, .result = result};
	w->through.wanted = lh_invocation_get(invocation, "through");
	w->avoid.wanted = lh_invocation_get(invocation, "avoid");
	w->filtered = w->through.wanted || w->avoid.wanted;
}

void lh_why_fini(struct lh_why *w)
{
	lh_path_shapes_fini(&w->shapes);
	lh_paths_fini(&w->paths);
	lh_type_filter_fini(&w->through);
	lh_type_filter_fini(&w->avoid);
}

int lh_why_classify(void *arg, struct lh_type *type)
{
	struct lh_why *w = arg;
	bool through, avoid;
	int r = lh_type_filter_matches(w->heap, &w->through, type, &through);

	if (r == 0)
		r = lh_type_filter_matches(w->heap, &w->avoid, type, &avoid);
	if (r < 0)
		return r;
	return (through ? LH_PATHS_THROUGH : 0) | (avoid ? LH_PATHS_AVOID : 0);
}

struct lh_paths_request lh_why_request(struct lh_why *w)
{
	return (struct lh_paths_request){
		.classify = w->filtered ? lh_why_classify : NULL,
		.frames = (lh_type_filter_names(&w->through, "frame") ? LH_PATHS_THROUGH : 0) |
			  (lh_type_filter_names(&w->avoid, "frame") ? LH_PATHS_AVOID : 0),
		.arg = w,
		.through = w->through.wanted != NULL,
	};
}

/* ---- types that are not there ---- */

int lh_why_check_types(struct lh_why *w)
{
	bool any;
	int r = lh_type_filter_any(w->heap, &w->through, &any);

	if (r == 0 && !any && w->through.wanted && !lh_type_filter_names(&w->through, "frame"))
		return lh_no_type_fail(w->heap, "why", "through", w->through.wanted);
	if (r == 0)
		r = lh_type_filter_any(w->heap, &w->avoid, &any);
	if (r == 0 && !any && w->avoid.wanted && !lh_type_filter_names(&w->avoid, "frame"))
		return lh_result_warn(w->result, "no-such-type", NULL,
				      "no object has the type that --avoid names: nothing was avoided");
	return r;
}

/* ---- groups ---- */

int lh_why_group_of(struct lh_ctx *ctx, struct lh_why_groups *g, uint32_t shape, uint32_t first,
		    struct lh_why_group **ret)
{
	size_t old = g->by_shape_capacity;
	int r = 0;

	if (shape >= old)
		r = lh_grow(ctx, &g->by_shape, &g->by_shape_capacity, (size_t)shape + 1,
			    sizeof(*g->by_shape));
	if (r < 0)
		return r;
	memset(g->by_shape + old, 0, (g->by_shape_capacity - old) * sizeof(*g->by_shape));
	if (!g->by_shape[shape]) {
		const struct lh_why_group group = {.shape = shape, .first = first};

		r = lh_append(ctx, g->all, g->count, g->capacity, group);
		if (r < 0)
			return r;
		g->by_shape[shape] = (uint32_t)g->count;
	}
	*ret = &g->all[g->by_shape[shape] - 1];
	return 0;
}

void lh_why_groups_fini(struct lh_why_groups *g)
{
	free(g->all);
	free(g->by_shape);
}
