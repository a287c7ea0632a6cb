/* SPDX-License-Identifier: Apache-2.0 */
#include "graph/stacks.h"
#include "util/array.h"
#include "util/bytes.h"

#include <stdlib.h>

#define THREADS_MAX (1u << 16)
#define CHUNKS_MAX (1u << 16)
#define STACK_MAX (1ull << 30) /* no thread has more */

/* struct _stack_chunk (Include/cpython/pystate.h, 3.11+): previous, size, top, data */
#define CHUNK_SIZE_AT 8
#define CHUNK_DATA_AT 24

static int add(struct lh_heap *heap, struct lh_thread_stacks *stacks, const struct lh_thread_stack *stack)
{
	if (stack->start >= stack->end)
		return 0;
	return lh_append(heap->ctx, stacks->all, stacks->count, stacks->capacity, *stack);
}

/* The oldest thread is the last one; since 3.11 it tells its id, which is the process's. */
static bool is_main(struct lh_heap *heap, uint64_t thread)
{
	if (lh_layout_has(&heap->layout, LH_F_THREAD_NATIVE_ID) && heap->target->pid)
		return (pid_t)lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_NATIVE_ID) ==
		       heap->target->pid;
	return !lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_NEXT);
}

static int add_c_stack(struct lh_heap *heap, struct lh_thread_stacks *stacks, uint64_t thread)
{
	bool main = is_main(heap, thread);
	uint64_t inside =
		main ? heap->target->stack_top : lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_ID);
	const struct lh_segment *s = inside ? lh_target_segment(heap->target, inside) : NULL;
	struct lh_thread_stack stack = {.thread = thread};

	if (!s || !s->writable || lh_target_module(heap->target, inside))
		return 0;
	stack.start = inside - s->start > STACK_MAX ? inside - STACK_MAX : s->start;
	stack.end = main ? s->end : inside & ~7ull;
	return add(heap, stacks, &stack);
}

static int add_data_stack(struct lh_heap *heap, struct lh_thread_stacks *stacks, uint64_t thread)
{
	uint64_t chunk = lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_DATASTACK_CHUNK);
	int r = 0;

	for (unsigned n = 0; chunk && n < CHUNKS_MAX && r == 0; n++) {
		const uint8_t *p = lh_view_at(&heap->view, chunk, CHUNK_DATA_AT);
		uint64_t size = p ? lh_u64(p + CHUNK_SIZE_AT) : 0;

		if (size < CHUNK_DATA_AT || size > STACK_MAX)
			break;
		r = add(heap, stacks,
			&(struct lh_thread_stack){chunk + CHUNK_DATA_AT, chunk + size, thread,
						  .of_frames = true});
		chunk = lh_u64(p);
	}
	return r;
}

int lh_thread_stacks_find(struct lh_heap *heap, struct lh_thread_stacks *ret)
{
	int r = 0;

	for (size_t i = 0; i < heap->interp_count; i++) {
		uint64_t thread = lh_heap_word(heap, &heap->view, heap->interps[i].addr, LH_F_INTERP_THREADS);

		for (unsigned n = 0; thread && n < THREADS_MAX && r == 0; n++) {
			r = add_data_stack(heap, ret, thread);
			if (r == 0)
				r = add_c_stack(heap, ret, thread);
			thread = lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_NEXT);
		}
	}
	return r;
}

void lh_thread_stacks_fini(struct lh_thread_stacks *stacks)
{
	free(stacks->all);
}

const struct lh_thread_stack *lh_thread_stacks_at(const struct lh_thread_stacks *stacks, uint64_t addr)
{
	for (size_t i = 0; i < stacks->count; i++)
		if (addr - stacks->all[i].start < stacks->all[i].end - stacks->all[i].start)
			return &stacks->all[i];
	return NULL;
}
