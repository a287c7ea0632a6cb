/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks that malloc has handed out: of its heaps, and those with a mapping to themselves. */
#include "analyze/owned_parts.h"
#include "malloc/glibc_chunk.h"
#include "util/array.h"

#include <stdlib.h>

#define HEAD LH_CHUNK_HEAD

/* Gets the memory of a block that its user may write. Return: 0, -LH_E*. */
typedef int (*block_fn)(struct lh_owned_work *w, uint64_t start, uint64_t end);

/* A chunk has the first word of the next one, too. */
static int walk_heap(struct lh_owned_work *w, const struct lh_run *run, block_fn fn)
{
	const struct lh_glibc_chunks *chunks = &w->regions->chunks;
	struct lh_glibc_chunk c = lh_glibc_chunk_first(chunks, &chunks->parts[run->index]);
	int r = 0;

	while (r == 0 && lh_glibc_chunk_next(&c))
		if (c.state == LH_CHUNK_USED && c.addr >= run->start && c.next + 8 <= run->end)
			r = fn(w, c.addr + HEAD, c.next + 8);
	return r;
}

static int walk_mapped(struct lh_owned_work *w, const struct lh_run *run, block_fn fn)
{
	struct lh_range m = {.end = run->start};
	int r = 0;

	while (r == 0 && lh_glibc_mapped_next(&w->view, m.end, run->end, &m))
		r = fn(w, m.start + HEAD, m.end);
	return r;
}

static int walk(struct lh_owned_work *w, block_fn fn)
{
	int r = 0;

	for (size_t i = 0; i < w->regions->count && r == 0; i++) {
		const struct lh_run *run = &w->regions->runs[i];

		if (run->kind == LH_REGION_HEAP)
			r = walk_heap(w, run, fn);
		else if (run->kind == LH_REGION_ANONYMOUS && w->regions->chunks.glibc.count)
			r = walk_mapped(w, run, fn);
		if (r == 0)
			r = lh_progress(w->heap->ctx, "reading malloc's blocks", i, w->regions->count);
	}
	return r;
}

static int add(struct lh_owned_work *w, uint64_t start, uint64_t end)
{
	int r = lh_addrset_add(&w->owned->set, start);

	w->low = !w->high || start < w->low ? start : w->low;
	w->high = end > w->high ? end : w->high;
	return r < 0 ? r : 0;
}

static int measure(struct lh_owned_work *w, uint64_t start, uint64_t end)
{
	uint64_t units = (end - start) / LH_BLOCK_UNIT;
	uint32_t i = lh_addrset_index(&w->owned->set, start);

	if (i != LH_NO_INDEX) /* memory that could not be read before may be there now */
		w->units[i] = units < UINT32_MAX ? (uint32_t)units : UINT32_MAX;
	return 0;
}

int lh_owned_blocks_find(struct lh_owned_work *w)
{
	struct lh_addrset *set = &w->owned->set;
	int r = walk(w, add);

	if (r < 0)
		return r;
	lh_addrset_finish(set);
	w->units = lh_new0(uint32_t, (size_t)set->count + 1);
	w->fates = lh_new0(uint32_t, (size_t)set->count + 1);
	return w->units && w->fates ? walk(w, measure) : lh_nomem(w->heap->ctx);
}

uint32_t lh_owned_block(const struct lh_owned_work *w, uint64_t addr)
{
	const struct lh_addrset *set = &w->owned->set;
	uint32_t n;

	if (!lh_owned_may_be(w, addr))
		return LH_NO_INDEX;
	n = lh_addrset_index(set, addr);
	if (n != LH_NO_INDEX)
		return n;
	n = lh_addrset_rank(set, addr);
	return n && addr - lh_addrset_nth(set, n - 1) < (uint64_t)w->units[n - 1] * LH_BLOCK_UNIT
		       ? n - 1
		       : LH_NO_INDEX;
}
