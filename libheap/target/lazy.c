/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments with bytes that are fetched when they are first needed, a block at a time.
 *
 * A segment has room for all its bytes in a reserved mapping. One bit per block says that it was fetched,
 * one bit per page that its bytes were read: what could not be read stays absent and is never shown as zeros.
 * After a short read the rest of the block is tried from the next page on, so that one hole does not hide its
 * neighbours.
 */
#include "target/build.h"

#include "util/array.h"
#include "util/bits.h"

#include <pthread.h>

#define BLOCK (64u << 10)
#define PAGES_PER_BLOCK (BLOCK / LH_PAGE)

struct lh_lazy {
	pthread_mutex_t lock; /* views on different threads may load at once */
	uint64_t pages;
	uint64_t *tried;   /* a bit a block */
	uint64_t *present; /* a bit a page, counted from the segment's start */
};

struct lh_lazy *lh_lazy_free(struct lh_lazy *lazy)
{
	if (!lazy)
		return NULL;
	pthread_mutex_destroy(&lazy->lock);
	free(lazy->tried);
	free(lazy->present);
	free(lazy);
	return NULL;
}

int lh_lazy_new(struct lh_target *target, uint64_t len, struct lh_lazy **ret)
{
	struct lh_lazy *lazy = lh_new0(struct lh_lazy, 1);

	if (!lazy)
		return lh_nomem(target->ctx);
	pthread_mutex_init(&lazy->lock, NULL);
	lazy->pages = len / LH_PAGE + 1;
	lazy->tried = lh_new0(uint64_t, lazy->pages / PAGES_PER_BLOCK / 64 + 1);
	lazy->present = lh_new0(uint64_t, lazy->pages / 64 + 1);
	if (!lazy->tried || !lazy->present) {
		lh_lazy_free(lazy);
		return lh_nomem(target->ctx);
	}
	*ret = lazy;
	return 0;
}

static uint64_t page_end(const struct lh_segment *s, uint64_t page)
{
	uint64_t size = s->end - s->start;

	return (page + 1) * LH_PAGE < size ? (page + 1) * LH_PAGE : size;
}

/* Fetch one block; offsets count from the segment's start. A
 * block that failed is tried again the next time. */
static int load_block(struct lh_target *target, const struct lh_segment *s, uint64_t block)
{
	uint64_t at = block * BLOCK;
	uint64_t end = page_end(s, block * PAGES_PER_BLOCK + PAGES_PER_BLOCK - 1);

	while (at < end) {
		uint64_t page = at / LH_PAGE;
		/* The reservation that ->data points to is writable; only readers see it as const. */
		int64_t n = target->ops->fetch(target, s->start + at, (void *)(s->data + at), end - at);

		if (n < 0)
			return (int)n;
		if ((uint64_t)n > end - at)
			n = (int64_t)(end - at);
		for (; page_end(s, page) <= at + (uint64_t)n && page * LH_PAGE < end; page++)
			lh_bit_set(s->lazy->present, page);
		at = (page + 1) * LH_PAGE; /* after the page that could not be read */
		if (page * LH_PAGE >= end)
			break;
		if (target->kind !=
		    LH_TARGET_PROCESS) /* which cannot read it either: past the end of a mapped file */
			target->missing_bytes += page_end(s, page) - page * LH_PAGE;
	}
	lh_bit_set(s->lazy->tried, block);
	return 0;
}

/* The run of present pages around @page, within the blocks [first, last] only: bounded work per
 * call. */
static void measure_run(const struct lh_segment *s, uint64_t page, uint64_t first, uint64_t last,
			uint64_t *ret_start, uint64_t *ret_end)
{
	uint64_t low = page, high = page + 1, size = s->end - s->start;

	while (low > first * PAGES_PER_BLOCK && lh_bit_has(s->lazy->present, low - 1))
		low--;
	while (high < (last + 1) * PAGES_PER_BLOCK && high * LH_PAGE < size &&
	       lh_bit_has(s->lazy->present, high))
		high++;
	*ret_start = s->start + low * LH_PAGE;
	*ret_end = s->start + page_end(s, high - 1);
}

int lh_lazy_load(struct lh_target *target, const struct lh_segment *s, uint64_t addr, uint64_t len,
		 uint64_t *ret_start, uint64_t *ret_end)
{
	uint64_t at = addr - s->start, rest = s->end - addr, page = at / LH_PAGE;
	uint64_t first = at / BLOCK, last = (at + (len < rest ? len : rest) - (len > 0)) / BLOCK;
	int r = 0;

	pthread_mutex_lock(&s->lazy->lock);
	for (uint64_t block = first; block <= last && r == 0; block++) {
		if (lh_bit_has(s->lazy->tried, block))
			continue;
		r = load_block(target, s, block);
	}
	if (r == 0 && !lh_bit_has(s->lazy->present, page))
		r = LH_ABSENT;
	if (r == 0)
		measure_run(s, page, first, last, ret_start, ret_end);
	pthread_mutex_unlock(&s->lazy->lock);
	return r;
}
