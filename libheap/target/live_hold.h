/* SPDX-License-Identifier: Apache-2.0 */
/* Holding a process while little of it is read. For the files of this room only. */
#ifndef LH_TARGET_LIVE_HOLD_H
#define LH_TARGET_LIVE_HOLD_H

#include "target/target.h"

struct lh_hold;

/**
 * lh_hold_new() - stop @target->pid, add its registers to @target, and let go of it after @most_ms at the latest
 * Return: 0; LH_ABSENT: there is no thread for that; as lh_stop_all().
 */
int lh_hold_new(struct lh_target *target, unsigned most_ms, struct lh_hold **ret);
/** lh_hold_enter() - before a read, lh_hold_leave() after it. Return: false: it was let go, nothing may be read. */
bool lh_hold_enter(struct lh_hold *hold);
void lh_hold_leave(struct lh_hold *hold);
/** lh_hold_let_go() - now; @target says for how long it was stopped */
void lh_hold_let_go(struct lh_hold *hold);
/** lh_hold_refused() - whether lh_hold_enter() ever returned false */
bool lh_hold_refused(struct lh_hold *hold);
/** lh_hold_free() - lets go of it, too. Return: NULL. */
struct lh_hold *lh_hold_free(struct lh_hold *hold);

#endif
