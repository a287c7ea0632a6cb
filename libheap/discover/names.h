/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of static types from the heap, where the constants that tp_name points to are neither in the dump nor
 * in a file here.
 */
#ifndef LH_DISCOVER_NAMES_H
#define LH_DISCOVER_NAMES_H

#include "cpython/heap.h"

/** lh_names_collect() - name what modules and descriptors of the heap tell of its static types */
void lh_names_collect(struct lh_heap *heap, struct lh_static_names *names);

#endif
