/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/path_groups.h"
#include "util/array.h"

#include <stdlib.h>

int lh_path_group_of(struct lh_ctx *ctx, struct lh_path_groups *g, uint32_t shape, uint32_t first,
		     struct lh_path_group **ret)
{
	int r = lh_grow_zeroed(ctx, &g->by_shape, &g->by_shape_capacity, (size_t)shape + 1,
			       sizeof(*g->by_shape));

	if (r < 0)
		return r;
	if (!g->by_shape[shape]) {
		const struct lh_path_group group = {.shape = shape, .first = first};

		r = lh_append(ctx, g->all, g->count, g->capacity, group);
		if (r < 0)
			return r;
		g->by_shape[shape] = (uint32_t)g->count;
	}
	*ret = &g->all[g->by_shape[shape] - 1];
	return 0;
}

void lh_path_groups_fini(struct lh_path_groups *g)
{
	free(g->all);
	free(g->by_shape);
}
