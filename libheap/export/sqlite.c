/* SPDX-License-Identifier: Apache-2.0 */
/* A heap as an SQLite database. */
#include "export/database.h"
#include "export/schema.h"
#include "export/tables.h"
#include "export/writers.h"
#include "util/cleanup.h"

static const char schema[] = LH_EXPORT_SCHEMA("INTEGER", "", " PRIMARY KEY", " WITHOUT ROWID");

LH_DEFINE_CLEANUP(struct lh_database, lh_database_free);

int lh_export_sqlite(struct lh_export *x)
{
	_cleanup_(lh_database_freep) struct lh_database *database = NULL;
	const struct lh_output *o = &x->output;
	int r;

	if (!o->temporary)
		return lh_fail(x->heap->ctx, LH_EIO,
			       "write %s: a database needs a file, not a pipe or a device", o->path);
	r = lh_database_open(x->heap->ctx, o->temporary, o->path, schema, &database);
	if (r == 0)
		r = lh_tables_write(x, lh_database_rows(database));
	if (r == 0)
		r = lh_database_finish(database, LH_EXPORT_INDEXES);
	x->bytes = r == 0 ? lh_database_bytes(database) : 0;
	return r;
}
