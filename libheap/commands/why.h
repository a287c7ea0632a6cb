/* SPDX-License-Identifier: Apache-2.0 */
/* What the two ways to ask 'why' share. For this room only. */
#ifndef LH_COMMANDS_WHY_H
#define LH_COMMANDS_WHY_H

#include "analyze/path_types.h"
#include "command/command.h"

struct lh_why {
	struct lh_heap *heap;
	struct lh_result *result;
	struct lh_path_types types; /* --through, --avoid */
};

/**
 * lh_why_check_types() - whether the types that paths have to pass or avoid exist; asked once the paths are
 * known, and so all types.
 * Return: 0; -LH_EUSAGE if one for --through does not; -LH_ENOMEM. One to --avoid is a warning.
 */
int lh_why_check_types(struct lh_why *why);

/** lh_why_type() - the rows of --type (why_type.c). Return: 0, -LH_E*. */
int lh_why_type(struct lh_why *why, const char *type);
extern const struct lh_column lh_why_type_columns[];

#endif
