/* SPDX-License-Identifier: Apache-2.0 */
/* The record at the end of each cmd_<name>.c. */
#ifndef LH_COMMANDS_RECORDS_H
#define LH_COMMANDS_RECORDS_H

#include "command/command.h"

#define LH_COMMAND(name) extern const struct lh_command lh_cmd_##name;
#include "commands/records.def"
#undef LH_COMMAND

#endif
