/* SPDX-License-Identifier: Apache-2.0 */
/* A heap as an SQLite database. docs/sql.md documents the schema. */
#include "cpython/type_name.h"
#include "export/sqlite_parts.h"
#include "export/writers.h"
#include "libheap-memory.h"
#include "libheap-process.h"
#include "util/array.h"

#include <stdio.h>

#define VERSION 1 /* of the schema: meta's "schema" */

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

static int meta_text(struct lh_sqlite *s, const char *key, const char *text)
{
	return lh_database_row(s->database, (struct lh_cell[]){LH_CELL_TEXT_OF(key), LH_CELL_TEXT_OF(text)});
}

static int meta_number(struct lh_sqlite *s, const char *key, uint64_t number)
{
	return lh_database_row(s->database, (struct lh_cell[]){LH_CELL_TEXT_OF(key), LH_CELL_OF(number)});
}

static int write_meta(struct lh_sqlite *s)
{
	const struct lh_retained *from = s->x->from;
	struct lh_heap_description d;
	int r = lh_heap_describe(s->x->heap, &d);

	if (r == 0)
		r = lh_database_into(s->database, "meta", 2);
	if (r == 0)
		r = meta_number(s, "schema", VERSION);
	if (r == 0)
		r = meta_text(s, "py_heap", lh_version());
	if (r == 0)
		r = meta_text(s, "python", d.python);
	if (r == 0)
		r = meta_text(s, "layout", d.layout);
	if (r == 0)
		r = meta_number(s, "debug", d.debug);
	if (r == 0)
		r = meta_number(s, "free_threaded", d.free_threaded);
	if (r == 0)
		r = meta_number(s, "values", !s->x->heap->hide_values);
	if (r == 0)
		r = meta_number(s, "unreachable", from->unreachable);
	return r == 0 ? meta_number(s, "unreachable_bytes", from->unreachable_bytes) : r;
}

static int write_arenas(struct lh_sqlite *s)
{
	struct lh_arena_info a = {.size = sizeof(a)};
	int r = lh_database_into(s->database, "arenas", 6);
	size_t i = 0;

	for (; r == 0 && (r = lh_arena_at(s->x->heap, i, &a)) == 0; i++)
		r = lh_database_row(s->database,
				    (struct lh_cell[]){LH_CELL_OF(a.addr), LH_CELL_OF(a.end - a.addr),
						       LH_CELL_OF(a.pools), LH_CELL_OF(a.pools_free),
						       LH_CELL_OF(a.blocks_used), LH_CELL_OF(a.bytes_used)});
	lh_export_count(s->x, "arenas", i);
	return r == LH_DONE ? 0 : r;
}

static int write_memory(struct lh_sqlite *s)
{
	struct lh_memory_info m = {.size = sizeof(m)};
	int r = lh_database_into(s->database, "memory", 6);
	size_t i = 0;

	for (; r == 0 && (r = lh_memory_at(s->x->heap, i, &m)) == 0; i++)
		r = lh_database_row(s->database,
				    (struct lh_cell[]){LH_CELL_TEXT_OF(m.path), LH_CELL_OF(m.bytes),
						       LH_CELL_OR_NULL(m.resident >= 0, m.resident),
						       LH_CELL_OF(m.count), LH_CELL_OF(m.leaf),
						       LH_CELL_TEXT_OF(m.note)});
	lh_export_count(s->x, "memory", i);
	return r == LH_DONE ? 0 : r;
}

static int write_tables(struct lh_sqlite *s)
{
	int r = write_meta(s);

	if (r == 0)
		r = lh_sqlite_objects(s); /* they count for their types */
	if (r == 0)
		r = lh_sqlite_edges(s);
	if (r == 0)
		r = lh_sqlite_roots(s);
	if (r == 0)
		r = write_arenas(s);
	if (r == 0)
		r = write_memory(s);
	return r == 0 ? lh_database_finish(s->database, indexes) : r;
}

LH_DEFINE_CLEANUP(struct lh_database, lh_database_free);

int lh_export_sqlite(struct lh_export *x)
{
	_cleanup_(lh_database_freep) struct lh_database *database = NULL;
	const struct lh_output *o = &x->output;
	struct lh_sqlite s = {.x = x};
	int r;

	if (!o->temporary)
		return lh_fail(x->heap->ctx, LH_EIO,
			       "write %s: a database needs a file, not a pipe or a device", o->path);
	r = lh_database_open(x->heap->ctx, o->temporary, o->path, schema, &database);
	s.database = database;
	if (r == 0)
		r = write_tables(&s);
	x->output.bytes = r == 0 ? lh_database_bytes(database) : 0;
	return r;
}
