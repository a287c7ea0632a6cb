/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the arenas by what they say of the pools: the static of a stripped interpreter (-3.11), or an
 * interpreter's. */
#ifndef LH_CPYTHON_ARENAS_SCAN_H
#define LH_CPYTHON_ARENAS_SCAN_H

#include "cpython/heap.h"

/** lh_arenas_scan() - the arena array and its length. Return: 0; LH_ABSENT when nothing or more than one
 * thing fits. */
int lh_arenas_scan(struct lh_heap *heap, uint64_t *ret_array, uint32_t *ret_count);

/**
 * lh_arenas_scan_interp() - where in an interpreter obmalloc's state is, or a pointer to it (3.12+)
 * The state is the struct whose arenas hold the pools of tracked objects. Return: 0; LH_ABSENT.
 */
int lh_arenas_scan_interp(struct lh_heap *heap, uint64_t interp, uint32_t *ret_offset, bool *ret_embedded);

#endif
