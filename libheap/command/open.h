/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the target of an invocation; for this room only. */
#ifndef LH_COMMAND_OPEN_H
#define LH_COMMAND_OPEN_H

#include "command/invocation.h"

/** lh_invocation_take_threads() - as many as "threads" says */
void lh_invocation_take_threads(const struct lh_invocation *invocation);
/** lh_invocation_open_as() - the target and its heap; @whole: all of a process is copied, whatever the command needs. Return: 0; LH_ABSENT:
 * the process was held, and let go before the heap was open; as lh_invocation_open(). */
int lh_invocation_open_as(struct lh_invocation *invocation, bool whole, struct lh_target **ret_target,
			  struct lh_heap **ret_heap);
/** lh_invocation_let_go() - of a process that was held for too long: nothing that was found is to be believed. Return: LH_ABSENT. */
int lh_invocation_let_go(struct lh_invocation *invocation, struct lh_target *target);

#endif
