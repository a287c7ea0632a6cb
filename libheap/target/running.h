/* SPDX-License-Identifier: Apache-2.0 */
/* A process that is read while it runs, for those that must not be stopped at all. */
#ifndef LH_TARGET_RUNNING_H
#define LH_TARGET_RUNNING_H

#include "target/target.h"

/**
 * lh_target_open_running() - copy a process as lh_target_open_process() does, without stopping it and without ptrace
 * What it writes meanwhile is in the copy or is not: bytes are of several moments, and there are no registers. @ret->running says how
 * much it did.
 * Return: as lh_target_open_process().
 */
int lh_target_open_running(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			   struct lh_target **ret);

#endif
