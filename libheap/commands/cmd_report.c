/* SPDX-License-Identifier: Apache-2.0 */
/* report: What a heap is like, in one document for a ticket or a script. */
#include "command/command.h"
#include "commands/records.h"
#include "commands/report_format.h"
#include "cpython/heap.h"
#include "util/array.h"
#include "util/shell.h"

#include <string.h>

static const struct lh_column columns[] = {
	{"section", NULL, LH_K_TEXT},
	{"title", NULL, LH_K_TEXT},
	{},
};

static const struct lh_option options[] = {
	{"since", 0, "BEFORE", "what is wrong begins with what grew since BEFORE, as 'leaks' has it"},
	{},
};

static const char *const examples[] = {
	"report core.1234 -o heap.html",
	"report core.1234 -o heap.md",
	"report core.1234 --since before.core -o heap.md",
	"report -p 1234 -o heap.json",
	NULL,
};

static const struct lh_report_format *const formats[] = {&lh_report_html, &lh_report_markdown,
							 &lh_report_json};

static const struct lh_report_format *format_of(const char *path)
{
	const char *suffix = strrchr(path, '.');

	for (size_t i = 0; suffix && i < LH_ARRAY_SIZE(formats); i++)
		if (strcmp(suffix + 1, formats[i]->name) == 0)
			return formats[i];
	return NULL;
}

/* How the target is named in commands that are worth typing next. */
static int name_target(struct lh_heap *heap, struct lh_string *out)
{
	struct lh_heap_info info = {.size = sizeof(info)};

	lh_heap_info(heap, &info);
	if (info.path)
		lh_shell_word(out, info.path);
	else
		lh_string_addf(out, "-p %d", (int)info.pid);
	return out->failed ? lh_nomem(heap->ctx) : 0;
}

static int write_file(struct lh_report *r, const char *path)
{
	int error = lh_output_open(r->heap->ctx, path, &r->output);

	if (error == 0) {
		r->heap->iterators++; /* one question after the other: what they share stays */
		error = lh_report_write(r);
		r->heap->iterators--;
	}
	return error == 0 ? lh_output_finish(&r->output) : error;
}

static int tell(const struct lh_report *r, const char *path, struct lh_result *result)
{
	int error;

	lh_result_columns(result, columns, NULL);
	error = lh_result_summarize(result, (struct lh_summary[]){
						    {"file", "file", LH_TEXT(path)},
						    {"format", "format", LH_TEXT(r->format->name)},
						    {"bytes", "bytes", LH_BYTES(r->output.bytes)},
						    {"suspects", "suspects", LH_COUNT(r->suspects)},
						    {"suspect_bytes", NULL, LH_BYTES(r->bytes)},
						    {},
					    });
	for (const struct lh_report_section *s = lh_report_sections; error == 0 && s->title; s++)
		if (lh_report_has(r, s))
			error = lh_result_row(result,
					      (struct lh_value[]){LH_TEXT(s->name), LH_TEXT(s->title)});
	if (!r->complete)
		lh_result_incomplete(result);
	return error;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	const char *path = lh_invocation_get(invocation, "output");
	_cleanup_string_ struct lh_string target = {0};
	struct lh_report r = {.invocation = invocation,
			      .heap = heap,
			      .output.fd = -1,
			      .style = {.size = sizeof(r.style), .prefix = "py-heap"},
			      .format = format_of(path)};
	int error = name_target(heap, &target);

	r.style.target = target.text;
	if (error == 0)
		error = write_file(&r, path);
	if (error == 0)
		error = tell(&r, path, result);
	lh_output_fini(&r.output);
	lh_string_fini(&r.warnings);
	return error;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	const char *path = lh_invocation_get(invocation, "output");

	if (!path)
		return lh_fail(ctx, LH_EUSAGE, "report: no file: give -o FILE.html, FILE.md or FILE.json");
	if (!format_of(path))
		return lh_fail(ctx, LH_EUSAGE,
			       "report: the file's suffix says its format: .html, .md or .json, not '%s'",
			       path);
	return 0;
}

const struct lh_command lh_cmd_report = {
	.name = "report",
	.group = "For others",
	.summary = "one document that says what is wrong, to attach to a ticket",
	.arguments = "",
	.description = "Asks what one would ask first, and writes the answers to the file of -o: which\n"
		       "Python this is, what is wrong (leaks), where the memory is, what fills the heap,\n"
		       "who keeps it alive, garbage, threads, and how sure we are. A page with pictures\n"
		       "(.html), which needs no network; Markdown for tickets (.md), or the answers'\n"
		       "JSON for programs (.json). Contents are left out: a heap holds secrets. Names of\n"
		       "code stay, and --values adds contents.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.writes_file = true,
	.check = check,
	.reads_no_contents = true,
	.reads_all = {"since"}, /* objects are compared by their contents */
	.run = run,
};
