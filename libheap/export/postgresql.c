/* SPDX-License-Identifier: Apache-2.0 */
/* A heap as tables of a PostgreSQL database: those of the SQLite database. */
#include "export/postgresql.h"
#include "export/schema.h"
#include "export/tables.h"

/* Texts of a hostile heap may be longer than a key can be there: 2704 bytes. */
static const char schema[] = LH_EXPORT_SCHEMA("bigint", " TEXT", "", "");

int lh_postgresql_begin(struct lh_export *x)
{
	int r = lh_server_begin(x->server);

	return r == 0 ? lh_server_execute(x->server, schema, NULL) : r;
}

int lh_postgresql_write(struct lh_export *x)
{
	int r = lh_tables_write(x, lh_server_rows(x->server));

	if (r == 0)
		r = lh_server_rows_end(x->server);
	if (r == 0)
		r = lh_server_execute(x->server, LH_EXPORT_INDEXES, NULL);
	if (r == 0)
		r = lh_server_commit(x->server);
	x->bytes = lh_server_bytes(x->server);
	return r;
}
