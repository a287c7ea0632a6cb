/* SPDX-License-Identifier: Apache-2.0 */
/* Objects with references that CPython does not count. */
#ifndef LH_COUNTS_UNCOUNTED_H
#define LH_COUNTS_UNCOUNTED_H

#include "cpython/gc.h"
#include "cpython/object.h"

/* lh_is_uncounted() - whether what @m refers to does not count it. @mark: lh_gc_mark_of() the heap's layout. */
bool lh_is_uncounted(const struct lh_heap *heap, struct lh_view *view, const struct lh_gc_mark *mark,
		     const struct lh_object *m);

#endif
