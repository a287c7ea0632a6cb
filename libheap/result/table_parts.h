/* SPDX-License-Identifier: Apache-2.0 */
/* What files that draw a table share: the table, its titles and cells, and how wide its columns are. */
#ifndef LH_RESULT_TABLE_PARTS_H
#define LH_RESULT_TABLE_PARTS_H

#include "result/result_impl.h"

#define LH_TABLE_GAP 2 /* spaces between columns */

/** struct lh_table - what is shown of a result */
struct lh_table {
	const struct lh_result *result;
	const struct lh_style *style;
	size_t *widths, *least;   /* by column; least: the width to which it may be cut */
	uint64_t hidden, dropped; /* bit i: column i; dropped: for want of room */
	size_t below, width; /* the column that has separate lines, or column_count; how wide those are */
	size_t numbers;      /* columns that numbers of rows take; 0: they have none */
};

/* lh_table_is_text() - whether a column may be cut */
bool lh_table_is_text(const struct lh_column *column);
/* lh_table_is_hidden() - whether a column is not one of those beside each other */
bool lh_table_is_hidden(const struct lh_table *t, size_t column);
/* lh_table_title(), lh_table_cell() - add a column's title, and its cell in row @shown of those shown, as text */
void lh_table_title(struct lh_string *out, const struct lh_column *column);
void lh_table_cell(const struct lh_result *result, size_t shown, size_t column, struct lh_string *out);

/* lh_table_measure() - set the widths of columns to what their cells need; those with nothing in them are hidden */
void lh_table_measure(struct lh_table *t, bool *failed);
/* lh_table_fit() - leave out, move below and cut columns until a line is @limit wide, or all are at their least */
void lh_table_fit(struct lh_table *t, size_t limit);

#endif
