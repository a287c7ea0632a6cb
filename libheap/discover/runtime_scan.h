/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the runtime by what it looks like, if no file says where it is: the program was deleted, is on
 * another machine, or has no symbols.
 */
#ifndef LH_DISCOVER_RUNTIME_SCAN_H
#define LH_DISCOVER_RUNTIME_SCAN_H

#include "cpython/heap.h"

/**
 * lh_runtime_scan() - find the runtime by its structure, and prove it: sets heap->runtime, module and build
 * Return: 0; LH_ABSENT if nothing looks like a Python of a known version; -LH_ENOMEM, -LH_EINTR.
 */
int lh_runtime_scan(struct lh_heap *heap);

#endif
