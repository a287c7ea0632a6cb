/* SPDX-License-Identifier: Apache-2.0 */
/* References that CPython itself takes when it starts and never gives back. */
#ifndef LH_ANALYZE_KNOWN_REFS_H
#define LH_ANALYZE_KNOWN_REFS_H

#include "cpython/object.h"

/** lh_known_refs() - how many references counted in @o never have a pointer, whatever the process */
uint64_t lh_known_refs(struct lh_heap *heap, const struct lh_object *o);

#endif
