/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data stack of a thread, on which its frames lie since 3.11: chunks, the newest first.
 *
 * struct _PyStackChunk {previous, size, top, data[]}; the thread state has datastack_chunk, datastack_top and
 * datastack_limit in a row (Include/cpython/pystate.h, 3.11+). A chunk's own top, in words, is of when the
 * next one was begun.
 */
#ifndef LH_CPYTHON_DATA_STACK_H
#define LH_CPYTHON_DATA_STACK_H

#include "cpython/heap.h"

/** struct lh_data_stack - a chunk: frames in [data, top), what is left of earlier ones in [top, limit) */
struct lh_data_stack {
	uint64_t data, top, limit;
	/* where the walk is */
	uint64_t chunk;
	unsigned seen;
};

/** lh_data_stack_first() - the newest chunk of @thread. Return: whether there is one that makes sense. */
bool lh_data_stack_first(struct lh_heap *heap, struct lh_view *view, uint64_t thread,
			 struct lh_data_stack *ret);
bool lh_data_stack_next(struct lh_view *view, struct lh_data_stack *stack);

#endif
