/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot: A core that is smaller and has no contents, for all commands and for debuggers. */
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"
#include "snapshot/snapshot.h"
#include "util/shell.h"

#include <string.h>

static const struct lh_column columns[] = {
	{"part", NULL, LH_K_TEXT},
	{"count", NULL, LH_K_COUNT},
	{},
};

static const char *const examples[] = {
	"snapshot core.1234 -o small.zst",
	"snapshot -p 1234 -o small.core",
	"snapshot -p 1234 -o -",
	NULL,
};

static bool has_values(const struct lh_invocation *invocation, const struct lh_heap *heap)
{
	return lh_invocation_has(invocation, "values") && !heap->target->blanked;
}

static int add_rows(struct lh_result *result, const struct lh_snapshot *s)
{
	const struct {
		const char *name;
		uint64_t count;
	} rows[] = {{"objects", s->objects},
		    {"threads", s->threads},
		    {"words kept", s->kept},
		    {"words of contents blanked", s->blanked},
		    {"other words left out", s->dropped}};
	int r = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && r == 0; i++)
		r = lh_result_row(result,
				  (struct lh_value[]){LH_TEXT(rows[i].name), LH_COUNT(rows[i].count)});
	return r;
}

static int note_use(struct lh_invocation *invocation, struct lh_result *result, const char *path)
{
	_cleanup_string_ struct lh_string word = {0};

	if (strcmp(path, "-") == 0)
		return 0;
	lh_shell_word(&word, path);
	if (word.failed)
		return lh_nomem(lh_invocation_ctx(invocation));
	return lh_result_note(result, "Every command opens it as a core: py-heap types %s", word.text);
}

static int tell(struct lh_invocation *invocation, const struct lh_heap *heap, const struct lh_snapshot *s,
		struct lh_result *result)
{
	const char *path = lh_invocation_get(invocation, "output");
	bool values = has_values(invocation, heap);
	int r = lh_result_summarize(result, (struct lh_summary[]){
						    {"file", "file", LH_TEXT(path)},
						    {"bytes", "bytes", LH_BYTES(s->written)},
						    {"memory", "memory", LH_BYTES(s->memory)},
						    {"values", NULL, LH_BOOL(values)},
						    {},
					    });

	if (r == 0)
		r = add_rows(result, s);
	if (r == 0)
		r = lh_result_note(
			result, values ? "It has contents: strings, bytes, numbers."
				       : "Contents of strings, bytes and numbers are blank in it; names of "
					 "code are not (--values adds contents).");
	return r == 0 ? note_use(invocation, result, path) : r;
}

/* A debugger's memory comes without them. */
static int warn_registers(struct lh_result *result, const struct lh_snapshot *s)
{
	if (s->threads)
		return 0;
	lh_result_incomplete(result);
	return lh_result_warn(
		result, "no-registers", NULL,
		"the registers of threads are not known here: no debugger will show their calls, and what "
		"stacks hold is less sure; a snapshot of the process itself, or of a core, has them");
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_snapshot s;
	int r = lh_snapshot_write(heap, lh_invocation_get(invocation, "output"), has_values(invocation, heap),
				  &s);

	if (r < 0)
		return r;
	lh_result_columns(result, columns, NULL);
	lh_result_all(result);
	r = tell(invocation, heap, &s, result);
	if (r == 0)
		r = warn_registers(result, &s);
	return r == 0 ? lh_result_findings(result, &s.findings, s.findings.ring_objects) : r;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	if (lh_invocation_get(invocation, "output"))
		return 0;
	return lh_fail(ctx, LH_EUSAGE, "snapshot: no file: give -o FILE, or -o - for standard output");
}

const struct lh_command lh_cmd_snapshot = {
	.name = "snapshot",
	.group = "For others",
	.summary = "a smaller core without contents, to keep or hand over",
	.arguments = "",
	.description = "Writes an ELF core with what analysis needs: all objects with their types, sizes,\n"
		       "counts and references. Contents of str, bytes, bytearray, int and float are\n"
		       "blank (--values keeps them); names of code stay: of modules, classes, functions,\n"
		       "attributes, files. Of memory that no object owns only addresses are kept, so the\n"
		       "environment, the command line and C buffers are not in it.\n"
		       "\n"
		       "Every command, and GDB, opens it as a core. It is a file with holes; if its name\n"
		       "ends in .zst it is compressed, to a few hundredths of the core. -o - writes to\n"
		       "standard output, as from a container without disk; the answer then goes to\n"
		       "standard error.",
	.arguments_in_debugger = "[NAME]",
	.description_in_debugger =
		"With NAME instead of -o FILE: a moment that is kept, with contents, until GDB ends. Let\n"
		"the process go on, stop it again, and 'py-heap diff NAME' says what grew since then.\n"
		"It is an unlinked file in $TMPDIR and belongs to the selected inferior; the same NAME\n"
		"again replaces it. Without NAME and options: the moments that are kept.",
	.examples = examples,
	.columns = columns,
	.writes_file = true,
	.streams = true,
	.check = check,
	.run = run,
};
