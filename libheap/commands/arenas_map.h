/* SPDX-License-Identifier: Apache-2.0 */
/* 'arenas --map' and 'arenas ADDR': the pools of all arenas as a picture, of one in numbers. */
#ifndef LH_COMMANDS_ARENAS_MAP_H
#define LH_COMMANDS_ARENAS_MAP_H

#include "command/command.h"

extern const struct lh_column lh_arena_map_columns[];
extern const struct lh_column lh_arena_pool_columns[];

/** lh_arena_map_rows() - a row per arena, a mark per pool. Return: 0, -LH_EINTR, -LH_ENOMEM. */
int lh_arena_map_rows(struct lh_heap *heap, struct lh_result *result);
/** lh_arena_pool_rows() - a row per pool of the arena that has the address among the user's words. Return: 0;
 * -LH_EFAULT: none has it; -LH_EUSAGE, -LH_EINTR, -LH_ENOMEM. */
int lh_arena_pool_rows(const struct lh_invocation *invocation, struct lh_heap *heap,
		       struct lh_result *result);

#endif
