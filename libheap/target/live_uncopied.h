/* SPDX-License-Identifier: Apache-2.0 */
/* Copying around what is left out. For the files of this room only. */
#ifndef LH_TARGET_LIVE_UNCOPIED_H
#define LH_TARGET_LIVE_UNCOPIED_H

#include "target/live.h"
#include "target/live_copy.h"
#include "target/uncopied.h"

/** lh_uncopied_expect() - before the stop: all of them will be left out. Return: 0, -LH_ENOMEM. */
int lh_uncopied_expect(struct lh_target *target, const struct lh_uncopied_list *list);
/** lh_uncopied_check() - in the stop: those that are not as they were will be copied */
void lh_uncopied_check(struct lh_target *target, const struct lh_uncopied_list *list);
/**
 * lh_uncopied_next() - the next run that is copied, up to @end
 * Use: piece = {start, start}; while (lh_uncopied_next(target, end, &piece)) ...
 * Return: false when there is none any more.
 */
bool lh_uncopied_next(const struct lh_target *target, uint64_t end, struct lh_range *piece);
/** lh_uncopied_gaps() - what is left out of @v is no segment. Return: 0, -LH_ENOMEM. */
int lh_uncopied_gaps(const struct lh_target *target, const struct lh_vma *v, struct lh_copier *copier);

#endif
