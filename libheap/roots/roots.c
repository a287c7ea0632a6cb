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

uint64_t lh_root_word(const struct lh_roots *roots, const struct lh_root *root)
{
	const struct lh_target *target = roots->heap->target;
	const uint8_t *word;

	if (root->kind != LH_ROOT_FRAME)
		return root->at;
	if (!root->span.words)
		return 0;
	word = root->span.words + root->slot * root->span.stride;
	for (size_t i = 0; i < target->segment_count; i++) {
		const struct lh_segment *s = &target->segments[i];

		if (word >= s->data && word < s->data + (s->end - s->start))
			return s->start + (uint64_t)(word - s->data);
	}
	return 0;
}

void lh_roots_fini(struct lh_roots *roots)
{
	free(roots->all);
}
