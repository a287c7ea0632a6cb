/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files are told apart by address: tracemalloc keeps one str of each. */
#include "analyze/sites.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>

struct finder {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_sites *out;
};

static int get_site(struct finder *f, const struct lh_trace_frame *at, struct lh_site **ret)
{
	uint64_t hash =
		lh_hash(lh_hash(LH_HASH_START, &at->file, sizeof(at->file)), &at->line, sizeof(at->line));
	struct lh_sites *out = f->out;
	uint32_t n;
	int r;

	for (size_t probe = 0; lh_index_next(&out->index, hash, &probe, &n);) {
		*ret = &out->items[n];
		if ((*ret)->at.file == at->file && (*ret)->at.line == at->line)
			return 0;
	}
	r = lh_append(f->heap->ctx, out->items, out->count, out->capacity, (struct lh_site){.at = *at});
	if (r == 0)
		r = lh_index_add(f->heap->ctx, &out->index, hash, (uint32_t)out->count - 1);
	if (r == 0)
		*ret = &out->items[out->count - 1];
	return r;
}

static int add(void *arg, const struct lh_trace *trace)
{
	struct finder *f = arg;
	struct lh_trace_frame at;
	struct lh_site *site = NULL;
	int r;

	f->out->bytes += trace->bytes;
	if (lh_trace_frame(f->heap, &f->view, trace->traceback, 0, &at) != 0) {
		f->out->nameless++;
		return 0;
	}
	r = get_site(f, &at, &site);
	if (r < 0)
		return r;
	if (!site->count++)
		site->example = trace->addr;
	site->bytes += trace->bytes;
	return 0;
}

int lh_sites_find(struct lh_heap *heap, struct lh_sites *ret)
{
	struct finder f = {.heap = heap, .view = lh_view_of(heap->target), .out = ret};

	*ret = (struct lh_sites){0};
	return lh_traces_walk(heap, add, &f, &ret->traces);
}

void lh_sites_fini(struct lh_sites *sites)
{
	free(sites->items);
	lh_index_fini(&sites->index);
	*sites = (struct lh_sites){0};
}
