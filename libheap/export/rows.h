/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of an export, whatever takes them: a database, files of csv. */
#ifndef LH_EXPORT_ROWS_H
#define LH_EXPORT_ROWS_H

#include <stdint.h>

/** struct lh_cell - a value of a row */
struct lh_cell {
	enum { LH_CELL_NULL, LH_CELL_NUMBER, LH_CELL_TEXT } kind;
	int64_t number;
	const char *text; /* UTF-8; NULL is NULL */
};

#define LH_CELL_OF(v) ((struct lh_cell){.kind = LH_CELL_NUMBER, .number = (int64_t)(v)})
#define LH_CELL_OR_NULL(known, v) \
	((struct lh_cell){.kind = (known) ? LH_CELL_NUMBER : LH_CELL_NULL, .number = (int64_t)(v)})
#define LH_CELL_TEXT_OF(v) ((struct lh_cell){.kind = LH_CELL_TEXT, .text = (v)})

/** struct lh_table - @columns: their names, separated by commas */
struct lh_table {
	const char *name, *columns;
};

#define LH_TABLE_COLUMNS_MAX 16

/** lh_table_width() - how many columns */
static inline unsigned lh_table_width(const struct lh_table *table)
{
	unsigned n = 1;

	for (const char *c = table->columns; *c; c++)
		n += *c == ',';
	return n;
}

/** struct lh_rows - what takes them. Both return 0, -LH_E*. */
struct lh_rows {
	int (*into)(struct lh_rows *rows,
		    const struct lh_table *table); /* rows that follow are for this table */
	int (*row)(struct lh_rows *rows, const struct lh_cell *cells); /* as many as the table has columns */
};

#endif
