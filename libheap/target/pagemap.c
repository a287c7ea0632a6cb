/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the system says of the pages of a live process (/proc/PID/pagemap), as /proc/PID/smaps counts them: Rss, Private_Dirty, Swap.
 *
 * A page of a private mapping that is no file's was written by this process, or by the one that it was forked from: it is dirty. A page
 * that was read and never written is the system's page of zeros: it is present, and Rss does not count it. Where the system
 * does not tell it from others (before Linux 6.7), it is the one that is not this process's alone and no file's; pages that a fork
 * shares are that, too, and these have content.
 */
#include "target/build.h"
#include "target/live.h"
#include "util/array.h"

#include <string.h>

#define RESERVED_MIN \
	((uint64_t)1 << 38) /* where each page of it has to be looked at, that would take minutes */

struct noting {
	struct lh_pagemap *map;
	const struct lh_pages *pages;
	uint64_t dirty; /* bytes of a file's, or of shared memory, that are left to be counted as dirty */
};

static unsigned state_of(struct noting *n, uint64_t entry)
{
	unsigned state = LH_PAGE_RESIDENT;

	if (!(entry & LH_PAGEMAP_PRESENT))
		return entry & LH_PAGEMAP_SWAPPED && !(entry & LH_PAGEMAP_GUARD) ? LH_PAGE_SWAPPED : 0;
	if (!(entry & LH_PAGEMAP_EXCLUSIVE))
		return state;
	state |= LH_PAGE_PRIVATE;
	if (!(entry & LH_PAGEMAP_FILE))
		return state | LH_PAGE_DIRTY;
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

static int note_run(void *arg, uint64_t at, uint64_t end)
{
	struct noting *n = arg;
	uint64_t entries[LH_PAGES_ENTRIES];
	int r = 0;

	while (at < end && r == 0) {
		uint64_t left = (end - at) / LH_PAGE;
		int64_t got = lh_pages_entries(n->pages, at, entries,
					       left < LH_PAGES_ENTRIES ? left : LH_PAGES_ENTRIES);

		if (got < 0)
			return LH_ABSENT;
		for (int64_t i = 0; i < got && r == 0; i++, at += LH_PAGE)
			r = note_page(n, at, entries[i]);
	}
	return r;
}

int lh_pagemap_read(struct lh_pagemap *map, const struct lh_pages *pages, const struct lh_vmas *vmas)
{
	struct noting noting = {.map = map, .pages = pages};
	const struct lh_page_runs runs = {note_run, &noting};
	int r = 0;

	for (size_t i = 0; i < vmas->count && r == 0 && pages->fd >= 0; i++) {
		const struct lh_mapping *m = &vmas->all[i].map;

		noting.dirty = vmas->all[i].dirty;
		if (m->writable && (pages->scans || m->end - m->start < RESERVED_MIN))
			r = lh_pages_runs(pages, m->start, m->end, &runs);
	}
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
}
