/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of a worker that are its own, and their words that are not the parent's. */
#include "analyze/unshared_parts.h"
#include "target/resident.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/bytes.h"

#include <string.h>

struct comparison {
	struct lh_own_pages *pages;
	struct lh_view worker, parent;
	struct lh_resident theirs; /* the parent's pages */
};

static bool parent_has_page(struct comparison *c, uint64_t addr)
{
	struct lh_page_bytes bytes = {0};

	if (!c->parent.target->resident_known)
		return true;
	lh_resident_add(&c->theirs, addr, addr + LH_OWN_PAGE, &bytes);
	return bytes.resident || bytes.swapped;
}

static void compare_words(struct lh_own_page *page, const uint8_t *ours, const uint8_t *theirs)
{
	page->is_equal = memcmp(ours, theirs, LH_OWN_PAGE) == 0;
	for (unsigned i = 0; i < LH_OWN_WORDS && !page->is_equal; i++)
		if (lh_u64(ours + i * 8) != lh_u64(theirs + i * 8))
			lh_bit_set(page->differs, i);
}

static int add_page(struct comparison *c, uint64_t addr)
{
	struct lh_own_page page = {.addr = addr, .written = {UINT32_MAX, 0}, .tracked = {UINT32_MAX, 0}};
	const uint8_t *ours = lh_view_at(&c->worker, addr, LH_OWN_PAGE),
		      *theirs = ours ? lh_view_at(&c->parent, addr, LH_OWN_PAGE) : NULL;

	page.is_new = !theirs || !parent_has_page(c, addr);
	if (!page.is_new)
		compare_words(&page, ours, theirs);
	/* Without the system's word, equal pages may be one. */
	if (!c->pages->known && page.is_equal) {
		c->pages->shared += LH_OWN_PAGE;
		return 0;
	}
	return lh_append(c->worker.target->ctx, c->pages->items, c->pages->count, c->pages->capacity, page);
}

int lh_own_pages_find(struct lh_target *worker, struct lh_target *parent, struct lh_own_pages *ret)
{
	struct comparison c = {ret, lh_view_of(worker), lh_view_of(parent), lh_resident_of(parent)};
	unsigned own = worker->private_known ? LH_PAGE_DIRTY : LH_PAGE_RESIDENT;
	int r = 0;

	ret->known = worker->private_known;
	for (size_t i = 0; r == 0 && i < worker->page_run_count; i++) {
		const struct lh_page_run *run = &worker->pages[i];
		uint64_t at = (run->start + LH_OWN_PAGE - 1) & ~(uint64_t)(LH_OWN_PAGE - 1);

		if (ret->known && (run->state & (LH_PAGE_RESIDENT | LH_PAGE_PRIVATE)) == LH_PAGE_RESIDENT)
			ret->shared += run->end - run->start;
		if (at < run->start || !(run->state & own)) /* at the end of all addresses; not its own */
			continue;
		for (; r == 0 && at < run->end && run->end - at >= LH_OWN_PAGE; at += LH_OWN_PAGE)
			r = add_page(&c, at);
		if (r == 0)
			r = lh_progress(worker->ctx, "comparing pages", i, worker->page_run_count);
	}
	return r;
}

size_t lh_own_pages_index(const struct lh_own_pages *pages, uint64_t addr)
{
	size_t i = lh_bsearch_first(pages->count, k, pages->items[k].addr + LH_OWN_PAGE <= addr);

	return i < pages->count && pages->items[i].addr <= addr ? i : pages->count;
}
