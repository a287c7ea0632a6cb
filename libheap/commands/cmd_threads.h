/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the command 'threads'. */
#ifndef LH_COMMANDS_CMD_THREADS_H
#define LH_COMMANDS_CMD_THREADS_H

#include "analyze/retained.h"
#include "command/command.h"

extern const struct lh_column lh_task_columns[];
/** lh_threads_tasks() - rows and summary of --tasks. @retained: NULL: not asked for. Return: 0, -LH_E*. */
int lh_threads_tasks(struct lh_heap *heap, struct lh_result *result, const struct lh_retained *retained,
		     bool unfolded);

struct lh_value lh_text_value(const struct lh_string *text); /* null if nothing was added */
struct lh_value lh_line_value(uint32_t line);                /* null for 0 */
/* Of the object at @addr; null if not asked for, or unknown. */
struct lh_value lh_retained_value(const struct lh_retained *retained, uint64_t addr);

#endif
