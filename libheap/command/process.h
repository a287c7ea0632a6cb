/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a process is still the one that it was: a number is given to another one when it has ended. */
#ifndef LH_COMMAND_PROCESS_H
#define LH_COMMAND_PROCESS_H

#include "util/error.h"

/** struct lh_process_id - a process, and when it started, in the system's ticks */
struct lh_process_id {
	pid_t pid;
	uint64_t started;
};

/** lh_process_identify() - Return: 0, -LH_ESRCH. */
int lh_process_identify(struct lh_ctx *ctx, uint64_t pid, struct lh_process_id *ret);
/** lh_process_check() - Return: 0; -LH_ESRCH: it has ended, and what its number is now. */
int lh_process_check(struct lh_ctx *ctx, const struct lh_process_id *process);
/** lh_process_is_replaced() - whether it has ended, and another one has its number */
bool lh_process_is_replaced(const struct lh_process_id *process);
/** lh_process_resident() - bytes that it has in memory; 0: not known */
uint64_t lh_process_resident(pid_t pid);

#endif
