/* SPDX-License-Identifier: Apache-2.0 */
/* What the system says of each page of a process: /proc/PID/pagemap. For the files of this room only. */
#ifndef LH_TARGET_PAGES_H
#define LH_TARGET_PAGES_H

#include "target/build.h"

/* Documentation/admin-guide/mm/pagemap.rst: of an entry */
#define LH_PAGEMAP_PRESENT (1ull << 63)
#define LH_PAGEMAP_SWAPPED (1ull << 62)
#define LH_PAGEMAP_FILE (1ull << 61)
#define LH_PAGEMAP_GUARD (1ull << 58) /* MADV_GUARD_INSTALL: it says that it is swapped, and is nowhere */
#define LH_PAGEMAP_EXCLUSIVE (1ull << 56)

/* Whether a page is no file's, and another process has it as well: the one that this was forked from, or a child. */
static inline bool lh_page_is_forked(uint64_t entry)
{
	return entry & LH_PAGEMAP_PRESENT && !(entry & (LH_PAGEMAP_FILE | LH_PAGEMAP_EXCLUSIVE));
}

/** struct lh_pages - /proc/PID/pagemap */
struct lh_pages {
	int fd; /* -1: not readable */
	bool scans; /* address space without pages costs nothing, and the system's page of zeros is told from others */
};

/** struct lh_page_runs - who is told of runs of pages; @on_run: 0, or what ends the walk */
struct lh_page_runs {
	int (*on_run)(void *arg, uint64_t start, uint64_t end);
	void *arg;
};

#define LH_PAGES_ENTRIES 2048

/* Address space that a runtime has set aside (a sanitizer's shadow, a collector's heap): to look at each page of it would take minutes,
 * if the system does not pass it by. */
#define LH_PAGES_RESERVED_MIN ((uint64_t)1 << 38)

/** lh_pages_open() - always lh_pages_close() afterwards. Return: 0; LH_ABSENT: it cannot be read. */
int lh_pages_open(struct lh_pages *pages, pid_t pid);
void lh_pages_close(struct lh_pages *pages);
/**
 * lh_pages_runs() - the pages of [@start, @end) that exist: in memory, or swapped out; without the system's page of zeros
 * if @pages->scans. Runs come in ascending order, and none touches the next.
 * Return: 0; LH_ABSENT: it cannot be read to the end; what @on_run returned.
 */
int lh_pages_runs(const struct lh_pages *pages, uint64_t start, uint64_t end,
		  const struct lh_page_runs *runs);
/** lh_pages_entries() - what the system says of @count pages from @addr on. Return: of how many it does; -1: of none. */
int64_t lh_pages_entries(const struct lh_pages *pages, uint64_t addr, uint64_t *entries, uint64_t count);

#endif
