/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the arenas by what they say about the pools: in a static variable of a stripped interpreter
 * (-3.11), or in an interpreter's state. */
#ifndef LH_DISCOVER_ARENAS_SCAN_H
#define LH_DISCOVER_ARENAS_SCAN_H

#include "cpython/heap.h"

/** lh_arenas_find() - the statics of obmalloc.c (-3.11), by symbols or by the scan; empty if there are
 * none */
void lh_arenas_find(struct lh_heap *heap, struct lh_arena_array *ret);

/**
 * lh_arenas_scan_interp() - where in an interpreter obmalloc's state is, or a pointer to it (3.12+)
 * The state is the struct whose arenas hold the pools of tracked objects. Return: 0; LH_ABSENT.
 */
int lh_arenas_scan_interp(struct lh_heap *heap, uint64_t interp, uint32_t *ret_offset, bool *ret_embedded);

#endif
