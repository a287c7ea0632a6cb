/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_ANALYZE_NO_PYMALLOC_H
#define LH_ANALYZE_NO_PYMALLOC_H

#include "cpython/heap.h"

/** lh_pymalloc_is_off() - whether small objects are in blocks of glibc's malloc, so that there cannot be arenas
 * that were not found. Return: 1; 0: that is not so, or not known; -LH_E*. */
int lh_pymalloc_is_off(struct lh_heap *heap);

#endif
