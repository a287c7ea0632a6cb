/* SPDX-License-Identifier: Apache-2.0 */
/* Native calls by looking at each word of the stack. */
#ifndef LH_CRASH_SCAN_H
#define LH_CRASH_SCAN_H

#include "crash/dwfl.h"

/** lh_scan_stack() - add what may be calls. Return: 0, -LH_EINTR, -LH_ENOMEM. */
int lh_scan_stack(struct lh_unwinding *from, struct lh_native_stack *stack);

#endif
