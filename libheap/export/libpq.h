/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's client library, for server.c alone.
 *
 * It is loaded when it is needed and not before: with it come libssl, Kerberos and LDAP, which would cost every start five
 * milliseconds.
 */
#ifndef LH_EXPORT_LIBPQ_H
#define LH_EXPORT_LIBPQ_H

#include "util/error.h"

#include <libpq-fe.h>

#define LH_LIBPQ_FUNCTIONS(f)                                                                              \
	f(PQclear) f(PQcmdTuples) f(PQconnectPoll) f(PQconnectStartParams) f(PQconninfo) f(PQconninfoFree) \
		f(PQconninfoParse) f(PQconsumeInput) f(PQerrorMessage) f(PQfinish) f(PQflush) f(PQfreemem) \
			f(PQgetResult) f(PQgetisnull) f(PQgetvalue) f(PQisBusy) f(PQntuples)               \
				f(PQputCopyData) f(PQputCopyEnd) f(PQresultErrorField) f(PQresultStatus)   \
					f(PQsendQuery) f(PQsetNoticeReceiver) f(PQsetnonblocking)          \
						f(PQsocket) f(PQstatus)

/** struct lh_libpq - its functions by their names */
struct lh_libpq {
#define LH_LIBPQ_FUNCTION(name) __typeof__(&name) name;
	LH_LIBPQ_FUNCTIONS(LH_LIBPQ_FUNCTION)
#undef LH_LIBPQ_FUNCTION
};

/** lh_libpq_load() - load it; it is never unloaded, because libssl cannot be. Return: 0; -LH_EIO. */
int lh_libpq_load(struct lh_ctx *ctx, const char *name, struct lh_libpq *ret);

#endif
