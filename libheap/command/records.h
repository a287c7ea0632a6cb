/* SPDX-License-Identifier: Apache-2.0 */
/* The record at the foot of each cmd_<name>.c. */
#ifndef LH_COMMAND_RECORDS_H
#define LH_COMMAND_RECORDS_H

#include "command/command.h"

extern const struct lh_command lh_cmd_arenas;
extern const struct lh_command lh_cmd_cycles;
extern const struct lh_command lh_cmd_garbage;
extern const struct lh_command lh_cmd_gc;
extern const struct lh_command lh_cmd_info;
extern const struct lh_command lh_cmd_interned;
extern const struct lh_command lh_cmd_object;
extern const struct lh_command lh_cmd_refaudit;
extern const struct lh_command lh_cmd_referrers;
extern const struct lh_command lh_cmd_refs;
extern const struct lh_command lh_cmd_retained;
extern const struct lh_command lh_cmd_find;
extern const struct lh_command lh_cmd_threads;
extern const struct lh_command lh_cmd_types;
extern const struct lh_command lh_cmd_why;

#endif
