/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on where memory is. */
#include "analyze/memory.h"
#include "util/info.h"

static int64_t resident(const struct lh_memory *m, uint64_t bytes)
{
	return m->resident_known ? (int64_t)bytes : -1;
}

static int64_t private(const struct lh_memory *m, uint64_t bytes)
{
	return m->private_known ? (int64_t)bytes : -1;
}

int lh_memory_summary(struct lh_heap *heap, struct lh_memory_summary *ret)
{
	const struct lh_memory *m;
	int r = lh_memory_get(heap, &m);

	if (r < 0)
		return r;
	lh_info_give(ret,
		     &(struct lh_memory_summary){.mapped = m->mapped,
						 .writable = m->writable,
						 .resident = resident(m, m->pages.resident),
						 .unexplained = m->unexplained,
						 .conflicts = m->conflicts,
						 .damaged = m->first_damaged,
						 .private_dirty = private(m, m->pages.dirty),
						 .shared = private(m, m->pages.shared),
						 .swapped = private(m, m->pages.swapped)},
		     sizeof(*ret));
	return 0;
}

int lh_memory_at(struct lh_heap *heap, size_t index, struct lh_memory_info *ret)
{
	const struct lh_memory *m;
	const struct lh_memory_row *row;
	int r = lh_memory_get(heap, &m);

	if (r < 0)
		return r;
	if (index >= m->count)
		return LH_DONE;
	row = &m->rows[index];
	lh_info_give(ret,
		     &(struct lh_memory_info){.path = row->path,
					      .note = row->note,
					      .depth = row->depth,
					      .leaf = row->leaf,
					      .bytes = row->sum.bytes,
					      .resident = resident(m, row->sum.pages.resident),
					      .count = row->sum.count,
					      .private_dirty = private(m, row->sum.pages.dirty),
					      .shared = private(m, row->sum.pages.shared),
					      .swapped = private(m, row->sum.pages.swapped)},
		     sizeof(*ret));
	return 0;
}
