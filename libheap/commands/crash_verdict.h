/* SPDX-License-Identifier: Apache-2.0 */
/* What a process died of, at the top of answers about something else. */
#ifndef LH_COMMANDS_CRASH_VERDICT_H
#define LH_COMMANDS_CRASH_VERDICT_H

#include "cpython/heap.h"
#include "result/result.h"

/**
 * lh_add_crash_verdict() - of a process that crashed: the verdict as headline and as "verdict" of the summary, and the commands
 * that say more
 * What of it is not known is warned of. Return: 0; LH_ABSENT: it did not crash, as far as is known; -LH_E*.
 */
int lh_add_crash_verdict(struct lh_heap *heap, struct lh_result *result);

#endif
