/* SPDX-License-Identifier: Apache-2.0 */
/* The calls that a coroutine is in: what it awaits, what that awaits, and so on. */
#ifndef LH_ANALYZE_COROUTINE_H
#define LH_ANALYZE_COROUTINE_H

#include "cpython/frames.h"

/** struct lh_stack - calls, the innermost first */
struct lh_stack {
	struct lh_frame *items;
	size_t count, capacity;
};

/**
 * lh_coroutine_stack() - the calls of a coroutine that waits, or that a thread runs
 * Return: 0 - with none, when it has finished -; -LH_ENOMEM. Free with lh_stack_fini() in any case.
 */
int lh_coroutine_stack(struct lh_heap *heap, uint64_t coroutine, struct lh_stack *ret);
void lh_stack_fini(struct lh_stack *stack);

#endif
