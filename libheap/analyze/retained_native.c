/* SPDX-License-Identifier: Apache-2.0 */
/* Retained sizes with native memory: what an object owns goes with it. */
#include "analyze/owned.h"
#include "analyze/retained.h"
#include "util/array.h"

#include <stdlib.h>

int lh_retained_with_native(const struct lh_retained *t, struct lh_retained_native *ret)
{
	struct lh_heap *heap = t->graph.heap;
	const struct lh_owned *owned;
	int r = lh_owned_get(heap, &owned);

	*ret = (struct lh_retained_native){0};
	if (r < 0)
		return r;
	ret->native = lh_new0(uint64_t, t->tree.count);
	ret->bytes = lh_new0(uint64_t, t->tree.count);
	if (!ret->native || !ret->bytes)
		return lh_nomem(heap->ctx);
	for (size_t i = 0; i < owned->objects; i++)
		ret->native[lh_retained_place(t, owned->owners[i].addr)] += owned->owners[i].bytes;
	ret->native[0] = 0; /* of what no root leads to */
	/* A dominator's place is lower than those of what it dominates. */
	for (uint32_t p = t->tree.count - 1; p > 0; p--) {
		ret->native[t->tree.dominator[p]] += ret->native[p];
		ret->bytes[p] = t->bytes[p] + ret->native[p];
	}
	ret->bytes[0] = t->bytes[0] + ret->native[0];
	ret->with = *t;
	ret->with.bytes = ret->bytes;
	return 0;
}

void lh_retained_native_fini(struct lh_retained_native *r)
{
	free(r->native);
	free(r->bytes);
}
