/* SPDX-License-Identifier: Apache-2.0 */
/* elfutils' libdwfl, reduced to what is needed of it. */
#ifndef LH_CRASH_DWFL_H
#define LH_CRASH_DWFL_H

#include "crash/native_calls.h"

/** struct lh_unwinding - where it begins: lh_lwp_registers() */
struct lh_unwinding {
	struct lh_heap *heap;
	uint64_t registers[LH_X86_64_REGISTERS];
};

struct lh_dwfl;
/** lh_dwfl_open() - with libdwfl. Return: 0; LH_ABSENT: built without it, or no module's file is here; -LH_ENOMEM. */
int lh_dwfl_open(struct lh_unwinding *from, struct lh_dwfl **ret);
/** lh_dwfl_unwind() - all calls. Return: 0, -LH_EINTR, -LH_ENOMEM. */
int lh_dwfl_unwind(struct lh_dwfl *dwfl, struct lh_native_stack *stack);
/** lh_dwfl_name() - function, file and line of @place, as far as they are known. Return: 0, -LH_ENOMEM. */
int lh_dwfl_name(struct lh_dwfl *dwfl, struct lh_native_place *place);
struct lh_dwfl *lh_dwfl_free(struct lh_dwfl *dwfl);
LH_DEFINE_CLEANUP(struct lh_dwfl, lh_dwfl_free);

#endif
