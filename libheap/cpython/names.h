/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of static types from the heap, where the constants that tp_name points to are neither in the dump nor
 * in a file here.
 */
#ifndef LH_CPYTHON_NAMES_H
#define LH_CPYTHON_NAMES_H

#include "cpython/heap.h"

/**
 * lh_names_find() - the tp_name of the static type at @addr, as modules and descriptors of the heap tell it
 * The first call looks through the modules. Return: NULL when nothing names it, or memory ran out
 * (heap->types.no_memory); owned by heap->types.
 */
const char *lh_names_find(struct lh_heap *heap, uint64_t addr);
struct lh_names *lh_names_free(struct lh_names *names);
LH_DEFINE_CLEANUP(struct lh_names, lh_names_free);

#endif
