/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pages of writable memory are in memory: what the system says of a live process, what the file of a core
 * has. A caller's reader says nothing of that.
 */
#ifndef LH_TARGET_RESIDENT_H
#define LH_TARGET_RESIDENT_H

#include "target/target.h"

/** struct lh_resident - a place among the resident pages, for questions in ascending order of addresses */
struct lh_resident {
	const struct lh_target *target;
	size_t at;
};

static inline struct lh_resident lh_resident_of(const struct lh_target *target)
{
	return (struct lh_resident){.target = target};
}

/** lh_resident_seek() - the slow half of lh_resident_bytes() */
uint64_t lh_resident_seek(struct lh_resident *resident, uint64_t start, uint64_t end);

/* How many bytes of [@start, @end) are in resident pages; 0 if that is not known (target->resident_known). */
static inline uint64_t lh_resident_bytes(struct lh_resident *r, uint64_t start, uint64_t end)
{
	if (r->at < r->target->resident_count && start >= r->target->resident[r->at].start &&
	    end <= r->target->resident[r->at].end)
		return end - start;
	return lh_resident_seek(r, start, end);
}

#endif
