/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pages a live process has, without looking at each page that it has not.
 *
 * The system passes by address space without pages at once (the PAGEMAP_SCAN ioctl, Linux 6.7; fs/proc/task_mmu.c). Before
 * that there is a word to read for each page of it: 2 MB for 1 GB.
 */
#include "target/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* include/uapi/linux/fs.h of Linux 6.7, which older systems lack */
struct scan_region {
	uint64_t start, end, categories;
};

struct scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

#define SCAN _IOWR('f', 16, struct scan_arg)
#define SCAN_PRESENT ((uint64_t)1 << 3)
#define SCAN_SWAPPED ((uint64_t)1 << 4)
#define SCAN_ZERO ((uint64_t)1 << 5)
#define SCAN_REGIONS 64

int lh_pages_open(struct lh_pages *pages, pid_t pid)
{
	struct scan_region region;
	struct scan_arg arg = {.size = sizeof(arg),
			       .vec = (uintptr_t)&region,
			       .vec_len = 1,
			       .category_mask = SCAN_PRESENT,
			       .return_mask = SCAN_PRESENT};
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/pagemap", (int)pid);
	pages->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (pages->fd < 0)
		return LH_ABSENT;
	pages->scans = ioctl(pages->fd, SCAN, &arg) >= 0; /* of no page: is it there at all? */
	return 0;
}

void lh_pages_close(struct lh_pages *pages)
{
	if (pages->fd >= 0)
		close(pages->fd);
	pages->fd = -1;
}

int64_t lh_pages_entries(const struct lh_pages *pages, uint64_t addr, uint64_t *entries, uint64_t count)
{
	ssize_t got = pread(pages->fd, entries, count * 8, (off_t)(addr / LH_PAGE * 8));

	return got < 8 ? -1 : got / 8;
}

/* Runs that touch are one: they differ in what the system says of them. */
static int add(const struct lh_page_runs *runs, struct lh_range *last, uint64_t start, uint64_t end)
{
	int r = 0;

	if (last->end == start) {
		last->end = end;
		return 0;
	}
	if (last->start < last->end)
		r = runs->on_run(runs->arg, last->start, last->end);
	*last = (struct lh_range){start, end};
	return r;
}

static int scan(const struct lh_pages *pages, const struct lh_page_runs *runs, uint64_t at, uint64_t end,
		struct lh_range *last)
{
	struct scan_region regions[SCAN_REGIONS];
	int r = 0;

	while (at < end && r == 0) {
		struct scan_arg arg = {.size = sizeof(arg),
				       .start = at,
				       .end = end,
				       .vec = (uintptr_t)regions,
				       .vec_len = SCAN_REGIONS,
				       .category_inverted = SCAN_ZERO,
				       .category_mask = SCAN_ZERO,
				       .category_anyof_mask = SCAN_PRESENT | SCAN_SWAPPED,
				       .return_mask = SCAN_PRESENT | SCAN_SWAPPED};
		int n = ioctl(pages->fd, SCAN, &arg);

		if (n < 0 || arg.walk_end <= at)
			return LH_ABSENT;
		for (int i = 0; i < n && r == 0; i++)
			r = add(runs, last, regions[i].start, regions[i].end);
		at = arg.walk_end;
	}
	return r;
}

static int look(const struct lh_pages *pages, const struct lh_page_runs *runs, uint64_t at, uint64_t end,
		struct lh_range *last)
{
	uint64_t entries[LH_PAGES_ENTRIES];
	int r = 0;

	while (at < end && r == 0) {
		uint64_t left = (end - at) / LH_PAGE;
		int64_t n = lh_pages_entries(pages, at, entries,
					     left < LH_PAGES_ENTRIES ? left : LH_PAGES_ENTRIES);

		if (n < 0)
			return LH_ABSENT;
		for (int64_t i = 0; i < n && r == 0; i++, at += LH_PAGE)
			if (entries[i] & (LH_PAGEMAP_PRESENT | LH_PAGEMAP_SWAPPED))
				r = add(runs, last, at, at + LH_PAGE);
	}
	return r;
}

int lh_pages_runs(const struct lh_pages *pages, uint64_t start, uint64_t end, const struct lh_page_runs *runs)
{
	struct lh_range last = {0};
	int r;

	if (pages->fd < 0)
		return LH_ABSENT;
	r = pages->scans ? scan(pages, runs, start, end, &last) : look(pages, runs, start, end, &last);
	return r == 0 && last.start < last.end ? runs->on_run(runs->arg, last.start, last.end) : r;
}
