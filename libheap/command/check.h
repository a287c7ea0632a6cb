/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the arguments of a command make sense, checked before any target is opened. */
#ifndef LH_COMMAND_CHECK_H
#define LH_COMMAND_CHECK_H

#include "command/invocation.h"

/** lh_check_value() - check one option's value, as parsed. Return: 0, -LH_EUSAGE. */
int lh_check_value(struct lh_invocation *invocation, const struct lh_option *option, const char *value);
/** lh_check_args() - check all arguments together; separates the target from the others. Return: 0,
 * -LH_EUSAGE. */
int lh_check_args(struct lh_invocation *invocation);

#endif
