/* SPDX-License-Identifier: Apache-2.0 */
/* A new SQLite database that is filled once: rows for prepared statements. */
#ifndef LH_EXPORT_DATABASE_H
#define LH_EXPORT_DATABASE_H

#include "util/error.h"

/* A value of a row. */
struct lh_cell {
	enum { LH_CELL_NULL, LH_CELL_NUMBER, LH_CELL_TEXT } kind;
	int64_t number;
	const char *text; /* UTF-8; NULL is NULL */
};

#define LH_CELL_OF(v) ((struct lh_cell){.kind = LH_CELL_NUMBER, .number = (int64_t)(v)})
#define LH_CELL_OR_NULL(known, v) \
	((struct lh_cell){.kind = (known) ? LH_CELL_NUMBER : LH_CELL_NULL, .number = (int64_t)(v)})
#define LH_CELL_TEXT_OF(v) ((struct lh_cell){.kind = LH_CELL_TEXT, .text = (v)})

struct lh_database;

/**
 * lh_database_open() - the database that the empty file at @file is to be; @path: how messages name it
 * @schema: statements that make its tables. Free with lh_database_free().
 * Return: 0; -LH_EIO, -LH_ENOMEM.
 */
int lh_database_open(struct lh_ctx *ctx, const char *file, const char *path, const char *schema,
		     struct lh_database **ret);
/** lh_database_into() - rows that follow are for this table of @columns columns. Return: 0; -LH_EIO, -LH_ENOMEM. */
int lh_database_into(struct lh_database *database, const char *table, unsigned columns);
/** lh_database_row() - a row, of as many cells. Return: 0; -LH_EIO, -LH_ENOMEM. */
int lh_database_row(struct lh_database *database, const struct lh_cell *cells);
/** lh_database_finish() - all rows are there: run @statements, which make the indexes. Return: 0; -LH_EIO, -LH_ENOMEM. */
int lh_database_finish(struct lh_database *database, const char *statements);
/** lh_database_bytes() - size of the file */
uint64_t lh_database_bytes(struct lh_database *database);
struct lh_database *lh_database_free(struct lh_database *database);

#endif
