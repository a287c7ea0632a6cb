/* SPDX-License-Identifier: Apache-2.0 */
/* No journal and no waiting for the disk: if anything fails the file is thrown away. */
#include "export/database.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/utf8.h"

#include <sqlite3.h>
#include <stdio.h>

#define PRAGMAS                            \
	"PRAGMA journal_mode = OFF;"       \
	"PRAGMA synchronous = OFF;"        \
	"PRAGMA locking_mode = EXCLUSIVE;" \
	"PRAGMA cache_size = -65536;" /* 64 MiB, whatever the file's size */

struct lh_database {
	struct lh_rows rows; /* first: see of_rows() */
	struct lh_ctx *ctx;
	const char *path;
	sqlite3 *handle;
	sqlite3_stmt *insert;
	unsigned columns;
	struct lh_string valid;
};

LH_DEFINE_CLEANUP(struct lh_database, lh_database_free);

static int fail(struct lh_database *d)
{
	int code = sqlite3_errcode(d->handle);

	if (code == SQLITE_NOMEM || d->valid.failed)
		return lh_nomem(d->ctx);
	if (code == SQLITE_INTERRUPT)
		return -LH_EINTR;
	return lh_fail(d->ctx, LH_EIO, "write %s: %s", d->path, sqlite3_errmsg(d->handle));
}

static int execute(struct lh_database *d, const char *statements)
{
	return sqlite3_exec(d->handle, statements, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(d);
}

/* Indexes take long. Return: non-zero to stop. */
static int tick(void *arg)
{
	struct lh_database *d = arg;

	return lh_progress(d->ctx, "writing the database", 0, 0) < 0;
}

static struct lh_database *of_rows(struct lh_rows *rows)
{
	return (struct lh_database *)rows;
}

static int into(struct lh_rows *rows, const struct lh_table *table)
{
	struct lh_database *d = of_rows(rows);
	char text[256];
	int n = snprintf(text, sizeof(text), "INSERT INTO \"%s\" VALUES (?", table->name);

	d->columns = lh_table_width(table);
	for (unsigned i = 1; i < d->columns && n < (int)sizeof(text); i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, ", ?");
	if (n < (int)sizeof(text))
		n += snprintf(text + n, sizeof(text) - (size_t)n, ")");
	if (n >= (int)sizeof(text))
		return lh_fail(d->ctx, LH_EUSAGE, "table %s: too many columns", table->name);
	sqlite3_finalize(lh_take(d->insert));
	return sqlite3_prepare_v2(d->handle, text, -1, &d->insert, NULL) == SQLITE_OK ? 0 : fail(d);
}

static int bind_text(struct lh_database *d, int at, const char *text)
{
	const char *valid = lh_utf8_valid(text, &d->valid);

	if (valid == text) /* it lives until the step below */
		return sqlite3_bind_text(d->insert, at, text, -1, SQLITE_STATIC);
	return d->valid.failed ? SQLITE_NOMEM : sqlite3_bind_text(d->insert, at, valid, -1, SQLITE_TRANSIENT);
}

static int bind(struct lh_database *d, int at, const struct lh_cell *cell)
{
	if (cell->kind == LH_CELL_NUMBER)
		return sqlite3_bind_int64(d->insert, at, cell->number);
	if (cell->kind == LH_CELL_TEXT && cell->text)
		return bind_text(d, at, cell->text);
	return sqlite3_bind_null(d->insert, at);
}

static int add_row(struct lh_rows *rows, const struct lh_cell *cells)
{
	struct lh_database *d = of_rows(rows);
	int code = SQLITE_OK;

	for (unsigned i = 0; code == SQLITE_OK && i < d->columns; i++)
		code = bind(d, (int)i + 1, &cells[i]);
	if (code == SQLITE_OK && sqlite3_step(d->insert) == SQLITE_DONE &&
	    sqlite3_reset(d->insert) == SQLITE_OK)
		return 0;
	return fail(d);
}

int lh_database_open(struct lh_ctx *ctx, const char *file, const char *path, const char *schema,
		     struct lh_database **ret)
{
	_cleanup_(lh_database_freep) struct lh_database *d = lh_new0(struct lh_database, 1);
	int r;

	if (!d)
		return lh_nomem(ctx);
	d->rows = (struct lh_rows){into, add_row};
	d->ctx = ctx;
	d->path = path;
	if (sqlite3_open_v2(file, &d->handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return d->handle ? fail(d) : lh_nomem(ctx);
	sqlite3_progress_handler(d->handle, 1 << 20, tick, d);
	r = execute(d, PRAGMAS);
	if (r == 0)
		r = execute(d, schema);
	if (r == 0)
		r = execute(d, "BEGIN");
	if (r < 0)
		return r;
	*ret = lh_take(d);
	return 0;
}

struct lh_rows *lh_database_rows(struct lh_database *d)
{
	return &d->rows;
}

int lh_database_finish(struct lh_database *d, const char *statements)
{
	int r = execute(d, "COMMIT");

	sqlite3_finalize(lh_take(d->insert));
	return r == 0 ? execute(d, statements) : r;
}

static int64_t pragma(struct lh_database *d, const char *text)
{
	sqlite3_stmt *statement = NULL;
	int64_t value = 0;

	if (sqlite3_prepare_v2(d->handle, text, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

uint64_t lh_database_bytes(struct lh_database *d)
{
	return (uint64_t)(pragma(d, "PRAGMA page_count") * pragma(d, "PRAGMA page_size"));
}

struct lh_database *lh_database_free(struct lh_database *d)
{
	if (!d)
		return NULL;
	sqlite3_finalize(d->insert);
	sqlite3_close(d->handle);
	lh_string_fini(&d->valid);
	free(d);
	return NULL;
}
