/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, without the calls of libpq that block: the user may stop at any time. */
#include "export/server.h"
#include "export/server_impl.h"

#include <poll.h>
#include <string.h>

#define TICK_MS 100

/* ---- failures ---- */

int lh_server_fail(struct lh_server *s, const char *what)
{
	return lh_fail(s->ctx, LH_EIO, "write %s: %.*s", s->name.text, (int)strcspn(what, "\n"), what);
}

int lh_server_lost(struct lh_server *s)
{
	return lh_server_fail(s, s->pq.PQerrorMessage(s->connection));
}

/* SQLSTATE: appendix A of PostgreSQL's manual. */
static int fail_result(struct lh_server *s, const PGresult *result)
{
	const char *state = s->pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = s->pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (!state || !text)
		return lh_server_lost(s);
	if (strcmp(state, "42P07") == 0) /* duplicate_table */
		return lh_fail(s->ctx, LH_EIO,
			       "write %s: %s: drop it, or name another schema at the end of the URL: "
			       "?options=-csearch_path%%3DSCHEMA",
			       s->name.text, text);
	if (strcmp(state, "3F000") == 0) /* invalid_schema_name */
		return lh_fail(s->ctx, LH_EIO,
			       "write %s: %s: make one (CREATE SCHEMA), or get the right to (GRANT)",
			       s->name.text, text);
	return lh_server_fail(s, text);
}

/* ---- waiting ---- */

time_t lh_server_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

int lh_server_wait(struct lh_server *s, short events)
{
	struct pollfd fd = {.fd = s->pq.PQsocket(s->connection), .events = events};
	int r = 0;

	while (r == 0 && poll(&fd, 1, TICK_MS) <= 0) {
		if (s->give_up && lh_server_now() >= s->give_up)
			return lh_server_fail(s, "the server did not answer in time (connect_timeout)");
		if (!s->committing)
			r = lh_progress(s->ctx, "waiting for the server", 0, 0);
	}
	return r;
}

static int wait_and_receive(struct lh_server *s, short events)
{
	int r = lh_server_wait(s, events);

	return r == 0 && !s->pq.PQconsumeInput(s->connection) ? lh_server_lost(s) : r;
}

/* What it says meanwhile is taken, or both would wait. */
int lh_server_flush(struct lh_server *s)
{
	int left = 0, r = 0;

	while (r == 0 && (left = s->pq.PQflush(s->connection)) > 0)
		r = wait_and_receive(s, POLLIN | POLLOUT);
	return left < 0 ? lh_server_lost(s) : r;
}

int lh_server_next(struct lh_server *s, PGresult **ret)
{
	PGresult *result;
	int r = 0;

	while (r == 0 && s->pq.PQisBusy(s->connection))
		r = wait_and_receive(s, POLLIN);
	if (r < 0)
		return r;
	result = s->pq.PQgetResult(s->connection);
	if (result && s->pq.PQresultStatus(result) == PGRES_FATAL_ERROR) {
		r = fail_result(s, result);
		s->pq.PQclear(lh_take(result));
	}
	*ret = result;
	return r;
}

/* ---- statements ---- */

int lh_server_say(struct lh_server *s, const char *statements)
{
	return s->pq.PQsendQuery(s->connection, statements) ? lh_server_flush(s) : lh_server_lost(s);
}

int lh_server_execute(struct lh_server *s, const char *statements, uint64_t *ret_rows)
{
	PGresult *result;
	int r = lh_server_say(s, statements);

	while (r == 0 && (r = lh_server_next(s, &result)) == 0 && result) {
		if (ret_rows)
			*ret_rows = strtoull(s->pq.PQcmdTuples(result), NULL, 10);
		s->pq.PQclear(result);
	}
	return r;
}

int lh_server_ask(struct lh_server *s, const char *query, int (*fn)(const char *text, void *arg), void *arg)
{
	PGresult *result;
	int r = lh_server_say(s, query), answer = 0;

	while (r == 0 && (r = lh_server_next(s, &result)) == 0 &&
	       result) { /* to the end: statements may follow */
		for (int i = 0; answer == 0 && i < s->pq.PQntuples(result); i++)
			answer = fn(s->pq.PQgetisnull(result, i, 0) ? NULL : s->pq.PQgetvalue(result, i, 0),
				    arg);
		s->pq.PQclear(result);
	}
	return r == 0 ? answer : r;
}

int lh_server_begin(struct lh_server *s)
{
	return lh_server_execute(s, "BEGIN", NULL);
}

int lh_server_commit(struct lh_server *s)
{
	s->committing = true;
	return lh_server_execute(s, "COMMIT", NULL);
}

uint64_t lh_server_bytes(const struct lh_server *s)
{
	return s->bytes;
}
