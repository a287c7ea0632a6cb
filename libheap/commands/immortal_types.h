/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_COMMANDS_IMMORTAL_TYPES_H
#define LH_COMMANDS_IMMORTAL_TYPES_H

#include "command/command.h"

/* Columns of interned --immortal */
extern const struct lh_column lh_immortal_columns[];

/** lh_immortal_types() - one row per type that has immortal objects (3.12+), and their sums. Return: 0, -LH_E*. */
int lh_immortal_types(struct lh_heap *heap, struct lh_result *result);

#endif
