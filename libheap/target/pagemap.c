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

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Documentation/admin-guide/mm/pagemap.rst */
#define PRESENT (1ull << 63)
#define OF_FILE (1ull << 61)
#define EXCLUSIVE (1ull << 56)

/* Address space that a runtime has set aside: its pages would take minutes to look at. */
#define RESERVED_MIN ((uint64_t)1 << 38)
#define ENTRIES 2048

static int note_page(struct lh_pagemap *map, uint64_t addr, uint64_t entry)
{
	struct lh_range page = {addr, addr + LH_PAGE};

	if (!(entry & PRESENT))
		return 0;
	if (entry & (OF_FILE | EXCLUSIVE))
		return lh_target_add_resident(map->target, page.start, page.end);
	return lh_append(map->target->ctx, map->doubts, map->doubt_count, map->doubt_capacity, page);
}

static int note_mapping(struct lh_pagemap *map, int fd, const struct lh_mapping *m)
{
	uint64_t entries[ENTRIES], at = m->start;
	int r = 0;

	while (at < m->end && r == 0) {
		uint64_t left = (m->end - at) / LH_PAGE, n = left < ENTRIES ? left : ENTRIES;
		ssize_t got = pread(fd, entries, n * 8, (off_t)(at / LH_PAGE * 8));

		if (got < 8)
			return LH_ABSENT;
		for (ssize_t i = 0; i < got / 8 && r == 0; i++, at += LH_PAGE)
			r = note_page(map, at, entries[i]);
	}
	return r;
}

int lh_pagemap_read(struct lh_pagemap *map, const struct lh_vmas *vmas)
{
	char name[64];
	_cleanup_close_ int fd = -1;
	int r = 0;

	snprintf(name, sizeof(name), "/proc/%d/pagemap", (int)map->target->pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < vmas->count && r == 0 && fd >= 0; i++) {
		const struct lh_mapping *m = &vmas->all[i].map;

		if (m->writable && m->end - m->start < RESERVED_MIN)
			r = note_mapping(map, fd, m);
	}
	map->target->resident_known = fd >= 0 && r == 0;
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
