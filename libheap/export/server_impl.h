/* SPDX-License-Identifier: Apache-2.0 */
/* For server*.c alone. */
#ifndef LH_EXPORT_SERVER_IMPL_H
#define LH_EXPORT_SERVER_IMPL_H

#include "export/libpq.h"
#include "export/server.h"
#include "util/string.h"

#include <time.h>

struct lh_server {
	struct lh_rows rows; /* first: see of_rows() */
	struct lh_ctx *ctx;
	struct lh_libpq pq;
	PGconn *connection;
	struct lh_string name;
	time_t give_up;       /* monotonic seconds: nothing is waited for longer; 0: never */
	bool committing;      /* whether that was done must be known: it is not interrupted */
	unsigned columns;     /* of the table that is copied; 0: none is */
	struct lh_string row; /* rows that have not been sent yet */
	struct lh_string valid;
	uint64_t bytes;
};

/** lh_server_lost() - what libpq says of the connection. Return: -LH_EIO. */
int lh_server_lost(struct lh_server *server);
/** lh_server_wait() - until poll() would report @events of the connection. Return: 0; -LH_EIO: it is time to give up; -LH_EINTR. */
int lh_server_wait(struct lh_server *server, short events);
/** lh_server_flush() - until all that was said to the server has left. Return: 0; -LH_EIO, -LH_EINTR. */
int lh_server_flush(struct lh_server *server);
/** lh_server_say() - send statements; lh_server_next() gives what they result in. Return: 0; -LH_EIO, -LH_EINTR. */
int lh_server_say(struct lh_server *server, const char *statements);
/**
 * lh_server_next() - the next result; NULL: there are no more. The caller clears it
 * Return: 0; -LH_EIO, also if it is a failure; -LH_EINTR.
 */
int lh_server_next(struct lh_server *server, PGresult **ret);
/** lh_server_now() - monotonic seconds */
time_t lh_server_now(void);
/** lh_server_rows_init() - what lh_server_rows() returns */
void lh_server_rows_init(struct lh_server *server);

#endif
