/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of processes. Another process may get one when that which had it has ended. */
#ifndef LH_COMMAND_PROCESS_H
#define LH_COMMAND_PROCESS_H

#include "util/error.h"

/** struct lh_process_id - a process, and when it started, in the system's ticks */
struct lh_process_id {
	pid_t pid;
	uint64_t started;
};

/** lh_process_number() - the process that a user's @number means. Return: 0; -LH_ESRCH: no process can have it. */
int lh_process_number(struct lh_ctx *ctx, uint64_t number, pid_t *ret);
/** lh_process_identify() - Return: 0, -LH_ESRCH. */
int lh_process_identify(struct lh_ctx *ctx, uint64_t pid, struct lh_process_id *ret);
/** lh_process_check() - Return: 0; -LH_ESRCH: it has ended, and what its number is now. */
int lh_process_check(struct lh_ctx *ctx, const struct lh_process_id *process);
/** lh_process_is_replaced() - whether it has ended, and another one has its number */
bool lh_process_is_replaced(const struct lh_process_id *process);

#endif
