/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The segments of the mimalloc that is part of CPython (PYTHONMALLOC=mimalloc, 3.13+), by their structure
 * alone: no symbol, no debug information.
 *
 * A segment is 32 MiB at a multiple of 32 MiB. It begins with an array that has an entry for each of its
 * slices; a page (blocks of one size) or a free span says in the entry of its first slice how many it has.
 * A segment is one when the chain of these counts ends exactly with the segment.
 */
#ifndef LH_MALLOC_MIMALLOC_H
#define LH_MALLOC_MIMALLOC_H

#include "malloc/free.h"
#include "target/target.h"

#define LH_MI_SEGMENT (32ull << 20) /* MI_SEGMENT_SIZE */

#define LH_MI_HEAD (64u << 10) /* of it: what no page has, at least, and the array among that */

struct lh_mi_form;

/** struct lh_mi_segment - @head: its first bytes, as long as the target lives */
struct lh_mi_segment {
	uint64_t addr;
	const uint8_t *head;
	const struct lh_mi_form *form;
};

struct lh_mimalloc {
	struct lh_mi_segment *segments; /* by address */
	size_t count, capacity;
};

/** lh_mimalloc_find() - Return: 0 (none found is 0 too), -LH_EINTR, -LH_ENOMEM. Free with lh_mimalloc_fini()
 * in any case. */
int lh_mimalloc_find(struct lh_target *target, struct lh_mimalloc *ret);
void lh_mimalloc_fini(struct lh_mimalloc *mi);
/** lh_mimalloc_report_free() - report all memory of the segments that is not in a used block. Return: 0, -LH_EINTR. */
int lh_mimalloc_report_free(struct lh_target *target, const struct lh_mimalloc *mi, lh_free_range_fn fn,
			    void *arg);
/** lh_mimalloc_block() - the block that has @addr. Return: whether it is in one. */
bool lh_mimalloc_block(const struct lh_mimalloc *mi, uint64_t addr, struct lh_range *ret);
/** lh_mimalloc_block_end() - end of the block that has @addr; 0: it is in none. */
uint64_t lh_mimalloc_block_end(const struct lh_mimalloc *mi, uint64_t addr);

#endif
