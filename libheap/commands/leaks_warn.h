/* SPDX-License-Identifier: Apache-2.0 */
/* How much the verdict is worth. */
#ifndef LH_COMMANDS_LEAKS_WARN_H
#define LH_COMMANDS_LEAKS_WARN_H

#include "result/result.h"
#include "verdict/leaks.h"

/**
 * lh_leaks_warn() - warn of all that makes doubtful what the rules rest on: an all-clear is worth as much as what was looked at
 * Return: 0, -LH_E*.
 */
int lh_leaks_warn(struct lh_leaks *leaks, struct lh_result *result);

#endif
