/* SPDX-License-Identifier: Apache-2.0 */
/* Words for a heap without arenas of pymalloc. */
#ifndef LH_COMMANDS_NO_ARENAS_H
#define LH_COMMANDS_NO_ARENAS_H

#include "command/command.h"

/** lh_no_arenas() - say why there are none; warn if that is not known
 * @found: lh_allocator_info.found. Return: 0, -LH_ENOMEM. */
int lh_no_arenas(struct lh_heap *heap, bool found, struct lh_result *result);

#endif
