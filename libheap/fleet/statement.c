/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/statement.h"
#include "util/utf8.h"

int lh_fleet_fail(struct lh_fleet *fleet)
{
	int code = sqlite3_errcode(fleet->handle);

	if (code == SQLITE_NOMEM)
		return lh_nomem(fleet->ctx);
	if (code == SQLITE_INTERRUPT)
		return lh_fail(fleet->ctx, LH_EINTR, "interrupted");
	if (code == SQLITE_BUSY)
		return lh_fail(fleet->ctx, LH_EIO, "database %s: another program is writing to it",
			       fleet->path);
	return lh_fail(fleet->ctx, LH_EIO, "database %s: %s", fleet->path, sqlite3_errmsg(fleet->handle));
}

int lh_fleet_execute(struct lh_fleet *fleet, const char *statements)
{
	return sqlite3_exec(fleet->handle, statements, NULL, NULL, NULL) == SQLITE_OK ? 0
										      : lh_fleet_fail(fleet);
}

struct statement statement_start(struct lh_fleet *fleet, const char *text)
{
	struct statement s = {.fleet = fleet};

	if (sqlite3_prepare_v2(fleet->handle, text, -1, &s.handle, NULL) != SQLITE_OK)
		s.failed = lh_fleet_fail(fleet);
	return s;
}

static void bound(struct statement *s, int code)
{
	if (code != SQLITE_OK)
		s->failed = lh_fleet_fail(s->fleet);
}

void statement_text(struct statement *s, const char *text)
{
	_cleanup_string_ struct lh_string buffer = {0};
	const char *valid = text ? lh_utf8_valid(text, &buffer) : NULL;

	s->at++;
	if (s->failed)
		return;
	if (buffer.failed)
		s->failed = lh_nomem(s->fleet->ctx);
	else
		bound(s, sqlite3_bind_text(s->handle, s->at, valid, -1, SQLITE_TRANSIENT));
}

void statement_number(struct statement *s, uint64_t number)
{
	s->at++;
	if (!s->failed)
		bound(s, sqlite3_bind_int64(s->handle, s->at,
					    number > INT64_MAX ? INT64_MAX : (sqlite3_int64)number));
}

void statement_real(struct statement *s, const double *number)
{
	s->at++;
	if (!s->failed)
		bound(s, number ? sqlite3_bind_double(s->handle, s->at, *number)
				: sqlite3_bind_null(s->handle, s->at));
}

int statement_step(struct statement *s)
{
	int code;

	if (s->failed)
		return s->failed;
	code = sqlite3_step(s->handle);
	if (code == SQLITE_ROW)
		return 0;
	return code == SQLITE_DONE ? LH_DONE : lh_fleet_fail(s->fleet);
}

const char *statement_text_at(struct statement *s, int at)
{
	return (const char *)sqlite3_column_text(s->handle, at);
}

/* Others may write to the database, too: what is no number is 0. */
uint64_t statement_number_at(struct statement *s, int at)
{
	sqlite3_int64 number = sqlite3_column_int64(s->handle, at);

	return number > 0 ? (uint64_t)number : 0;
}

double statement_real_at(struct statement *s, int at)
{
	return sqlite3_column_double(s->handle, at);
}

void statement_fini(struct statement *s)
{
	sqlite3_finalize(s->handle);
	s->handle = NULL;
}

int statement_run(struct statement *s)
{
	int r;

	do
		r = statement_step(s);
	while (r == 0);
	statement_fini(s);
	return r == LH_DONE ? 0 : r;
}
