/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of lh_heap_prove() in files of their own. */
#ifndef LH_CPYTHON_PROVE_H
#define LH_CPYTHON_PROVE_H

#include "cpython/object.h"

/** lh_prove_fields() - fields of the first thousands of tracked objects. Return: 0; -LH_ELAYOUT naming the
 * field. */
int lh_prove_fields(struct lh_heap *heap, const struct lh_interp *interp);

#endif
