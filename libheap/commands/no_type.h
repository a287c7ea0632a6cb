/* SPDX-License-Identifier: Apache-2.0 */
/* A type that a user names, and that no object has. */
#ifndef LH_COMMANDS_NO_TYPE_H
#define LH_COMMANDS_NO_TYPE_H

#include "util/error.h"

/** lh_no_type_fail() - record that no object has the type that --@option names, and which one may be meant.
 * All types must have been met. Return: -LH_EUSAGE. */
int lh_no_type_fail(struct lh_ctx *ctx, struct lh_heap *heap, const char *command, const char *option,
		    const char *wanted);

#endif
