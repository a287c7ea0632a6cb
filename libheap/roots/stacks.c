/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/stacks.h"
#include "cpython/data_stack.h"
#include "cpython/frames.h"
#include "util/array.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS_MAX 64
#define ALIGN_MAX 4096
#define LOCAL_MAX (1u << 20)
#define DESCRIPTOR 0x900 /* bytes of glibc's struct pthread, about: pthread_setspecific()'s are in it */
#define STACKS_MAX (1u << 14)
#define STACK_MAX (1ull << 30) /* no thread has more */

static int add(struct lh_heap *heap, struct lh_thread_stacks *stacks, const struct lh_thread_stack *stack)
{
	/* No two threads share a stack, but in damaged memory all may seem to. */
	if (stack->start >= stack->end || stacks->count >= STACKS_MAX ||
	    lh_thread_stacks_at(stacks, stack->start))
		return 0;
	return lh_append(heap->ctx, stacks->all, stacks->count, stacks->capacity, *stack);
}

/* The oldest thread is the last one; since 3.11 it has its id, which is the process's. */
static bool is_main(struct lh_heap *heap, uint64_t thread)
{
	if (lh_layout_has(&heap->layout, LH_F_THREAD_NATIVE_ID) && heap->target->pid)
		return (pid_t)lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_NATIVE_ID) ==
		       heap->target->pid;
	return !lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_NEXT);
}

/* The stack pointer; the start of the stack if no registers are known. */
static uint64_t live_start(struct lh_target *target, const struct lh_thread_stack *stack)
{
	for (size_t i = 0; i < target->stack_count; i++) {
		uint64_t pointer = target->stacks[i].pointer, start, end;

		if (pointer >= stack->start && pointer < stack->end)
			return lh_target_dead_stack(target, i, &start, &end) && end > stack->start
				       ? end
				       : stack->start;
	}
	return stack->start;
}

/* @bytes below @addr, or as many as the segment has. */
static uint64_t below(const struct lh_segment *s, uint64_t addr, uint64_t bytes)
{
	return addr - s->start > bytes ? addr - bytes : s->start;
}

static bool copy(struct lh_view *view, uint64_t addr, void *ret, size_t len)
{
	const uint8_t *p = lh_view_at(view, addr, len);

	if (p)
		memcpy(ret, p, len);
	return p;
}

/* Bytes of the thread-local variables of an ELF file that is mapped at @start: its PT_TLS. */
static uint64_t local_bytes(struct lh_view *view, uint64_t start)
{
	Elf64_Ehdr e;
	Elf64_Phdr p;

	if (!copy(view, start, &e, sizeof(e)) || memcmp(e.e_ident, ELFMAG, SELFMAG) != 0)
		return 0;
	for (uint64_t i = 0; i < e.e_phnum && i < SEGMENTS_MAX; i++)
		if (copy(view, start + e.e_phoff + i * sizeof(p), &p, sizeof(p)) && p.p_type == PT_TLS &&
		    p.p_memsz < LOCAL_MAX && p.p_align <= ALIGN_MAX)
			return p.p_memsz + p.p_align;
	return 0;
}

uint64_t lh_thread_local_bytes(struct lh_heap *heap)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < heap->target->module_count && bytes < LOCAL_MAX; i++)
		bytes += local_bytes(&heap->view, heap->target->modules[i].start);
	return bytes;
}

static int add_local(struct lh_heap *heap, struct lh_thread_stacks *stacks, uint64_t thread)
{
	uint64_t self = lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_ID);
	const struct lh_segment *s = self ? lh_target_segment(heap->target, self) : NULL;
	struct lh_thread_stack local = {.kind = LH_STACK_LOCAL, .thread = thread};

	if (!s || !s->writable || lh_target_module(heap->target, self))
		return 0;
	local.start = below(s, self, stacks->local_bytes);
	local.end = s->end - self > DESCRIPTOR ? self + DESCRIPTOR : s->end;
	local.live_start = local.start;
	local.live_end = local.end;
	return add(heap, stacks, &local);
}

static int add_c_stack(struct lh_heap *heap, struct lh_thread_stacks *stacks, uint64_t thread)
{
	bool main = is_main(heap, thread);
	uint64_t inside =
		main ? heap->target->first_stack : lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_ID);
	const struct lh_segment *s = inside ? lh_target_segment(heap->target, inside) : NULL;
	struct lh_thread_stack stack = {.thread = thread};

	if (!s || !s->writable || lh_target_module(heap->target, inside))
		return 0;
	stack.start = below(s, inside, STACK_MAX);
	stack.end = stack.live_end = main ? s->end : below(s, inside, stacks->local_bytes) & ~7ull;
	stack.live_start = live_start(heap->target, &stack);
	return add(heap, stacks, &stack);
}

static int add_data_stack(struct lh_heap *heap, struct lh_thread_stacks *stacks, uint64_t thread)
{
	struct lh_data_stack s;
	int r = 0;

	for (bool is = lh_data_stack_first(heap, &heap->view, thread, &s); is && r == 0;
	     is = lh_data_stack_next(&heap->view, &s))
		r = add(heap, stacks,
			&(struct lh_thread_stack){.start = s.data,
						  .end = s.limit,
						  .live_start = s.data,
						  .live_end = s.top,
						  .thread = thread,
						  .kind = LH_STACK_DATA});
	return r;
}

int lh_thread_stacks_find(struct lh_heap *heap, struct lh_thread_stacks *ret)
{
	struct lh_frames f;
	int r = 0;

	ret->local_bytes = lh_thread_local_bytes(heap);
	for (size_t i = 0; i < heap->interp_count; i++) {
		lh_frames_init(&f, heap, &heap->interps[i]);
		while (r == 0 && lh_frames_next_thread(&f)) {
			r = add_data_stack(heap, ret, f.thread.addr);
			if (r == 0)
				r = add_c_stack(heap, ret, f.thread.addr);
			if (r == 0)
				r = add_local(heap, ret, f.thread.addr);
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

uint64_t lh_thread_stacks_owner(const struct lh_thread_stacks *stacks, uint64_t tls)
{
	const struct lh_thread_stack *s = tls ? lh_thread_stacks_at(stacks, tls) : NULL;

	return s && s->kind == LH_STACK_LOCAL ? s->thread : 0;
}
