/* SPDX-License-Identifier: Apache-2.0 */
/* A bitmap of the blocks in use; see glibc_blocks.h. */
#include "malloc/glibc_blocks.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

int lh_glibc_blocks_add(struct lh_glibc_blocks *blocks, uint64_t start, uint64_t end, bool main)
{
	struct lh_glibc_span span = {start, end, main, lh_new0(uint64_t, (end - start) / 16 / 64 + 1)};
	int r = span.begins ? lh_append(blocks->ctx, blocks->spans, blocks->count, blocks->capacity, span)
			    : lh_nomem(blocks->ctx);

	if (r < 0)
		free(span.begins);
	return r;
}

void lh_glibc_blocks_drop(struct lh_glibc_blocks *blocks)
{
	free(blocks->spans[--blocks->count].begins);
}

static int compare_spans(const void *a, const void *b)
{
	const struct lh_glibc_span *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

void lh_glibc_blocks_finish(struct lh_glibc_blocks *blocks)
{
	if (blocks->count)
		qsort(blocks->spans, blocks->count, sizeof(*blocks->spans), compare_spans);
}

void lh_glibc_blocks_fini(struct lh_glibc_blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++)
		free(blocks->spans[i].begins);
	free(blocks->spans);
}

const struct lh_glibc_span *lh_glibc_blocks_span(const struct lh_glibc_blocks *blocks, uint64_t addr)
{
	size_t at = lh_bsearch_first(blocks->count, i, blocks->spans[i].end <= addr);

	return at < blocks->count && blocks->spans[at].start <= addr ? &blocks->spans[at] : NULL;
}
