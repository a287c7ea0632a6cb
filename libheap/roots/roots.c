/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/roots.h"
#include "util/array.h"

#include <stdlib.h>

int lh_roots_add(struct lh_roots *roots, const struct lh_root *root)
{
	if (!root->to)
		return 0;
	if (roots->count >= LH_ROOTS_MAX)
		return lh_fail(roots->heap->ctx, LH_ECORRUPT, "more roots than paths can number (2^31)");
	return lh_append(roots->heap->ctx, roots->all, roots->count, roots->capacity, *root);
}

void lh_roots_fini(struct lh_roots *roots)
{
	free(roots->all);
}
