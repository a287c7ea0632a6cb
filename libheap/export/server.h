/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database of a PostgreSQL server that is written by one transaction: all of it, or nothing.
 *
 * No function waits for the server without asking lh_progress(), but the last (lh_server_commit()), the look-up of a host's name.
 * Messages name the server by lh_server_name(): they have no password.
 */
#ifndef LH_EXPORT_SERVER_H
#define LH_EXPORT_SERVER_H

#include "export/rows.h"
#include "util/cleanup.h"
#include "util/error.h"

/** struct lh_server - a connection, and its transaction */
struct lh_server;

/**
 * lh_server_open() - connect to the database that @url names; free with lh_server_free()
 * Return: 0; -LH_EIO: the URL is wrong, no server answers, it refuses, or this build has no libpq; -LH_EINTR, -LH_ENOMEM.
 */
int lh_server_open(struct lh_ctx *ctx, const char *url, struct lh_server **ret);
/** lh_server_free() - what was not committed is undone. Return: NULL. */
struct lh_server *lh_server_free(struct lh_server *server);
LH_DEFINE_CLEANUP(struct lh_server, lh_server_free);
/** lh_server_socket() - descriptor of the connection: all that it needs from now on is to send and receive on it. Return: -1: it is lost. */
int lh_server_socket(const struct lh_server *server);
/** lh_server_begin() - begin the transaction; all below is for one that has begun. Return: 0; -LH_EIO, -LH_EINTR. */
int lh_server_begin(struct lh_server *server);

/** lh_server_execute() - run statements; @ret_rows: how many the last one changed; may be NULL. Return: 0; -LH_E*. */
int lh_server_execute(struct lh_server *server, const char *statements, uint64_t *ret_rows);
/** lh_server_ask() - call @fn for the first column of each row, until it returns something else than 0; @text: NULL is NULL. Return:
 * what @fn returned last; -LH_E*. */
int lh_server_ask(struct lh_server *server, const char *query, int (*fn)(const char *text, void *arg),
		  void *arg);
/** lh_server_fail() - a failure of what is in the database. Return: -LH_EIO. */
int lh_server_fail(struct lh_server *server, const char *what);

/** lh_server_rows() - what takes rows of its tables, by COPY; belongs to it */
struct lh_rows *lh_server_rows(struct lh_server *server);
/** lh_server_rows_end() - all rows are there: statements may follow. Return: 0; -LH_E*. */
int lh_server_rows_end(struct lh_server *server);
/** lh_server_bytes() - of rows, as they were sent */
uint64_t lh_server_bytes(const struct lh_server *server);
/** lh_server_commit() - make it last. Return: 0; -LH_EIO. */
int lh_server_commit(struct lh_server *server);

#endif
