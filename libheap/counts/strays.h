/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References of known containers that lead to no object: what they led to was freed while they held it. Its
 * block is free, or has something else by now.
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
};

struct lh_strays {
	struct lh_stray *items; /* by address */
	size_t count;
};

/** lh_strays_find() - Return: 0, -LH_E*. Free with lh_strays_fini() in any case. */
int lh_strays_find(const struct lh_refcounts *counts, struct lh_strays *ret);
void lh_strays_fini(struct lh_strays *strays);
/** lh_stray_describe() - what is there now: "freed block", "freed block, in a bytes now". Only of pools is
 * that known. Return: 0; LH_ABSENT: it is not known. */
int lh_stray_describe(struct lh_heap *heap, uint64_t addr, struct lh_string *out);

#endif
