/* SPDX-License-Identifier: Apache-2.0 */
/* export: A heap as a file of a format that other tools open, or as tables of a server. */
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"
#include "export/export.h"
#include "export/server.h"
#include "export/server_url.h"
#include "util/shell.h"

#include <string.h>

static const struct lh_column columns[] = {
	{"part", NULL, LH_K_TEXT},
	{"count", NULL, LH_K_COUNT},
	{},
};

static const struct lh_option options[] = {
	{"to", 0, "FORMAT", "the file's format (default: by its suffix), or a server's URL",
	 lh_export_choices},
	{},
};

static const char *const examples[] = {
	"export core.1234 -o heap.sqlite",
	"export core.1234 --to csv -o heap",
	"export -p 1234 --to sqlite -o /tmp/heap.db --values",
	"export core.1234 --to postgresql://user@host/heaps",
	NULL,
};

/* What is written: the file, or the server's name. */
static int name_of(const struct lh_invocation *invocation, const struct lh_export_format *format,
		   struct lh_string *out)
{
	if (format->place == LH_EXPORT_SERVER)
		lh_server_name(lh_invocation_get(invocation, "to"), out);
	else
		lh_string_add(out, lh_invocation_get(invocation, "output"));
	return out->failed ? lh_nomem(lh_invocation_ctx(invocation)) : 0;
}

/* The name of the file, in words of a shell if need be. */
static int open_with(struct lh_ctx *ctx, struct lh_result *result, const struct lh_export_format *format,
		     const char *path)
{
	const char *mark = strstr(format->open_with, "%s");
	_cleanup_string_ struct lh_string word = {0};

	if (!mark)
		return lh_result_note(result, "Open it with %s.", format->open_with);
	lh_shell_word(&word, path);
	if (word.failed)
		return lh_nomem(ctx);
	return lh_result_note(result, "Open it with: %.*s%s%s", (int)(mark - format->open_with),
			      format->open_with, word.text, mark + 2);
}

static int note_values(struct lh_invocation *invocation, struct lh_result *result)
{
	return lh_result_note(
		result, lh_invocation_has(invocation, "values")
				? "It has contents: strings, numbers, keys."
				: "It has no contents of strings, bytes and numbers, and of keys names alone "
				  "(--values adds them).");
}

static int tell(struct lh_invocation *invocation, const struct lh_export *x,
		const struct lh_export_format *format, struct lh_result *result)
{
	const char *what = format->place == LH_EXPORT_SERVER ? "server" : "file";
	_cleanup_string_ struct lh_string name = {0};
	int r = name_of(invocation, format, &name);

	if (r == 0)
		r = lh_result_summarize(
			result, (struct lh_summary[]){
					{what, what, LH_TEXT(name.text)},
					{"format", "format", LH_TEXT(format->name)},
					{"bytes", "bytes", LH_BYTES(x->bytes)},
					{"values", NULL, LH_BOOL(lh_invocation_has(invocation, "values"))},
					{},
				});
	for (size_t i = 0; r == 0 && i < x->part_count; i++)
		r = lh_result_row(
			result, (struct lh_value[]){LH_TEXT(x->parts[i].name), LH_COUNT(x->parts[i].count)});
	if (r == 0)
		r = note_values(invocation, result);
	return r == 0 ? open_with(lh_invocation_ctx(invocation), result, format, name.text) : r;
}

static const struct lh_export_format *format_of(const struct lh_invocation *invocation)
{
	return lh_export_format_of(lh_invocation_get(invocation, "to"),
				   lh_invocation_get(invocation, "output"));
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_server_freep) struct lh_server *server = NULL;
	_cleanup_(lh_export_fini) struct lh_export x = lh_export_start(heap);
	const struct lh_export_format *format = format_of(invocation);
	int r = format->place == LH_EXPORT_SERVER ? lh_invocation_take_server(invocation, &server) : 0;

	x.server = server;
	if (r == 0)
		r = lh_export_write(&x, format, lh_invocation_get(invocation, "output"));
	if (r < 0)
		return r;
	lh_result_columns(result, columns, NULL);
	lh_result_all(result);
	r = tell(invocation, &x, format, result);
	if (r == 0)
		r = lh_result_storage_missing(result, x.from->graph.incomplete);
	return r == 0 ? lh_result_findings(result, &x.from->graph.findings,
					   x.from->graph.findings.ring_objects)
		      : r;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	const char *path = lh_invocation_get(invocation, "output");
	bool server = lh_server_is_url(lh_invocation_get(invocation, "to"));

	if (server && path)
		return lh_fail(ctx, LH_EUSAGE, "export: a file and a server: give -o FILE, or the URL alone");
	if (server)
		return 0;
	if (!path)
		return lh_fail(ctx, LH_EUSAGE, "export: no file: give -o FILE");
	if (!format_of(invocation))
		return lh_fail(
			ctx, LH_EUSAGE,
			"export: the suffix of '%s' does not say which format is wanted: give --to FORMAT",
			path);
	return 0;
}

const struct lh_command lh_cmd_export = {
	.name = "export",
	.group = "For others",
	.summary = "the heap as a file that other tools open",
	.arguments = "",
	.description = "Writes all objects and references, with roots and retained sizes, to the file of\n"
		       "-o, or to the server of --to. The answer says what is in it. Contents are left\n"
		       "out: a heap holds secrets. Names of code stay, and --values adds contents.\n"
		       "\n"
		       "sqlite: a database to ask anything of with SQL (docs/sql.md).\n"
		       "csv: a folder with a file for each table of the same.\n"
		       "heapsnapshot: for Chrome DevTools and VS Code: classes, retainers, retained sizes.\n"
		       "ncdu: the dominator tree as folders, to walk in a terminal.\n"
		       "dot: what retains a hundredth of the heap, as a picture.\n"
		       "pprof: the dominator tree as a flame graph, for pprof and speedscope.\n"
		       "perfetto: for the Heap Dump Explorer of Perfetto.\n"
		       "\n"
		       "postgresql://user@host:port/database: the tables of sqlite in a database of a\n"
		       "PostgreSQL server, without a file: all of them, or none. Passwords are better\n"
		       "kept in ~/.pgpass, or $PGPASSWORD, than in the URL.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.writes_file = true,
	.check = check,
	.run = run,
};
