/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether an object of one moment is still there in a later one, or another has its address.
 *
 * Address and type are equal in both. What tells the two cases apart is what is in them:
 *
 *   - contents that cannot change (characters, bytes, digits, a tuple's items): equal ones are taken for the same object, others are
 *     surely another one;
 *   - of what can change, texts and numbers that it alone refers to, itself or by a container that it alone has: one
 *     with such contents as before is taken for the same. If it has some in either moment and none in both, an old object
 *     may have been given new contents, or a new one the address: that is doubtful, and said so;
 *   - what has no contents of its own in either moment, as an empty list, is taken for the same.
 *
 * Memory: two lists of at most 64 references, from the first 256 words of each of its tables.
 */
#ifndef LH_ANALYZE_SAME_OBJECT_H
#define LH_ANALYZE_SAME_OBJECT_H

#include "cpython/visit.h"

#define LH_PAIR_REFS_MAX 64

enum lh_sameness {
	LH_SAMENESS_SAME,
	LH_SAMENESS_OTHER,    /* surely another object */
	LH_SAMENESS_DOUBTFUL, /* address and type alone are as before */
};

/** struct lh_pair_refs - what an object refers to, in the order of its references */
struct lh_pair_refs {
	uint64_t to[LH_PAIR_REFS_MAX];
	size_t count;
};

/** struct lh_pair_side - one of the two moments */
struct lh_pair_side {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_visitor visitor;
	struct lh_pair_refs refs;
};

struct lh_pair {
	struct lh_pair_side sides[2]; /* before, after */
};

/** lh_pair_init() - nothing needs to be freed; the pair does not move while it is used */
void lh_pair_init(struct lh_pair *pair, struct lh_heap *before, struct lh_heap *after);
/** lh_pair_compare() - objects at one address and of types of one address and name. On the thread of the heaps. */
enum lh_sameness lh_pair_compare(struct lh_pair *pair, const struct lh_object *before,
				 const struct lh_object *after);

#endif
