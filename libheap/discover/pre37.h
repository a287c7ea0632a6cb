/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runtime up to 3.6: no _PyRuntime yet, variables of C files instead. Two of them are exported, so a
 * stripped binary has them too: _PyGC_generation0 (Modules/gcmodule.c) and _PyThreadState_Current
 * (Python/pystate.c).
 */
#ifndef LH_DISCOVER_PRE37_H
#define LH_DISCOVER_PRE37_H

#include "cpython/heap.h"

/** lh_pre37_have() - whether @file has them. Return: 0; LH_ABSENT. */
int lh_pre37_have(struct lh_modfile *file);
/** lh_pre37_generations() - address of generations[0], if need be by its structure; 0: not known */
uint64_t lh_pre37_generations(struct lh_heap *heap);
/** lh_pre37_is_interp() - whether an interpreter state is at @addr: its first thread state points back to
 * it */
bool lh_pre37_is_interp(struct lh_heap *heap, uint64_t addr);
/** lh_pre37_interp() - address of the first interpreter state; 0: not found */
uint64_t lh_pre37_interp(struct lh_heap *heap);

#endif
