/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resident pages of a live process (/proc/PID/pagemap), as Rss of /proc/PID/smaps counts them.
 *
 * A page that was read and never written is the system's page of zeros: it is present, and Rss does not count
 * it. It is not this process's alone and no file's, as pages are that a fork shares; these have content.
 */
#include "target/build.h"
#include "target/live.h"
#include "util/array.h"

#include <string.h>

/* Documentation/admin-guide/mm/pagemap.rst */
#define PRESENT (1ull << 63)
#define OF_FILE (1ull << 61)
#define EXCLUSIVE (1ull << 56)

#define RESERVED_MIN \
	((uint64_t)1 << 38) /* where each page of it has to be looked at, that would take minutes */

struct noting {
	struct lh_pagemap *map;
	const struct lh_pages *pages;
};

static int note_page(struct lh_pagemap *map, uint64_t addr, uint64_t entry)
{
	struct lh_range page = {addr, addr + LH_PAGE};

	if (!(entry & PRESENT))
		return 0;
	if (entry & (OF_FILE | EXCLUSIVE))
		return lh_target_add_resident(map->target, page.start, page.end);
	return lh_append(map->target->ctx, map->doubts, map->doubt_count, map->doubt_capacity, page);
}

static int note_run(void *arg, uint64_t at, uint64_t end)
{
	const struct noting *n = arg;
	uint64_t entries[LH_PAGES_ENTRIES];
	int r = 0;

	while (at < end && r == 0) {
		uint64_t left = (end - at) / LH_PAGE;
		int64_t got = lh_pages_entries(n->pages, at, entries,
					       left < LH_PAGES_ENTRIES ? left : LH_PAGES_ENTRIES);

		if (got < 0)
			return LH_ABSENT;
		for (int64_t i = 0; i < got && r == 0; i++, at += LH_PAGE)
			r = note_page(n->map, at, entries[i]);
	}
	return r;
}

int lh_pagemap_read(struct lh_pagemap *map, const struct lh_pages *pages, const struct lh_vmas *vmas)
{
	struct noting noting = {map, pages};
	const struct lh_page_runs runs = {note_run, &noting};
	int r = 0;

	for (size_t i = 0; i < vmas->count && r == 0 && pages->fd >= 0; i++) {
		const struct lh_mapping *m = &vmas->all[i].map;

		if (m->writable && (pages->scans || m->end - m->start < RESERVED_MIN))
			r = lh_pages_runs(pages, m->start, m->end, &runs);
	}
	map->target->resident_known = pages->fd >= 0 && r == 0;
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
	const struct lh_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Join neighbours. */
static void settle(struct lh_target *t)
{
	size_t n = 0;

	if (t->resident_count)
		qsort(t->resident, t->resident_count, sizeof(*t->resident), compare);
	for (size_t i = 0; i < t->resident_count; i++) {
		if (n && t->resident[n - 1].end == t->resident[i].start)
			t->resident[n - 1].end = t->resident[i].end;
		else
			t->resident[n++] = t->resident[i];
	}
	t->resident_count = n;
}

int lh_pagemap_settle(struct lh_pagemap *map)
{
	struct lh_view view = lh_view_of(map->target);
	int r = 0;

	for (size_t i = 0; i < map->doubt_count && r == 0; i++)
		if (!is_zero(&view, map->doubts[i].start))
			r = lh_target_add_resident(map->target, map->doubts[i].start, map->doubts[i].end);
	settle(map->target);
	return r;
}

void lh_pagemap_fini(struct lh_pagemap *map)
{
	free(map->doubts);
}
