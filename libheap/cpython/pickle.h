/* SPDX-License-Identifier: Apache-2.0 */
/* Picklers and unpicklers: what they remember in memory of their own (Modules/_pickle.c). */
#ifndef LH_CPYTHON_PICKLE_H
#define LH_CPYTHON_PICKLE_H

#include "cpython/span.h"

/** lh_pickle_visit() - give the references in the memo, or on the stack, of an instance of one of _pickle's
 * kinds */
void lh_pickle_visit(struct lh_visitor *v, const struct lh_object *o);

/** lh_pickle_storage() - bytes that __sizeof__() of a Pickler or Unpickler adds to its basic size */
uint64_t lh_pickle_storage(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);

#endif
