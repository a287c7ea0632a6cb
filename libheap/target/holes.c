/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holes: memory that was never touched. For a core the kernel wrote no bytes for it, or a segment claims a terabyte; of a process
 * it is not copied. They read as zeros, page by page, so word scans skip them.
 */
#include "target/build.h"

#include "util/array.h"
#include "util/bsearch.h"

#include <sys/stat.h>
#include <unistd.h>

#define HOLE_MIN (64 << 10)  /* smaller ones are read faster than remembered */
#define LOOKS_MAX (1u << 20) /* a file of so many pieces is read as it is */
#define BLOCK_OF_STAT 512    /* man 3 stat: what st_blocks counts */

int lh_holes_add(struct lh_target *t, const uint8_t *start, const uint8_t *end)
{
	if (end <= start || end - start < HOLE_MIN)
		return 0;
	return lh_append(t->ctx, t->holes, t->hole_count, t->hole_capacity, ((struct lh_hole){start, end}));
}

int lh_holes_find(struct lh_target *target, int fd, const uint8_t *data, uint64_t len)
{
	off_t size = (off_t)len;
	struct stat st;
	int r = 0;

	if (fstat(fd, &st) < 0 || st.st_blocks >= size / BLOCK_OF_STAT)
		return 0;
	for (off_t hole = 0, end, looks = 0; looks < LOOKS_MAX && r == 0; looks++, hole = end) {
		hole = lseek(fd, hole, SEEK_HOLE);
		if (hole < 0 || hole >= size) /* the file's end counts as one */
			return 0;
		end = lseek(fd, hole, SEEK_DATA);
		if (end < 0 || end > size)
			end = size;
		r = lh_holes_add(target, data + hole, data + end);
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	const struct lh_hole *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

void lh_holes_settle(struct lh_target *t)
{
	if (t->hole_count)
		qsort(t->holes, t->hole_count, sizeof(*t->holes), compare);
}

/* Index of the first hole that ends after @p. */
static size_t first_hole(const struct lh_target *t, const uint8_t *p)
{
	return lh_bsearch_first(t->hole_count, i, t->holes[i].end <= p);
}

/* Distance to memory that may be readable: the next segment, or the next page of a lazy one. */
static uint64_t missing_from(const struct lh_target *t, uint64_t addr)
{
	size_t i = lh_target_first_segment(t, addr);

	if (i == t->segment_count)
		return UINT64_MAX - addr;
	if (t->segments[i].start > addr)
		return t->segments[i].start - addr;
	return t->segments[i].lazy ? LH_PAGE - addr % LH_PAGE : t->segments[i].end - addr;
}

const void *lh_view_run(struct lh_view *view, uint64_t addr, uint64_t *ret_len)
{
	const struct lh_target *t = view->target;
	const uint8_t *p = lh_view_seek(view, addr, 8);
	uint64_t len = p ? view->size - (addr - view->start) : missing_from(t, addr);
	size_t i = p ? first_hole(t, p) : t->hole_count;

	if (i < t->hole_count && t->holes[i].start < p + len) {
		/* A word that is in part in a hole is looked at. */
		uint64_t data = t->holes[i].start > p ? (uint64_t)(t->holes[i].start - p) : 0;
		uint64_t zeros = (uint64_t)(t->holes[i].end - p) & ~7ull;

		if (data || zeros)
			len = data ? (data + 7) & ~7ull : zeros < len ? zeros : len;
		if (!data && zeros)
			p = NULL;
	}
	*ret_len = len;
	return p;
}
