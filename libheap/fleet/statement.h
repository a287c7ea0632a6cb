/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of SQLite: values are bound, never part of the text. For this room only. */
#ifndef LH_FLEET_STATEMENT_H
#define LH_FLEET_STATEMENT_H

#include "fleet/store.h"
#include "util/string.h"

#include <sqlite3.h>

struct lh_fleet {
	struct lh_ctx *ctx;
	const char *path;
	sqlite3 *handle;
};

/** struct statement - @failed: what lh_fleet_fail() returned first; what is done after that does nothing */
struct statement {
	struct lh_fleet *fleet;
	sqlite3_stmt *handle;
	int at; /* parameters bound so far */
	int failed;
};

/** lh_fleet_fail() - the last failure of the database, in words. Return: -LH_EIO, -LH_ENOMEM, -LH_EINTR. */
int lh_fleet_fail(struct lh_fleet *fleet);
/** lh_fleet_execute() - run statements without values. Return: 0, -LH_E*. */
int lh_fleet_execute(struct lh_fleet *fleet, const char *statements);

struct statement statement_start(struct lh_fleet *fleet, const char *text);
/* Bind the next parameter: NULL is NULL, and what is not UTF-8 is replaced. */
void statement_text(struct statement *statement, const char *text);
void statement_number(struct statement *statement, uint64_t number);
void statement_real(struct statement *statement, const double *number);
/* Return: 0 there is a row; LH_DONE; -LH_E*. */
int statement_step(struct statement *statement);
/* Column @at of the row. Texts live until the next step. */
const char *statement_text_at(struct statement *statement, int at);
uint64_t statement_number_at(struct statement *statement, int at);
double statement_real_at(struct statement *statement, int at);
void statement_fini(struct statement *statement);
/* Run it to its end. Return: 0, -LH_E*. */
int statement_run(struct statement *statement);

#endif
