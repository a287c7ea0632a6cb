/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of static types from the heap, for when the constants that tp_name points to are neither in the core
 * nor in a local file.
 */
#ifndef LH_DISCOVER_NAMES_H
#define LH_DISCOVER_NAMES_H

#include "cpython/heap.h"

/** lh_names_collect() - name static types by the modules and descriptors in the heap */
void lh_names_collect(struct lh_heap *heap, struct lh_static_names *names);

#endif
