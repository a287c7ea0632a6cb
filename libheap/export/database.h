/* SPDX-License-Identifier: Apache-2.0 */
/* A new SQLite database that is filled once: rows for prepared statements. */
#ifndef LH_EXPORT_DATABASE_H
#define LH_EXPORT_DATABASE_H

#include "export/rows.h"
#include "util/error.h"

struct lh_database;

/**
 * lh_database_open() - the database that the empty file at @file is to be; @path: how messages name it
 * @schema: statements that make its tables. Free with lh_database_free().
 * Return: 0; -LH_EIO, -LH_ENOMEM.
 */
int lh_database_open(struct lh_ctx *ctx, const char *file, const char *path, const char *schema,
		     struct lh_database **ret);
/** lh_database_rows() - what takes the rows of its tables; belongs to it */
struct lh_rows *lh_database_rows(struct lh_database *database);
/** lh_database_finish() - all rows are there: run @statements, which make the indexes. Return: 0; -LH_EIO, -LH_ENOMEM. */
int lh_database_finish(struct lh_database *database, const char *statements);
/** lh_database_bytes() - size of the file */
uint64_t lh_database_bytes(struct lh_database *database);
struct lh_database *lh_database_free(struct lh_database *database);

#endif
