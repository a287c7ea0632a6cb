/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dumps have another id on the server, which counts those of all machines: they come into temporary tables with the ids of here, and
 * statements take them from there.
 */
#include "fleet/send.h"
#include "fleet/schema.h"
#include "fleet/statement.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number
#define MARK \
	"dumps of py-heap, schema " TEXT_OF(LH_FLEET_SCHEMA_VERSION) /* the comment of a table that is ours */

/* One machine after the other ("pyHf"): none waits for another one's rows while that waits for its own. */
static const char lock[] = "SELECT pg_advisory_xact_lock(1887029350)";

static const char whose[] = "SELECT CASE WHEN to_regclass('dumps') IS NULL THEN '' ELSE "
			    "coalesce(obj_description(to_regclass('dumps'), 'pg_class'), '-') END";

static const char schema[] =
	LH_FLEET_SCHEMA("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "bigint", "double precision",
			"") "COMMENT ON TABLE dumps IS '" MARK "';\n";

/* "labelled": --build said it. */
static const char temporary[] =
	"CREATE TEMPORARY TABLE here (id bigint, identity TEXT, build TEXT, labelled bigint) ON COMMIT DROP;\n"
	"CREATE TEMPORARY TABLE sent_dumps (LIKE dumps) ON COMMIT DROP;\n"
	"CREATE TEMPORARY TABLE sent_signatures (LIKE signatures) ON COMMIT DROP;\n"
	"CREATE TEMPORARY TABLE sent_suspects (LIKE suspects) ON COMMIT DROP;\n";

static const char lacking[] =
	"SELECT id FROM here WHERE NOT EXISTS (SELECT 1 FROM dumps WHERE dumps.identity = here.identity) "
	"ORDER BY id";

static const char label[] =
	"UPDATE dumps SET build = here.build FROM here WHERE dumps.identity = here.identity AND here.labelled = 1 "
	"AND dumps.build <> here.build";

#define DUMP "identity,file,host,pid,time,added,build,build_id,python,program,writable,complete"
#define SUSPECT "signature,bytes,objects,places,next"

static const char take_signatures[] =
	"INSERT INTO signatures SELECT * FROM sent_signatures ON CONFLICT DO NOTHING";
static const char take_dumps[] =
	"INSERT INTO dumps (" DUMP ") SELECT " DUMP " FROM sent_dumps ON CONFLICT DO NOTHING";
static const char take_suspects[] =
	"INSERT INTO suspects (dump," SUSPECT ") SELECT dumps.id," SUSPECT
	" FROM sent_suspects JOIN sent_dumps "
	"ON sent_dumps.id = sent_suspects.dump JOIN dumps USING (identity) ON CONFLICT DO NOTHING";

/** struct part - rows of here, and the table that they are sent to */
struct part {
	struct lh_table table;
	const char *query; /* for a dump if it has a "?": its id */
};

static const struct part identities = {
	{"here", "id,identity,build,labelled"},
	"SELECT id, identity, build, build IS NOT coalesce(build_id, python) FROM dumps",
};
/* Of a number that is no integer all digits, whatever the locale: it is the same there. */
static const struct part dumps = {
	{"sent_dumps", "id," DUMP},
	"SELECT id, identity, file, host, pid, printf('%!.20g', time), printf('%!.20g', added), build, build_id, "
	"python, program, writable, complete FROM dumps WHERE id = ?",
};
static const struct part signatures = {
	{"sent_signatures", "signature,kind,shape,type"},
	"SELECT signature, kind, shape, type FROM signatures",
};
static const struct part suspects = {
	{"sent_suspects", "dump," SUSPECT},
	"SELECT dump," SUSPECT " FROM suspects WHERE dump = ?",
};

/** struct sending - @ids: of dumps that the server lacks */
struct sending {
	struct lh_fleet *fleet;
	struct lh_server *server;
	uint64_t *ids;
	size_t count, capacity;
};

static void sending_fini(struct sending *s)
{
	free(s->ids);
}

/* ---- the server's tables ---- */

/* @comment: "": there is no table. Return: 0; LH_ABSENT: none; -LH_EIO. */
static int check_whose(const char *comment, void *arg)
{
	struct sending *s = arg;

	if (!comment || (*comment && strcmp(comment, MARK) != 0))
		return lh_server_fail(
			s->server,
			"its table 'dumps' is of another program, or another version of py-heap: name "
			"another schema at the end of the URL: ?options=-csearch_path%3DSCHEMA");
	return *comment ? 0 : LH_ABSENT;
}

static int make_tables(struct sending *s)
{
	int r = lh_server_execute(s->server, lock, NULL);

	if (r == 0)
		r = lh_server_ask(s->server, whose, check_whose, s);
	if (r == LH_ABSENT)
		r = lh_server_execute(s->server, schema, NULL);
	return r == 0 ? lh_server_execute(s->server, temporary, NULL) : r;
}

/* ---- rows ---- */

/* The server takes numbers as texts, too. */
static int send_rows(struct sending *s, const struct part *part, const uint64_t *id)
{
	struct lh_rows *rows = lh_server_rows(s->server);
	struct statement statement = statement_start(s->fleet, part->query);
	struct lh_cell cells[LH_TABLE_COLUMNS_MAX];
	int r;

	if (id)
		statement_number(&statement, *id);
	while ((r = statement_step(&statement)) == 0) {
		for (unsigned i = 0; i < lh_table_width(&part->table); i++)
			cells[i] = LH_CELL_TEXT_OF(statement_text_at(&statement, (int)i));
		r = rows->row(rows, cells);
		if (r != 0)
			break;
	}
	statement_fini(&statement);
	return r == LH_DONE ? 0 : r;
}

static int send_whole(struct sending *s, const struct part *part)
{
	int r = lh_server_rows(s->server)->into(lh_server_rows(s->server), &part->table);

	if (r == 0)
		r = send_rows(s, part, NULL);
	return r == 0 ? lh_server_rows_end(s->server) : r;
}

/* A statement for each dump: others may write to the database while the server is slow. */
static int send_lacking(struct sending *s, const struct part *part)
{
	int r = lh_server_rows(s->server)->into(lh_server_rows(s->server), &part->table);

	for (size_t i = 0; r == 0 && i < s->count; i++) {
		r = send_rows(s, part, &s->ids[i]);
		if (r == 0)
			r = lh_progress(s->fleet->ctx, "sending dumps", i, s->count);
	}
	return r == 0 ? lh_server_rows_end(s->server) : r;
}

static int add_id(const char *text, void *arg)
{
	struct sending *s = arg;

	return lh_append(s->fleet->ctx, s->ids, s->count, s->capacity, text ? strtoull(text, NULL, 10) : 0);
}

static int find_lacking(struct sending *s, struct lh_fleet_sent *sent)
{
	int r = send_whole(s, &identities);

	if (r == 0)
		r = lh_server_execute(s->server, label, &sent->labels);
	return r == 0 ? lh_server_ask(s->server, lacking, add_id, s) : r;
}

static int send_all(struct sending *s, struct lh_fleet_sent *sent)
{
	int r = send_lacking(s, &dumps);

	if (r == 0)
		r = send_lacking(s, &suspects);
	if (r == 0)
		r = send_whole(s, &signatures);
	if (r == 0)
		r = lh_server_execute(s->server, take_signatures, NULL);
	if (r == 0)
		r = lh_server_execute(s->server, take_dumps, &sent->dumps);
	return r == 0 ? lh_server_execute(s->server, take_suspects, &sent->leaks) : r;
}

int lh_fleet_send(struct lh_fleet *fleet, struct lh_server *server, struct lh_fleet_sent *ret)
{
	_cleanup_(sending_fini) struct sending s = {.fleet = fleet, .server = server};
	int r = lh_server_begin(server);

	*ret = (struct lh_fleet_sent){0};
	if (r == 0)
		r = make_tables(&s);
	if (r == 0)
		r = find_lacking(&s, ret);
	if (r == 0 && s.count)
		r = send_all(&s, ret);
	return r == 0 ? lh_server_commit(s.server) : r;
}
