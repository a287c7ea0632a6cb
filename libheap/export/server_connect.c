/* SPDX-License-Identifier: Apache-2.0 */
#include "export/server_impl.h"
#include "export/server_url.h"
#include "util/array.h"

#include <poll.h>
#include <string.h>

/* What 'connect_timeout' says, which libpq leaves to those who wait. Return: 0: nothing. */
static time_t time_to_connect(struct lh_server *s)
{
	PQconninfoOption *options = s->pq.PQconninfo(s->connection);
	long seconds = 0;

	for (PQconninfoOption *o = options; o && o->keyword; o++)
		if (strcmp(o->keyword, "connect_timeout") == 0 && o->val)
			seconds = strtol(o->val, NULL, 10);
	s->pq.PQconninfoFree(options);
	return seconds > 0 ? seconds : 0;
}

static int finish_connecting(struct lh_server *s)
{
	time_t allowed = time_to_connect(s);
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;
	int r = 0;

	s->give_up = allowed ? lh_server_now() + allowed : 0;
	while (r == 0 && state != PGRES_POLLING_OK) {
		if (state == PGRES_POLLING_FAILED)
			return lh_server_lost(s);
		r = lh_server_wait(s, state == PGRES_POLLING_READING ? POLLIN : POLLOUT);
		if (r == 0)
			state = s->pq.PQconnectPoll(s->connection);
	}
	s->give_up = 0;
	return r;
}

/* A library prints nothing. */
static void ignore(void *arg, const PGresult *notice)
{
}

static int connect_to(struct lh_server *s, const char *url)
{
	const char *const keys[] = {"dbname", "client_encoding", "fallback_application_name", NULL};
	const char *const values[] = {url, "UTF8", "py-heap", NULL};
	int r;

	s->connection = s->pq.PQconnectStartParams(keys, values, 1);
	if (!s->connection)
		return lh_nomem(s->ctx);
	if (s->pq.PQstatus(s->connection) == CONNECTION_BAD)
		return lh_server_lost(s);
	s->pq.PQsetNoticeReceiver(s->connection, ignore, NULL);
	r = finish_connecting(s);
	return r == 0 && s->pq.PQsetnonblocking(s->connection, 1) < 0 ? lh_server_lost(s) : r;
}

/* libpq's own words would quote the URL, with its password. */
static int check_url(struct lh_server *s, const char *url)
{
	PQconninfoOption *options;
	char *text = NULL;

	if (!lh_server_is_plain(url))
		return lh_server_fail(
			s, "the URL is ambiguous: in names and passwords, @ is written %40, / %2F and : %3A");
	options = s->pq.PQconninfoParse(url, &text);
	s->pq.PQfreemem(text);
	s->pq.PQconninfoFree(options);
	if (!options)
		return lh_server_fail(s, "the URL is wrong: postgresql://user@host:port/database?key=value");
	return 0;
}

int lh_server_open(struct lh_ctx *ctx, const char *url, struct lh_server **ret)
{
	_cleanup_(lh_server_freep) struct lh_server *s = lh_new0(struct lh_server, 1);
	int r;

	if (!s)
		return lh_nomem(ctx);
	lh_server_name(url, &s->name);
	if (s->name.failed)
		return lh_nomem(ctx);
	s->ctx = ctx;
	lh_server_rows_init(s);
	r = lh_libpq_load(ctx, s->name.text, &s->pq);
	if (r == 0)
		r = check_url(s, url);
	if (r == 0)
		r = connect_to(s, url);
	if (r == 0)
		*ret = lh_take(s);
	return r;
}

int lh_server_socket(const struct lh_server *s)
{
	return s->pq.PQsocket(s->connection);
}

struct lh_server *lh_server_free(struct lh_server *s)
{
	if (!s)
		return NULL;
	if (s->connection)
		s->pq.PQfinish(s->connection);
	lh_string_fini(&s->name);
	lh_string_fini(&s->row);
	lh_string_fini(&s->valid);
	free(s);
	return NULL;
}
