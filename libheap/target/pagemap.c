/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the system says of the pages of a live process (/proc/PID/pagemap), as /proc/PID/smaps counts them: Rss, Private_Dirty, Swap.
 *
 * A page of a private mapping that is no file's was written by this process, or by the one that it was forked from: it is dirty. A page
 * that was read and never written is the system's page of zeros: it is present, and Rss does not count it. Where the system
 * does not tell it from others (before Linux 6.7), it is the one that is not this process's alone and no file's; pages that a fork
 * shares are that, too, and these have content.
 *
 * Of all pages of a huge page pagemap says what holds for the first (pagemap_pmd_range(), fs/proc/task_mmu.c of Linux 6.18), and
 * smaps counts each: after a fork some are this process's alone, and which ones nobody tells. What smaps counts for the
 * mapping is given to those whose first page is, then to others, so that sums are right.
 */
#include "target/build.h"
#include "target/live.h"
#include "util/array.h"

#include <string.h>

#define HUGE ((uint64_t)2 << 20)
#define HUGE_ENTRIES (HUGE / LH_PAGE)

struct noting {
	struct lh_pagemap *map;
	const struct lh_pages *pages;
	uint64_t dirty; /* bytes of a file's, or of shared memory, that are left to be counted as dirty */
	struct lh_vma *vma;
};

static unsigned state_of(struct noting *n, uint64_t entry)
{
	unsigned state = LH_PAGE_RESIDENT;

	if (!(entry & LH_PAGEMAP_PRESENT))
		return entry & LH_PAGEMAP_SWAPPED && !(entry & LH_PAGEMAP_GUARD) ? LH_PAGE_SWAPPED : 0;
	if (!(entry & LH_PAGEMAP_EXCLUSIVE))
		return state;
	state |= LH_PAGE_PRIVATE;
	if (!(entry & LH_PAGEMAP_FILE)) {
		n->vma->alone += LH_PAGE;
		return state | LH_PAGE_DIRTY;
	}
	if (!n->dirty)
		return state;
	n->dirty -= LH_PAGE < n->dirty ? LH_PAGE : n->dirty;
	return state | LH_PAGE_DIRTY;
}

static int note_page(struct noting *n, uint64_t addr, uint64_t entry)
{
	struct lh_pagemap *map = n->map;

	map->forked |= lh_page_is_forked(entry);
	if (!n->pages->scans && lh_page_is_forked(entry))
		return lh_append(map->target->ctx, map->doubts, map->doubt_count, map->doubt_capacity,
				 ((struct lh_range){addr, addr + LH_PAGE}));
	return lh_target_add_pages(map->target, addr, addr + LH_PAGE, state_of(n, entry));
}

/* Whether all pages may be one huge page of no file. Where the page of zeros is not told from others, one that a fork shares is none. */
static bool may_be_huge(const struct noting *n, const uint64_t *entries)
{
	const uint64_t flags = LH_PAGEMAP_PRESENT | LH_PAGEMAP_FILE | LH_PAGEMAP_EXCLUSIVE;
	uint64_t first = entries[0] & flags;

	if (!(first & LH_PAGEMAP_PRESENT) || first & LH_PAGEMAP_FILE)
		return false;
	if (!n->pages->scans && lh_page_is_forked(first))
		return false;
	for (size_t i = 1; i < HUGE_ENTRIES; i++)
		if ((entries[i] & flags) != first)
			return false;
	return true;
}

static int note_huge(struct noting *n, uint64_t addr, uint64_t entry)
{
	struct lh_pagemap *map = n->map;

	map->forked |= lh_page_is_forked(entry);
	return lh_append(map->target->ctx, map->huge, map->huge_count, map->huge_capacity,
			 ((struct lh_huge_page){addr, n->vma, entry & LH_PAGEMAP_EXCLUSIVE ? HUGE : 0,
						entry & LH_PAGEMAP_EXCLUSIVE}));
}

/* The end of what is read at once: huge pages are whole. */
static uint64_t end_of_part(uint64_t at, uint64_t end)
{
	uint64_t most = (at + LH_PAGES_ENTRIES * LH_PAGE) & ~(HUGE - 1);

	return end < most ? end : most;
}

static int note_run(void *arg, uint64_t at, uint64_t end)
{
	struct noting *n = arg;
	uint64_t entries[LH_PAGES_ENTRIES];
	int r = 0;

	while (at < end && r == 0) {
		int64_t got = lh_pages_entries(n->pages, at, entries, (end_of_part(at, end) - at) / LH_PAGE);

		if (got < 0)
			return LH_ABSENT;
		for (int64_t i = 0, step; i < got && r == 0; i += step, at += (uint64_t)step * LH_PAGE) {
			bool huge = at % HUGE == 0 && got - i >= (int64_t)HUGE_ENTRIES &&
				    may_be_huge(n, entries + i);

			step = huge ? (int64_t)HUGE_ENTRIES : 1;
			r = huge ? note_huge(n, at, entries[i]) : note_page(n, at, entries[i]);
		}
	}
	return r;
}

/* What smaps counts of the mapping, less what other pages have, to those of which the first is this process's alone, or to the others. */
static void share_out(struct lh_pagemap *map, bool first_alone)
{
	for (size_t i = 0; i < map->huge_count; i++) {
		struct lh_huge_page *page = &map->huge[i];
		uint64_t left = page->vma->dirty > page->vma->alone ? page->vma->dirty - page->vma->alone : 0;

		if (page->first_alone != first_alone)
			continue;
		page->alone = left < HUGE ? left : HUGE;
		page->vma->alone += page->alone;
	}
}

/* Of a process that shares pages with another. Where none is huge, pagemap and smaps agree, and the others get nothing. */
static void look_closer(struct lh_pagemap *map, struct lh_vmas *vmas)
{
	lh_vmas_read_dirty(map->target, vmas, true);
	share_out(map, true);
	share_out(map, false);
}

static int add_huge(struct lh_pagemap *map, struct lh_vmas *vmas)
{
	int r = 0;

	if (map->forked && map->huge_count)
		look_closer(map, vmas);
	for (size_t i = 0; i < map->huge_count && r == 0; i++) {
		const struct lh_huge_page *page = &map->huge[i];
		uint64_t end = page->addr + HUGE, alone = page->addr + page->alone;

		if (page->addr < alone)
			r = lh_target_add_pages(map->target, page->addr, alone,
						LH_PAGE_RESIDENT | LH_PAGE_PRIVATE | LH_PAGE_DIRTY);
		if (alone < end && r == 0)
			r = lh_target_add_pages(map->target, alone, end, LH_PAGE_RESIDENT);
	}
	return r;
}

int lh_pagemap_read(struct lh_pagemap *map, const struct lh_pages *pages, struct lh_vmas *vmas)
{
	struct noting noting = {.map = map, .pages = pages};
	const struct lh_page_runs runs = {note_run, &noting};
	int r = 0;

	for (size_t i = 0; i < vmas->count && r == 0 && pages->fd >= 0; i++) {
		const struct lh_mapping *m = &vmas->all[i].map;

		noting.vma = &vmas->all[i];
		noting.dirty = vmas->all[i].dirty;
		if (m->writable && (pages->scans || m->end - m->start < LH_PAGES_RESERVED_MIN))
			r = lh_pages_runs(pages, m->start, m->end, &runs);
	}
	if (r == 0)
		r = add_huge(map, vmas);
	map->target->resident_known = map->target->private_known = pages->fd >= 0 && r == 0;
	return r < 0 ? r : 0;
}

static bool is_zero(struct lh_view *view, uint64_t page)
{
	static const uint8_t zeros[LH_PAGE];
	const uint8_t *p = lh_view_at(view, page, LH_PAGE);

	return !p || memcmp(p, zeros, LH_PAGE) == 0;
}

static int compare(const void *a, const void *b)
{
	const struct lh_page_run *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Join neighbours. */
static void settle(struct lh_target *t)
{
	size_t n = 0;

	if (t->page_run_count)
		qsort(t->pages, t->page_run_count, sizeof(*t->pages), compare);
	for (size_t i = 0; i < t->page_run_count; i++) {
		if (n && t->pages[n - 1].end == t->pages[i].start &&
		    t->pages[n - 1].state == t->pages[i].state)
			t->pages[n - 1].end = t->pages[i].end;
		else
			t->pages[n++] = t->pages[i];
	}
	t->page_run_count = n;
}

int lh_pagemap_settle(struct lh_pagemap *map)
{
	struct lh_view view = lh_view_of(map->target);
	int r = 0;

	for (size_t i = 0; i < map->doubt_count && r == 0; i++)
		if (!is_zero(&view, map->doubts[i].start))
			r = lh_target_add_pages(map->target, map->doubts[i].start, map->doubts[i].end,
						LH_PAGE_RESIDENT);
	settle(map->target);
	return r;
}

void lh_pagemap_fini(struct lh_pagemap *map)
{
	free(map->doubts);
	free(map->huge);
}
