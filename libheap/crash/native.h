/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the native calls of a thread. */
#ifndef LH_CRASH_NATIVE_H
#define LH_CRASH_NATIVE_H

#include "crash/native_calls.h"

/** lh_native_stack_find() - of a thread with these @registers. NULL: they are not known, and there are no calls. Opens the files of the
 * modules that calls are in. Return: 0, -LH_EINTR, -LH_ENOMEM. Free with lh_native_stack_fini() in any case. */
int lh_native_stack_find(struct lh_heap *heap, const uint64_t *registers, struct lh_native_stack *ret);

#endif
