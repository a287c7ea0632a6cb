/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_CPYTHON_TYPE_KIND_H
#define LH_CPYTHON_TYPE_KIND_H

#include "cpython/heap.h"

/** lh_type_fill_kind() - which C type lays the instances of the type at @addr out, and what is known of it
 * @p: its struct. @t: its words are set. */
void lh_type_fill_kind(struct lh_heap *heap, uint64_t addr, const uint8_t *p, struct lh_type *t);

#endif
