/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a heap: from a target to a layout proved on it.
 *
 * runtime.c finds _PyRuntime, version.c says which build it is, choose.c picks a layout that prove.c verifies
 * on the target, arenas_scan.c finds the arenas. No other room writes to struct lh_heap.
 */
#ifndef LH_DISCOVER_OPEN_H
#define LH_DISCOVER_OPEN_H

#include "cpython/heap.h"

/** lh_runtime_find() - find the interpreter's file and its _PyRuntime. Return: 0; -LH_E* (runtime.c) */
int lh_runtime_find(struct lh_heap *heap);
/** lh_interps_list() - list the interpreters of the runtime, as the layout says. Return: 0; -LH_E*
 * (interps.c) */
int lh_interps_list(struct lh_heap *heap);
/** lh_version_detect() - which build of CPython this is, as far as that can be known without a layout
 * (version.c) */
void lh_version_detect(struct lh_heap *heap);
/** lh_known_symbols_take() - addresses that only the interpreter's symbols give (known_symbols.c) */
void lh_known_symbols_take(struct lh_heap *heap);
/** lh_heap_choose_layout() - the best layout that proves itself
 * on the target. Return: 0; -LH_E* (choose.c) */
int lh_heap_choose_layout(struct lh_heap *heap, enum lh_layout_source source);
/** lh_heap_prove() - verify the layout on the target. Return: 0;
 * -LH_E* saying what does not fit (prove.c) */
int lh_heap_prove(struct lh_heap *heap);

#endif
