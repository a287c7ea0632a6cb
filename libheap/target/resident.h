/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pages of writable memory are in memory: what the system says of a live process, what the file of a core
 * has. A caller's reader says nothing of that.
 */
#ifndef LH_TARGET_RESIDENT_H
#define LH_TARGET_RESIDENT_H

#include "target/target.h"

/** struct lh_resident - a place among the pages, for questions in ascending order of addresses */
struct lh_resident {
	const struct lh_target *target;
	size_t at;
};

/** struct lh_page_bytes - bytes in pages by what the system says of them; @shared: resident, and not this process's alone */
struct lh_page_bytes {
	uint64_t resident, shared, dirty, swapped;
};

static inline struct lh_resident lh_resident_of(const struct lh_target *target)
{
	return (struct lh_resident){.target = target};
}

static inline void lh_page_bytes_add(struct lh_page_bytes *sum, unsigned state, uint64_t bytes)
{
	sum->resident += state & LH_PAGE_RESIDENT ? bytes : 0;
	sum->shared += (state & (LH_PAGE_RESIDENT | LH_PAGE_PRIVATE)) == LH_PAGE_RESIDENT ? bytes : 0;
	sum->dirty += state & LH_PAGE_DIRTY ? bytes : 0;
	sum->swapped += state & LH_PAGE_SWAPPED ? bytes : 0;
}

/** lh_resident_seek() - the slow half of lh_resident_add() */
void lh_resident_seek(struct lh_resident *resident, uint64_t start, uint64_t end, struct lh_page_bytes *sum);

/* Add to @sum what [@start, @end) has; nothing if that is not known (target->resident_known). */
static inline void lh_resident_add(struct lh_resident *r, uint64_t start, uint64_t end,
				   struct lh_page_bytes *sum)
{
	const struct lh_target *t = r->target;

	if (r->at < t->page_run_count && start >= t->pages[r->at].start && end <= t->pages[r->at].end)
		lh_page_bytes_add(sum, t->pages[r->at].state, end - start);
	else
		lh_resident_seek(r, start, end, sum);
}

#endif
