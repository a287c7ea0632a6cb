/* SPDX-License-Identifier: Apache-2.0 */
/* When the next full collection comes, and what it costs. */
#ifndef LH_DESCRIBE_GC_NEXT_H
#define LH_DESCRIBE_GC_NEXT_H

#include "cpython/gc.h"
#include "util/string.h"

enum lh_gc_next_kind {
	LH_GC_NEXT_UNKNOWN, /* the collector's state is not known, or a collection runs */
	LH_GC_NEXT_NEVER,   /* not by itself: disabled, or threshold 0 */
	LH_GC_NEXT_STEPS,   /* each collection looks at a part of the old objects (3.14.0 to 3.14.4) */
	LH_GC_NEXT_AFTER,
};

/** struct lh_gc_next - of the main interpreter's collector */
struct lh_gc_next {
	enum lh_gc_next_kind kind;
	uint64_t allocations; /* AFTER: so many containers more than are freed must be made, at least */
	uint64_t
		survivors; /* AFTER: and so many must survive a collection of generation 1 besides; 0: enough have */
};

struct lh_gc_next lh_gc_next(struct lh_heap *heap);
/** lh_gc_next_text() - append it in a sentence, and how long a collection of @objects, which are all that are tracked, takes */
void lh_gc_next_text(const struct lh_gc_next *next, uint64_t objects, struct lh_string *out);

#endif
