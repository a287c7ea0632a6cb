/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The native calls that a thread is in, newest first, and the functions that their code is of.
 *
 * Memory: 16 bytes per call; 64 per place in the code that calls are at, and its names.
 */
#ifndef LH_CRASH_NATIVE_CALLS_H
#define LH_CRASH_NATIVE_CALLS_H

#include "cpython/heap.h"

/* An endless recursion has some hundred thousand calls on the 8 MB of a stack. */
#define LH_NATIVE_CALLS_MAX 400000u

/* How calls were found, the surest first */
enum lh_unwound {
	LH_UNWOUND_TABLES, /* as the compiler's tables say how to undo each call (.eh_frame) */
	LH_UNWOUND_CHAIN,  /* by frame pointers, which most code does not keep */
	LH_UNWOUND_SCAN, /* words of the stack that may be where calls return to: some of them are left over */
	LH_UNWOUND_NONE, /* only the instruction that the thread is at */
};

/** struct lh_native_call - a call; @pc: within the call's instruction, or the one that the thread is at */
struct lh_native_call {
	uint64_t pc;
	uint32_t place; /* of lh_native_stack.places */
};

/** struct lh_native_line - a function, and where in its source */
struct lh_native_line {
	char *function; /* without what compilers add; NULL: not known */
	char *file;     /* of the source; NULL: not known */
	uint32_t line;  /* 0: not known */
};

/** struct lh_native_place - what a place in the code is of */
struct lh_native_place {
	uint64_t pc;
	const struct lh_module *module; /* NULL: in none */
	struct lh_native_line at;       /* of the function that has the code */
	struct lh_native_line
		*inlined; /* calls that the compiler replaced by the functions' code, newest first */
	size_t inlined_count, inlined_capacity;
};

struct lh_native_stack {
	struct lh_heap *heap;
	struct lh_native_call *calls;
	size_t count, capacity;
	struct lh_native_place *places; /* by pc */
	size_t place_count;
	enum lh_unwound how;
	bool whole; /* down to the thread's first call */
	bool cut;   /* there are more than LH_NATIVE_CALLS_MAX */
};

void lh_native_stack_fini(struct lh_native_stack *stack);

static inline const struct lh_native_place *lh_native_place(const struct lh_native_stack *stack, size_t call)
{
	return &stack->places[stack->calls[call].place];
}

/** lh_function_name() - of a symbol: without what compilers and linkers add to it. Return: to be freed; NULL: memory ran out. */
char *lh_function_name(const char *symbol);
/** lh_native_add() - a call. Return: 0; LH_DONE: enough; -LH_EINTR, -LH_ENOMEM. */
int lh_native_add(struct lh_native_stack *stack, uint64_t pc);
/** lh_is_c_library() - whether a module is a file of the C library; NULL is not */
bool lh_is_c_library(const struct lh_module *module);

#endif
