/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many pointers to each object there are, anywhere in the process.
 *
 * Counted in two passes: references of known containers, each exactly (precise); then every other word of
 * writable memory and of the threads' registers that is the address of an object (elsewhere). Memory that is
 * known to hold no reference (claims.h) is left out, so that few counted words are not references, and a
 * reference that is not found does not exist.
 *
 * Objects and words are read by several threads, in parts that do not depend on how many those are (marks.h, tally.h):
 * neither does what they count.
 *
 * Memory: 8 bytes per object, 1.5 for the set, and 1/64 of the writable memory for the word map. While it is read, 1 byte
 * more per object and thread, and two more such maps.
 */
#ifndef LH_COUNTS_REFCOUNTS_H
#define LH_COUNTS_REFCOUNTS_H

#include "inventory/objects.h"
#include "inventory/word_map.h"
#include "malloc/glibc_free.h"

/* In 'precise': storage of another object, which only looks like an object. */
#define LH_NO_OBJECT UINT32_MAX

struct lh_refcounts {
	struct lh_heap *heap;
	struct lh_addrset set; /* all live objects */
	struct lh_findings findings;
	struct lh_glibc_findings glibc;
	struct lh_word_map marks;
	uint32_t *precise, *elsewhere; /* by number in the set; they stay below LH_NO_OBJECT */
	uint64_t incomplete;           /* objects whose storage was not in the target */
	uint64_t *missed;              /* references of containers that led to no object; see strays.h */
	size_t missed_count, missed_capacity;
	uint64_t missed_total;
	uint64_t missed_more; /* that were not kept */
};

/* Pointers to object @i. */
static inline uint64_t lh_refcounts_found(const struct lh_refcounts *counts, uint32_t i)
{
	return (uint64_t)counts->precise[i] + counts->elsewhere[i];
}

/*
 * Four characters or more: a short C string in a block that still has the type of an earlier object after it.
 * Half a billion references with at most one pointer to the object are not a leak.
 */
static inline bool lh_refcounts_is_text(int64_t count, uint64_t found)
{
	unsigned length = 0;

	for (uint64_t rest = (uint64_t)count; rest; rest >>= 8, length++)
		if ((rest & 0xff) < 0x20 || (rest & 0xff) > 0x7e)
			return false;
	return found <= 1 && length >= 4;
}

/** lh_refcounts_read() - Return: 0, -LH_E*. Free with lh_refcounts_fini() in any case. */
int lh_refcounts_read(struct lh_heap *heap, struct lh_refcounts *ret);
/** lh_refcounts_shrink() - free all but the set of objects and the findings */
void lh_refcounts_shrink(struct lh_refcounts *counts);
void lh_refcounts_fini(struct lh_refcounts *counts);
/** lh_word_scan() - count the words of all memory that is not marked, and of the registers */
int lh_word_scan(struct lh_refcounts *counts); /* word_scan.c */

#endif
