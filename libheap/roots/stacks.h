/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where Python's threads have their C stacks, their thread-local storage and, since 3.11, the data stacks of
 * their frames.
 *
 * glibc puts a thread's descriptor, whose address is its pthread_self(), at the upper end of its stack's
 * mapping; the main thread's stack is the one in which the kernel left the program's arguments. On x86-64 the
 * variables of modules loaded at the start are right below the descriptor, those of others in malloc's
 * memory.
 */
#ifndef LH_ROOTS_STACKS_H
#define LH_ROOTS_STACKS_H

#include "cpython/heap.h"

enum lh_stack_kind { LH_STACK_C, LH_STACK_DATA, LH_STACK_LOCAL };

struct lh_thread_stack {
	enum lh_stack_kind kind;
	uint64_t start, end;
	uint64_t live_start, live_end; /* what is outside of these is of calls that returned */
	uint64_t thread;               /* its state */
};

struct lh_thread_stacks {
	struct lh_thread_stack *all;
	size_t count, capacity;
	uint64_t local_bytes; /* of thread-local variables below a thread's descriptor, at most */
};

/** lh_thread_stacks_find() - Return: 0, -LH_ENOMEM. */
int lh_thread_stacks_find(struct lh_heap *heap, struct lh_thread_stacks *ret);
void lh_thread_stacks_fini(struct lh_thread_stacks *stacks);
/** lh_thread_stacks_owner() - the state of the thread whose descriptor is at @tls; 0: it is not one of
 * Python's */
uint64_t lh_thread_stacks_owner(const struct lh_thread_stacks *stacks, uint64_t tls);
/** lh_thread_stacks_at() - the stack that has @addr, or NULL */
const struct lh_thread_stack *lh_thread_stacks_at(const struct lh_thread_stacks *stacks, uint64_t addr);

/** lh_thread_local_bytes() - thread-local variables of all modules: the most that a thread has below its descriptor */
uint64_t lh_thread_local_bytes(struct lh_heap *heap);

#endif
