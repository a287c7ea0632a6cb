/* SPDX-License-Identifier: Apache-2.0 */
/* Finalizers that the collector must not run in a cycle: what gc.garbage gets (all of them in 2.7, tp_del
 * in 3.x). */
#ifndef LH_CPYTHON_LEGACY_H
#define LH_CPYTHON_LEGACY_H

#include "cpython/object.h"

/** lh_has_legacy_finalizer() - Modules/gcmodule.c has_finalizer() (2.7), has_legacy_finalizer() (3.4+) */
bool lh_has_legacy_finalizer(struct lh_heap *heap, struct lh_view *view, const struct lh_object *object);

#endif
