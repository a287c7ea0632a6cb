/* SPDX-License-Identifier: Apache-2.0 */
/* The database: making it, and adding dumps. A dump is added by one transaction, after its analysis, which takes long. */
#include "fleet/schema.h"
#include "fleet/statement.h"
#include "util/array.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define APPLICATION 0x70794866 /* "pyHf" */
#define WAIT_MS 10000          /* for others that add to it */

static const char schema[] = LH_FLEET_SCHEMA("INTEGER PRIMARY KEY", "INTEGER", "REAL", " WITHOUT ROWID");

static int tick(void *arg)
{
	struct lh_fleet *fleet = arg;

	return lh_progress(fleet->ctx, "asking the database", 0, 0) < 0;
}

/* Look at the file, or make it: SQLite would make it readable for others. Return: 0, -LH_EIO. */
static int look_at(struct lh_ctx *ctx, const char *path, bool write)
{
	int flags = (write ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	_cleanup_close_ int fd = open(path, flags, 0600);
	struct stat st;

	if (fd < 0 && errno == ENOENT && !write)
		return lh_fail(ctx, LH_EIO, "database %s: there is none yet: 'fleet add CORE' makes it",
			       path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return lh_fail(ctx, LH_EIO, "database %s: %s", path, strerror(errno));
	return S_ISREG(st.st_mode) ? 0 : lh_fail(ctx, LH_EIO, "database %s: it is not a file", path);
}

static int pragma(struct lh_fleet *fleet, const char *text, uint64_t *ret)
{
	struct statement s = statement_start(fleet, text);
	int r = statement_step(&s);

	if (r == 0)
		*ret = statement_number_at(&s, 0);
	statement_fini(&s);
	return r == LH_DONE ? lh_fail(fleet->ctx, LH_EIO, "database %s: it is damaged", fleet->path) : r;
}

/* @ret: 0 for a database without anything in it. Return: 0; -LH_EIO: it is not ours. */
static int check(struct lh_fleet *fleet, uint64_t *ret)
{
	uint64_t application = 0, tables = 0;
	int r = pragma(fleet, "PRAGMA application_id", &application);

	if (r == 0)
		r = pragma(fleet, "PRAGMA user_version", ret);
	if (r == 0)
		r = pragma(fleet, "SELECT COUNT(*) FROM sqlite_master", &tables);
	if (r != 0)
		return r;
	if (!application && !*ret && !tables)
		return 0;
	if (application != APPLICATION)
		return lh_fail(fleet->ctx, LH_EIO,
			       "database %s: it is of another program, not of 'fleet add'", fleet->path);
	if (*ret != LH_FLEET_SCHEMA_VERSION)
		return lh_fail(fleet->ctx, LH_EIO,
			       "database %s: another version of py-heap made it (schema %" PRIu64
			       ", this one reads %d)",
			       fleet->path, *ret, LH_FLEET_SCHEMA_VERSION);
	return 0;
}

/* Views of a user's own do no harm; in the place of our tables they may have no end, and triggers change what is added. */
static int check_tables(struct lh_fleet *fleet)
{
	uint64_t tables = 0, triggers = 0;
	int r = pragma(
		fleet,
		"SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('dumps', 'signatures', "
		"'suspects')",
		&tables);

	if (r == 0)
		r = pragma(fleet, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'", &triggers);
	if (r == 0 && (tables != 3 || triggers))
		return lh_fail(
			fleet->ctx, LH_EIO,
			"database %s: somebody has changed it: it has %s, which 'fleet add' does not make",
			fleet->path, triggers ? "triggers" : "other tables");
	return r;
}

/* Another may make it at the same time: look again in a transaction. */
static int make_tables(struct lh_fleet *fleet)
{
	char text[96];
	uint64_t version;
	int r = lh_fleet_execute(fleet, "BEGIN IMMEDIATE");

	if (r == 0)
		r = check(fleet, &version);
	if (r == 0 && !version) {
		r = lh_fleet_execute(fleet, schema);
		snprintf(text, sizeof(text), "PRAGMA application_id = %d; PRAGMA user_version = %d",
			 APPLICATION, LH_FLEET_SCHEMA_VERSION);
		if (r == 0)
			r = lh_fleet_execute(fleet, text);
	}
	return r == 0 ? lh_fleet_execute(fleet, "COMMIT") : r;
}

int lh_fleet_open(struct lh_ctx *ctx, const char *path, bool write, struct lh_fleet **ret)
{
	_cleanup_(lh_fleet_freep) struct lh_fleet *fleet = lh_new0(struct lh_fleet, 1);
	int r = look_at(ctx, path, write);
	uint64_t version = 0;

	if (!fleet)
		return lh_nomem(ctx);
	if (r < 0)
		return r;
	fleet->ctx = ctx;
	fleet->path = path;
	if (sqlite3_open_v2(path, &fleet->handle, write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY,
			    NULL) != SQLITE_OK)
		return fleet->handle ? lh_fleet_fail(fleet) : lh_nomem(ctx);
	sqlite3_busy_timeout(fleet->handle, WAIT_MS);
	sqlite3_progress_handler(fleet->handle, 1 << 16, tick, fleet);
	/* A database that somebody else made may have triggers and views that call functions. */
	r = lh_fleet_execute(fleet, "PRAGMA trusted_schema = OFF");
	if (r == 0)
		r = check(fleet, &version);
	if (r == 0 && version)
		r = check_tables(fleet);
	else if (r == 0)
		r = write ? make_tables(fleet)
			  : lh_fail(ctx, LH_EIO, "database %s: it is empty: 'fleet add CORE' fills it", path);
	if (r == 0)
		*ret = lh_take(fleet);
	return r;
}

struct lh_fleet *lh_fleet_free(struct lh_fleet *fleet)
{
	if (fleet)
		sqlite3_close(fleet->handle);
	free(fleet);
	return NULL;
}

/* ---- adding ---- */

int lh_fleet_has(struct lh_fleet *fleet, const char *identity)
{
	struct statement s = statement_start(fleet, "SELECT 1 FROM dumps WHERE identity = ?");
	int r;

	statement_text(&s, identity);
	r = statement_step(&s);
	statement_fini(&s);
	return r == LH_DONE ? LH_ABSENT : r;
}

int lh_fleet_label(struct lh_fleet *fleet, const char *identity, const char *build)
{
	struct statement s = statement_start(fleet, "UPDATE dumps SET build = ? WHERE identity = ?");

	statement_text(&s, build);
	statement_text(&s, identity);
	return statement_run(&s);
}

static int insert_dump(struct lh_fleet *fleet, const struct lh_fleet_dump *dump)
{
	struct statement s = statement_start(
		fleet,
		"INSERT INTO dumps (identity, file, host, pid, time, added, build, build_id, python, program, "
		"writable, complete) VALUES (?, ?, ?, NULLIF(?, 0), ?, (julianday('now') - 2440587.5) * 86400, ?, ?, "
		"?, ?, ?, ?)");

	statement_text(&s, dump->identity);
	statement_text(&s, dump->file);
	statement_text(&s, dump->host);
	statement_number(&s, dump->pid);
	statement_real(&s, &dump->time);
	statement_text(&s, dump->build);
	statement_text(&s, dump->build_id);
	statement_text(&s, dump->python);
	statement_text(&s, dump->program);
	statement_number(&s, dump->writable);
	statement_number(&s, dump->complete);
	return statement_run(&s);
}

static int insert_suspect(struct lh_fleet *fleet, uint64_t dump, const struct lh_fleet_suspect *suspect)
{
	struct statement s = statement_start(fleet, "INSERT OR IGNORE INTO signatures VALUES (?, ?, ?, ?)");
	int r;

	statement_text(&s, suspect->signature);
	statement_text(&s, suspect->kind);
	statement_text(&s, suspect->shape);
	statement_text(&s, suspect->type);
	r = statement_run(&s);
	if (r != 0)
		return r;
	s = statement_start(
		fleet,
		"INSERT INTO suspects VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (dump, signature) DO UPDATE SET "
		"bytes = bytes + excluded.bytes, objects = objects + excluded.objects, places = places + 1");
	statement_number(&s, dump);
	statement_text(&s, suspect->signature);
	statement_number(&s, suspect->bytes);
	statement_number(&s, suspect->objects);
	statement_text(&s, suspect->next);
	return statement_run(&s);
}

static int insert_all(struct lh_fleet *fleet, const struct lh_fleet_dump *dump,
		      const struct lh_fleet_suspect *suspects, size_t count)
{
	int r = lh_fleet_has(fleet, dump->identity);
	uint64_t id;

	if (r != LH_ABSENT)
		return r == 0 ? LH_ABSENT : r;
	r = insert_dump(fleet, dump);
	id = (uint64_t)sqlite3_last_insert_rowid(fleet->handle);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = insert_suspect(fleet, id, &suspects[i]);
	return r;
}

int lh_fleet_add(struct lh_fleet *fleet, const struct lh_fleet_dump *dump,
		 const struct lh_fleet_suspect *suspects, size_t count)
{
	int r = lh_fleet_execute(fleet, "BEGIN IMMEDIATE");

	if (r != 0)
		return r;
	r = insert_all(fleet, dump, suspects, count);
	if (r == 0)
		r = lh_fleet_execute(fleet, "COMMIT");
	if (r != 0 && !sqlite3_get_autocommit(fleet->handle))
		sqlite3_exec(fleet->handle, "ROLLBACK", NULL, NULL, NULL); /* the failure before it counts */
	return r;
}
