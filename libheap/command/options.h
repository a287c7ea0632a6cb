/* SPDX-License-Identifier: Apache-2.0 */
/* Options of commands. */
#ifndef LH_COMMAND_OPTIONS_H
#define LH_COMMAND_OPTIONS_H

#include "command/command.h"

/* What every command takes, ended by name NULL. */
extern const struct lh_option lh_common_options[];
/* lh_command_options() - those of them that the command takes: one that opens its own targets takes no option that names one */
const struct lh_option *lh_command_options(const struct lh_command *command);

/* lh_option_index() - index of the option with the name @name (or with @letter) in lh_command_option(), or
 * -1 */
int lh_option_index(const struct lh_command *command, const char *name, char letter);
/* Whether the option's value must be a number. */
bool lh_option_is_number(const struct lh_option *option);
/* Whether the option may be given more than once ("TYPE..."): then its value is all values, separated by
 * '\n'. */
bool lh_option_repeats(const struct lh_option *option);
/* lh_option_number() - "12", "0x1f", "64K", "2MB", "1.5 GiB" without the blank. Return: 0, LH_ABSENT if it is
 * not one. */
int lh_option_number(const char *text, uint64_t *ret);
/* lh_option_time() - "60s", "500ms", "2m", "1h", "5" (seconds), in milliseconds. Return: 0, LH_ABSENT if it is not one, or none. */
int lh_option_time(const char *text, uint64_t *ret_ms);

#endif
