/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of threads, and the unused part of their stacks. */
#include "target/build.h"
#include "util/array.h"
#include "util/bytes.h"
#include "util/info.h"

#include <elf.h>
#include <string.h>

/* struct user_regs_struct of x86-64 (arch/x86/include/asm/user_64.h); in a core one more word follows it. */
#define X86_64_WORDS 27
#define X86_64_RSP 19
#define X86_64_FS_BASE 21
#define RED_ZONE 128 /* bytes below the stack pointer that are in use (System V ABI, x86-64) */

static int add_stack(struct lh_target *t, uint64_t pointer, uint64_t tls)
{
	return lh_append(t->ctx, t->stacks, t->stack_count, t->stack_capacity,
			 ((struct lh_stack){pointer, tls}));
}

static int add_register(struct lh_target *t, uint64_t value, uint64_t tls)
{
	return lh_append(t->ctx, t->registers, t->register_count, t->register_capacity,
			 ((struct lh_register){value, tls}));
}

/* Where struct user_regs_struct has what DWARF numbers, in words */
static const struct {
	const char *name;
	unsigned word;
} x86_64[LH_X86_64_REGISTERS] = {
	[LH_RAX] = {"rax", 10}, [LH_RDX] = {"rdx", 12},         [LH_RCX] = {"rcx", 11},
	[LH_RBX] = {"rbx", 5},  [LH_RSI] = {"rsi", 13},         [LH_RDI] = {"rdi", 14},
	[LH_RBP] = {"rbp", 4},  [LH_RSP] = {"rsp", X86_64_RSP}, [LH_R8] = {"r8", 9},
	[LH_R9] = {"r9", 8},    [LH_R10] = {"r10", 7},          [LH_R11] = {"r11", 6},
	[LH_R12] = {"r12", 3},  [LH_R13] = {"r13", 2},          [LH_R14] = {"r14", 1},
	[LH_R15] = {"r15", 0},  [LH_RIP] = {"rip", 16},
};

const char *lh_register_name(enum lh_x86_64 number)
{
	return x86_64[number].name;
}

static bool is_x86_64(size_t words)
{
	return words == X86_64_WORDS || words == X86_64_WORDS + 1;
}

int lh_lwp_registers(const struct lh_target *t, size_t i, uint64_t ret[LH_X86_64_REGISTERS],
		     uint64_t *ret_tls)
{
	const struct lh_lwp *lwp = i < t->lwp_count ? &t->lwps[i] : NULL;

	if (!lwp || t->machine != EM_X86_64 || !is_x86_64(lwp->count))
		return LH_ABSENT;
	for (unsigned k = 0; k < LH_X86_64_REGISTERS; k++)
		ret[k] = t->registers[lwp->first + x86_64[k].word].value;
	*ret_tls = t->registers[lwp->first + X86_64_FS_BASE].value;
	return 0;
}

int lh_target_add_registers(struct lh_target *t, pid_t tid, int signal, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t words = len / 8;
	bool known = is_x86_64(words);
	uint64_t tls = known ? lh_u64(p + X86_64_FS_BASE * 8) : 0;
	struct lh_lwp lwp = {.tid = tid, .signal = signal, .first = t->register_count, .count = words};
	int r = lh_append(t->ctx, t->lwps, t->lwp_count, t->lwp_capacity, lwp);

	for (size_t i = 0; i < words && r == 0; i++)
		r = add_register(t, lh_u64(p + i * 8), tls);
	return r == 0 && known ? add_stack(t, lh_u64(p + X86_64_RSP * 8), tls) : r;
}

int lh_target_add_thread(struct lh_target *t, const struct lh_thread_registers *registers)
{
	struct lh_thread_registers thread = {0};
	int r = lh_info_take(t->ctx, "lh_thread_registers", registers, &thread, sizeof(thread));

	if (r == 0 && thread.tid)
		return lh_target_add_registers(t, thread.tid, 0, thread.words, 8 * thread.word_count);
	for (size_t i = 0; i < thread.word_count && r == 0; i++)
		r = add_register(t, thread.words[i], thread.thread_pointer);
	return r == 0 && thread.stack_pointer ? add_stack(t, thread.stack_pointer, thread.thread_pointer) : r;
}

/*
 * glibc's struct pthread is at the thread pointer, and has {stackblock, stackblock_size,
 * guardsize} somewhere (nptl/descr.h). Since 2.42 no mapping shows where a stack begins.
 */
#define PTHREAD_MAX 0x900
#define TOP_MAX (64u << 10) /* bytes of a stack block above the thread's own data */

/* Of the thread with its descriptor at @tls. Return: whether it is known, and has @pointer. */
static bool find_block(struct lh_target *t, uint64_t tls, uint64_t pointer, struct lh_stack_block *ret)
{
	struct lh_view view = lh_view_of(t);
	const uint8_t *p = lh_view_at(&view, tls, PTHREAD_MAX);

	for (unsigned at = 0; p && at + 24 <= PTHREAD_MAX; at += 8) {
		uint64_t block = lh_u64(p + at), size = lh_u64(p + at + 8), guard = lh_u64(p + at + 16);

		if (block && (block | size | guard) % LH_PAGE == 0 && guard < size &&
		    block + guard < pointer && block < block + size && tls < block + size &&
		    block + size - tls <= TOP_MAX) {
			*ret = (struct lh_stack_block){.start = block + guard,
						       .end = block + size,
						       .pointer = pointer,
						       .guard = guard};
			return true;
		}
	}
	return false;
}

bool lh_target_stack_block(struct lh_target *t, size_t i, struct lh_stack_block *ret)
{
	const struct lh_stack *stack = &t->stacks[i];
	const struct lh_mapping *m = lh_target_mapping(t, stack->pointer);

	if (!m || !m->writable)
		return false;
	/* The first thread's grows downwards, and is a mapping of its own. */
	if (t->first_stack > stack->pointer && t->first_stack < m->end) {
		*ret = (struct lh_stack_block){
			.start = m->start, .end = m->end, .pointer = stack->pointer, .first = true};
		return true;
	}
	/* Else it may be memory of its own: an alternate stack for signals, a coroutine's. */
	return stack->tls > stack->pointer && find_block(t, stack->tls, stack->pointer, ret);
}

/* tcbhead_t {tcb, dtv, self} at the thread pointer: both are its own address. */
#define SELF_AT 16
#define DESCRIPTOR_ALIGN 64

bool lh_target_stack_that_ends(struct lh_target *t, uint64_t end, struct lh_stack_block *ret)
{
	struct lh_view view = lh_view_of(t);

	for (uint64_t at = end - DESCRIPTOR_ALIGN; at < end && end - at <= TOP_MAX; at -= DESCRIPTOR_ALIGN) {
		const uint8_t *p = lh_view_at(&view, at, SELF_AT + 8);

		if (p && lh_u64(p) == at && lh_u64(p + SELF_AT) == at && find_block(t, at, at, ret))
			return ret->end == end;
	}
	return false;
}

bool lh_target_dead_stack(struct lh_target *t, size_t i, uint64_t *ret_start, uint64_t *ret_end)
{
	struct lh_stack_block block;

	if (!lh_target_stack_block(t, i, &block))
		return false;
	*ret_start = block.start;
	*ret_end = block.pointer - RED_ZONE;
	return *ret_start < *ret_end;
}
