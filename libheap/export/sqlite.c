/* SPDX-License-Identifier: Apache-2.0 */
/* A heap as an SQLite database. docs/sql.md documents the schema. */
#include "export/database.h"
#include "export/tables.h"
#include "export/writers.h"
#include "util/cleanup.h"

static const char schema[] =
	"CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;\n"
	"CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT, address INTEGER, objects INTEGER, bytes INTEGER, "
	"tracked INTEGER);\n"
	"CREATE TABLE objects (id INTEGER PRIMARY KEY, address INTEGER, type INTEGER, bytes INTEGER, refcount INTEGER, "
	"immortal INTEGER, tracked INTEGER, retained INTEGER, dominated INTEGER, dominator INTEGER, preview TEXT);\n"
	"CREATE TABLE edges (source INTEGER, target INTEGER, name TEXT, visited INTEGER, conservative INTEGER);\n"
	"CREATE TABLE roots (object INTEGER, kind TEXT, name TEXT, interpreter INTEGER, thread INTEGER);\n"
	"CREATE TABLE arenas (address INTEGER PRIMARY KEY, size INTEGER, pools INTEGER, pools_free INTEGER, "
	"blocks_used INTEGER, bytes_used INTEGER);\n"
	"CREATE TABLE memory (path TEXT PRIMARY KEY, bytes INTEGER, resident INTEGER, count INTEGER, leaf INTEGER, "
	"note TEXT) WITHOUT ROWID;\n";

static const char indexes[] = "CREATE INDEX objects_address ON objects (address);\n"
			      "CREATE INDEX objects_type ON objects (type);\n"
			      "CREATE INDEX objects_dominator ON objects (dominator);\n"
			      "CREATE INDEX edges_source ON edges (source);\n"
			      "CREATE INDEX edges_target ON edges (target);\n"
			      "CREATE INDEX roots_object ON roots (object);\n";

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
		r = lh_database_finish(database, indexes);
	x->bytes = r == 0 ? lh_database_bytes(database) : 0;
	return r;
}
