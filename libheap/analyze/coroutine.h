/* SPDX-License-Identifier: Apache-2.0 */
/* The calls that a coroutine is in: what it awaits, what that awaits, and so on. */
#ifndef LH_ANALYZE_COROUTINE_H
#define LH_ANALYZE_COROUTINE_H

#include "cpython/frames.h"

/** struct lh_calls - calls, the innermost first */
struct lh_calls {
	struct lh_frame *items;
	size_t count, capacity;
};

/**
 * lh_coroutine_calls() - the calls of a coroutine that waits, or that a thread runs
 * Return: 0 (without calls if it has finished); -LH_ENOMEM. Free with lh_calls_fini() in any case.
 */
int lh_coroutine_calls(struct lh_heap *heap, uint64_t coroutine, struct lh_calls *ret);
void lh_calls_fini(struct lh_calls *stack);

#endif
