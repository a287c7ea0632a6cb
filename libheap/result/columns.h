/* SPDX-License-Identifier: Apache-2.0 */
/* Columns as users name them. */
#ifndef LH_RESULT_COLUMNS_H
#define LH_RESULT_COLUMNS_H

#include "result/result.h"

/** lh_column_named() - the column that a user names, by its key or its title; NULL: there is none */
const struct lh_column *lh_column_named(const struct lh_column *columns, const char *name);
/** lh_column_fail() - record "no column ..." for @name, which is not one of @columns. Return: -LH_EUSAGE. */
int lh_column_fail(struct lh_ctx *ctx, const char *command, const struct lh_column *columns,
		   const char *name);

#endif
