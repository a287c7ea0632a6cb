/* SPDX-License-Identifier: Apache-2.0 */
/* What makes the figures of refaudit and of memory doubtful, as warnings of a result. */
#ifndef LH_COMMAND_DOUBTS_H
#define LH_COMMAND_DOUBTS_H

#include "analyze/memory.h"
#include "analyze/refaudit.h"
#include "result/result.h"

/** lh_result_refaudit_warnings() - warn about what was not audited, and mark the answer as incomplete. Return: 0,
 * -LH_ENOMEM. */
int lh_result_refaudit_warnings(struct lh_result *result, const struct lh_refaudit *audit);
/** lh_result_memory_warnings() - warn about memory that contradicts itself, and mark the answer as incomplete. Return: 0,
 * -LH_ENOMEM. */
int lh_result_memory_warnings(struct lh_result *result, const struct lh_memory *memory);
/** lh_result_arenas_unread() - warn about so many arenas that may be pinned, and mark the answer as incomplete. Return: 0,
 * -LH_ENOMEM. */
int lh_result_arenas_unread(struct lh_result *result, uint32_t arenas);

#endif
