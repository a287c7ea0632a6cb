/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of threads, and what lies below their stack pointers. */
#include "target/build.h"
#include "util/array.h"
#include "util/bytes.h"

/* struct user_regs_struct of x86-64 (arch/x86/include/asm/user_64.h); in a core one more word follows it. */
#define X86_64_WORDS 27
#define X86_64_RSP 19
#define X86_64_FS_BASE 21
#define RED_ZONE 128 /* bytes below the stack pointer that are in use (System V ABI, x86-64) */

int lh_target_add_registers(struct lh_target *t, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t words = len / 8;
	int r = 0;

	for (size_t i = 0; i < words && r == 0; i++)
		r = lh_append(t->ctx, t->registers, t->register_count, t->register_capacity,
			      lh_u64(p + i * 8));
	if (r == 0 && (words == X86_64_WORDS || words == X86_64_WORDS + 1))
		r = lh_append(
			t->ctx, t->stacks, t->stack_count, t->stack_capacity,
			((struct lh_stack){lh_u64(p + X86_64_RSP * 8), lh_u64(p + X86_64_FS_BASE * 8)}));
	return r;
}

bool lh_target_dead_stack(const struct lh_target *t, size_t i, uint64_t *ret_start, uint64_t *ret_end)
{
	const struct lh_stack *stack = &t->stacks[i];
	const struct lh_mapping *m = lh_target_mapping(t, stack->pointer);
	uint64_t top;

	if (!m || !m->writable || stack->pointer - m->start <= RED_ZONE)
		return false;
	top = stack->tls - m->start < m->end - m->start ? stack->tls : t->first_stack;
	/* Else it runs on memory of its own: an alternate stack for signals, a coroutine's. */
	if (top <= stack->pointer || top >= m->end)
		return false;
	*ret_start = m->start;
	*ret_end = stack->pointer - RED_ZONE;
	return true;
}
