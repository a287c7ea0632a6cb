/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the static 'arenas' of a stripped interpreter (up to 3.11) by what it says of the pools. */
#ifndef LH_CPYTHON_ARENAS_SCAN_H
#define LH_CPYTHON_ARENAS_SCAN_H

#include "cpython/heap.h"

/** lh_arenas_scan() - the arena array and its length. Return: 0; LH_ABSENT when nothing or more than one
 * thing fits. */
int lh_arenas_scan(struct lh_heap *heap, uint64_t *ret_array, uint32_t *ret_count);

#endif
