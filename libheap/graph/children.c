/* SPDX-License-Identifier: Apache-2.0 */
#include "graph/children.h"
#include "util/array.h"

#include <stdlib.h>

#define AHEAD 32 /* counters of the places above: in any order */

/* A counting sort: first[] is one place ahead while items are put down, and ends where it belongs. */
int lh_children_make(struct lh_ctx *ctx, const uint32_t *above, uint32_t count, struct lh_children *ret)
{
	size_t n = (size_t)count + 2;

	*ret = (struct lh_children){.first = lh_new0(uint32_t, n), .items = lh_new0(uint32_t, n)};
	if (!ret->first || !ret->items)
		return lh_nomem(ctx);
	for (uint32_t p = 1; p < count; p++) {
		if (p + AHEAD < count)
			__builtin_prefetch(&ret->first[above[p + AHEAD] + 2], 1);
		ret->first[above[p] + 2]++;
	}
	for (size_t p = 2; p < n; p++)
		ret->first[p] += ret->first[p - 1];
	for (uint32_t p = 1; p < count; p++) {
		if (p + AHEAD < count)
			__builtin_prefetch(&ret->first[above[p + AHEAD] + 1], 1);
		ret->items[ret->first[above[p] + 1]++] = p;
	}
	return 0;
}

void lh_children_fini(struct lh_children *children)
{
	free(children->first);
	free(children->items);
}
