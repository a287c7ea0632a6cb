/* SPDX-License-Identifier: Apache-2.0 */
/* A live process that is held while it is read, for questions that need little of a large one. */
#ifndef LH_TARGET_HELD_H
#define LH_TARGET_HELD_H

#include "target/target.h"

/**
 * lh_target_open_held() - stop a process, and read what is asked for when it is; lh_target_let_go() afterwards
 * Return: 0; LH_ABSENT: it is so small that a copy keeps it no longer, there is no thread to hold it, or it was let go before it was
 * open, and was stopped for @ret_ms then; as lh_target_open_process().
 */
int lh_target_open_held(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			struct lh_target **ret, double *ret_ms);
/**
 * lh_target_let_go() - of a process that is held; nothing is read of it any more
 * It is let go after a fifth of a second in any case: what would have to be read later is missing.
 * Return: false: something is missing for that, so what was found is not to be believed; true also of other targets.
 */
bool lh_target_let_go(struct lh_target *target);

/** lh_target_missed() - whether something was asked for after it was let go */
bool lh_target_missed(const struct lh_target *target);

#endif
