/* SPDX-License-Identifier: Apache-2.0 */
/* What names.c and names_objects.c share (names_read.c). All reads are through views: no type is read before
 * it has its name. */
#ifndef LH_DISCOVER_NAMES_PRIVATE_H
#define LH_DISCOVER_NAMES_PRIVATE_H

#include "cpython/static_names.h"
#include "cpython/text.h"
#include "discover/names.h"

/** lh_names_type_of() - the type of the object at @addr; 0: not readable */
uint64_t lh_names_type_of(struct lh_heap *heap, uint64_t addr);
/** lh_names_flags_of() - tp_flags of the type at @type; 0: not readable */
uint64_t lh_names_flags_of(struct lh_heap *heap, uint64_t type);
/** lh_names_is_static_type() - whether a static type seems to be at @addr */
bool lh_names_is_static_type(struct lh_heap *heap, uint64_t addr);
/** lh_names_take_objects() - names from tracked objects, for what modules did not name */
void lh_names_take_objects(struct lh_heap *heap, struct lh_static_names *names);

#endif
