/* SPDX-License-Identifier: Apache-2.0 */
#include "target/resident.h"
#include "target/build.h"
#include "util/array.h"
#include "util/bsearch.h"

void lh_resident_seek(struct lh_resident *r, uint64_t start, uint64_t end, struct lh_page_bytes *sum)
{
	const struct lh_target *t = r->target;
	size_t i = lh_bsearch_first(t->page_run_count, k, t->pages[k].end <= start);

	for (; i < t->page_run_count && t->pages[i].start < end; i++) {
		const struct lh_page_run *run = &t->pages[i];
		uint64_t from = run->start > start ? run->start : start, to = run->end < end ? run->end : end;

		r->at = i;
		lh_page_bytes_add(sum, run->state, to - from);
	}
}

int lh_target_add_pages(struct lh_target *t, uint64_t start, uint64_t end, unsigned state)
{
	struct lh_page_run *last = t->page_run_count ? &t->pages[t->page_run_count - 1] : NULL;

	if (start >= end || !state)
		return 0;
	if (last && last->end == start && last->state == state) {
		last->end = end;
		return 0;
	}
	return lh_append(t->ctx, t->pages, t->page_run_count, t->page_run_capacity,
			 ((struct lh_page_run){start, end, state}));
}

/* Holes are sorted by where they are in our own memory. */
static int add_segment(struct lh_target *t, const struct lh_segment *s)
{
	const uint8_t *end = s->data + (s->end - s->start), *at = s->data;
	size_t i = lh_bsearch_first(t->hole_count, k, t->holes[k].end <= s->data);
	int r = 0;

	for (; i < t->hole_count && t->holes[i].start < end && r == 0; i++) {
		const uint8_t *hole = t->holes[i].start > at ? t->holes[i].start : at;

		r = lh_target_add_pages(t, s->start + (uint64_t)(at - s->data),
					s->start + (uint64_t)(hole - s->data), LH_PAGE_RESIDENT);
		at = t->holes[i].end < end ? t->holes[i].end : end;
	}
	return r == 0 ? lh_target_add_pages(t, s->start + (uint64_t)(at - s->data), s->end, LH_PAGE_RESIDENT)
		      : r;
}

int lh_resident_of_core(struct lh_target *t)
{
	int r = 0;

	if (t->snapshot) /* its notes say more */
		return 0;
	for (size_t i = 0; i < t->segment_count && r == 0; i++)
		if (t->segments[i].writable && !t->segments[i].lazy)
			r = add_segment(t, &t->segments[i]);
	t->resident_known = r == 0;
	return r;
}
