/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened to a process that a signal ended: the signal and its address in words, what its thread was doing in C and in Python,
 * and which objects it was about to use.
 *
 * A process that was not ended by a signal (a live one, a core of gcore) has a stack too: of its first thread.
 *
 * Memory: 32 bytes per call, native ones and Python's.
 */
#ifndef LH_CRASH_CRASH_H
#define LH_CRASH_CRASH_H

#include "cpython/frames.h"
#include "crash/native.h"
#include "crash/operand.h"
#include "util/string.h"

/** struct lh_crash_call - a call, of Python or native */
struct lh_crash_call {
	bool python;
	uint32_t place; /* Python: of lh_crash.lines; else of lh_crash.native.places */
	uint32_t
		inlined; /* native: the number among the place's inlined calls, and 1; 0: the function itself */
	uint64_t addr;   /* Python: of its frame; else the instruction */
	uint64_t object; /* Python: that a local of it refers to and that the crash is about; 0: none */
};

/** struct lh_crash_line - where a Python call is */
struct lh_crash_line {
	uint64_t code;
	uint32_t line;
	char *function, *file; /* NULL: not readable */
};

/** enum lh_held_kind - what a register's value is */
enum lh_held_kind {
	LH_HELD_FREED, /* a block of pymalloc's that is free: of an object, as the type that it still has says */
	LH_HELD_OBJECT, /* a live object */
};

/** struct lh_held - an object in a register */
struct lh_held {
	enum lh_x86_64 number;
	enum lh_held_kind kind;
	uint64_t addr;
	struct lh_type *type; /* FREED: NULL: not known */
	char *name;  /* of a variable that has it, of the newest such Python call; NULL: none is known */
	bool global; /* the variable is a global of that call's module */
};

#define LH_CRASH_EXCEPTIONS 4 /* more are left out: they are older */

/** struct lh_crash_exception - one that the thread was busy with */
struct lh_crash_exception {
	const char *state; /* "being handled"; static storage */
	struct lh_type *type;
	uint64_t addr;  /* 0: it had no instance yet */
	bool has_place; /* a traceback says where it was raised */
	uint32_t place; /* of lh_crash.lines */
};

struct lh_crash {
	struct lh_heap *heap;
	bool handled; /* a handler raised the signal again: 'signal' and 'registers' are of the first time */
	bool crashed; /* by a signal that leaves a core */
	struct lh_signal signal;
	pid_t tid;
	bool has_registers;
	uint64_t registers[LH_X86_64_REGISTERS], tls;
	uint64_t thread;  /* its PyThreadState; 0: it runs no Python */
	uint64_t sysdict; /* of its interpreter */
	bool overflow;    /* the thread's stack was used up */
	bool has_operand;
	struct lh_operand operand; /* of the instruction that was at fault */
	struct lh_native_stack native;
	struct lh_crash_line *lines;
	size_t line_count, line_capacity;
	struct lh_crash_call *calls; /* newest first */
	size_t call_count, call_capacity;
	uint64_t python_calls;
	bool joined; /* Python's calls stand where the interpreter ran them; else they follow the native ones */
	bool broken;                              /* the chain of Python's calls is incomplete */
	struct lh_held held[LH_X86_64_REGISTERS]; /* freed ones first */
	size_t held_count;
	struct lh_crash_exception exceptions[LH_CRASH_EXCEPTIONS]; /* newest first */
	size_t exception_count;
	char *message; /* what abort() was for, as glibc or the interpreter said; NULL: not known */
	char *where;   /* the address in words; NULL: the signal has none */
	char *verdict; /* one sentence or two */
};

/** lh_crash_find() - Return: 0, -LH_E*. Free with lh_crash_fini() in any case. */
int lh_crash_find(struct lh_heap *heap, struct lh_crash *ret);
void lh_crash_fini(struct lh_crash *crash);

/** lh_crash_happened() - whether a signal that leaves a core ended the process; costs nothing */
bool lh_crash_happened(const struct lh_heap *heap);

/** lh_crash_before_handler() - handler.c: if a handler raised the signal again, go back to the first time: signal, registers */
void lh_crash_before_handler(struct lh_crash *crash);

/** lh_crash_is_whole() - whether the registers, the stack and the files of code that it was made of were all there */
bool lh_crash_is_whole(const struct lh_crash *crash);

/** lh_crash_native_line() - function, file and line of a native call; calls.c */
const struct lh_native_line *lh_crash_native_line(const struct lh_crash *crash,
						  const struct lh_crash_call *call);
/** lh_crash_exception_text() - append what exception it was, in which state, and where it was raised */
void lh_crash_exception_text(const struct lh_crash *crash, const struct lh_crash_exception *exception,
			     struct lh_string *out);
/** lh_crash_lacked_memory() - whether one of the exceptions is a MemoryError */
bool lh_crash_lacked_memory(const struct lh_crash *crash);

/** lh_crash_line() - the number in crash->lines of line @number of @code, which is added if it is not there. Return: 0, -LH_E*. */
int lh_crash_line(struct lh_crash *crash, uint64_t code, uint32_t number, uint32_t *ret); /* calls.c */

/* Parts of lh_crash_find(), a file each. Return: 0, -LH_E*. */

int lh_crash_calls(struct lh_crash *crash);      /* calls.c: 'native' is there: thread, lines, calls */
int lh_crash_exceptions(struct lh_crash *crash); /* exceptions.c: 'thread' is there */
int lh_crash_held(struct lh_crash *crash);       /* held.c: held, but for the names */
int lh_crash_where(struct lh_crash *crash);      /* where.c: overflow, operand, where */
int lh_crash_message(struct lh_crash *crash);    /* message.c */
int lh_crash_verdict(struct lh_crash *crash);    /* words.c */

#endif
