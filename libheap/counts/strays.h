/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References of known containers that do not lead to an object. Either it was freed while they held it, and
 * its block is free or has other contents by now; or an object is there, but its memory was overwritten, and
 * it cannot be audited.
 */
#ifndef LH_COUNTS_STRAYS_H
#define LH_COUNTS_STRAYS_H

#include "counts/refcounts.h"
#include "util/string.h"

/** struct lh_stray - an address that containers refer to */
struct lh_stray {
	uint64_t addr;
	uint64_t found;  /* references to it */
	uint64_t holder; /* the first object that has one */
	bool damaged;    /* not known to be freed */
};

struct lh_strays {
	struct lh_stray *items; /* those to freed objects, by address */
	size_t count;
	struct lh_stray
		*broken; /* those not freed, but with a wrong size or type, or not mapped; by address */
	size_t damaged;
};

/** lh_strays_find() - Return: 0, -LH_E*. Free with lh_strays_fini() in any case. */
int lh_strays_find(const struct lh_refcounts *counts, struct lh_strays *ret);
void lh_strays_fini(struct lh_strays *strays);
/** lh_stray_describe() - what is there now: "freed block", "freed block, in a bytes now". That is known only
 * in pools. Return: 0; LH_ABSENT: unknown. */
int lh_stray_describe(struct lh_heap *heap, uint64_t addr, struct lh_string *out);

#endif
