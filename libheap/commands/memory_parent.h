/* SPDX-License-Identifier: Apache-2.0 */
/* 'memory' of a worker beside the process that it was forked from. */
#ifndef LH_COMMANDS_MEMORY_PARENT_H
#define LH_COMMANDS_MEMORY_PARENT_H

#include "command/command.h"

extern const struct lh_column lh_memory_parent_columns[];

/** lh_memory_parent() - rows by type. Return: 0, -LH_E*. */
int lh_memory_parent(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result);

#endif
