/* SPDX-License-Identifier: Apache-2.0 */
/* interned: Interned strings, by common prefix. */
#include "analyze/interned_families.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/immortal_types.h"
#include "commands/records.h"
#include "cpython/preview.h"
#include "result/show.h"

#define PREVIEW_CHARS 40

static const struct lh_column columns[] = {
	{"prefix", NULL, LH_K_TEXT},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"immortal", NULL, LH_K_COUNT},
	{"example", NULL, LH_K_ADDR},
	{"preview", NULL, LH_K_TEXT},
	{},
};

static const struct lh_option options[] = {
	{"immortal", 0, NULL, "immortal objects of all types instead: one row per type"},
	{},
};

static const char *const examples[] = {
	"interned core.1234",
	"interned -p 1234 --sort count",
	"interned core.1234 --immortal",
	NULL,
};

static int add_rows(struct lh_heap *heap, const struct lh_interned_families *families,
		    struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < families->count; i++) {
		const struct lh_family *f = &families->items[i];
		_cleanup_string_ struct lh_string preview = {0};

		if (!f->count)
			continue;
		lh_preview(heap, f->example, PREVIEW_CHARS, &preview);
		if (preview.failed)
			return lh_nomem(heap->ctx);
		r = lh_result_row(
			result,
			(struct lh_value[]){*f->prefix && !heap->hide_values ? LH_TEXT(f->prefix) : LH_NULL,
					    LH_COUNT(f->count), LH_BYTES(f->bytes), LH_COUNT(f->immortal),
					    LH_ADDR(f->example), LH_TEXT(preview.text ? preview.text : "")});
	}
	return r;
}

/* Immortal strings stay for good: many of them are a leak in the making. */
static int note_immortal(struct lh_heap *heap, const struct lh_interned_families *f, struct lh_result *result)
{
	_cleanup_string_ struct lh_string count = {0}, bytes = {0};

	lh_show_value(&count, &LH_COUNT(f->immortal));
	lh_show_value(&bytes, &LH_BYTES(f->immortal_bytes));
	if (count.failed || bytes.failed)
		return lh_nomem(heap->ctx);
	return lh_result_note(result,
			      "%s of them (%s) are immortal: they stay until the process ends, even if "
			      "nothing refers to them.",
			      count.text, bytes.text);
}

static int run_interned(struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_interned_families_fini) struct lh_interned_families f;
	int r = lh_interned_families_find(heap, &f);

	lh_result_columns(result, columns, "bytes");
	if (r == 0)
		r = lh_result_summarize(result, (struct lh_summary[]){
							{"strings", "interned strings", LH_COUNT(f.strings)},
							{"bytes", "bytes", LH_BYTES(f.bytes)},
							{"immortal", "immortal", LH_COUNT(f.immortal)},
							{"immortal_bytes", NULL, LH_BYTES(f.immortal_bytes)},
							{},
						});
	if (r == 0)
		r = add_rows(heap, &f, result);
	if (r == 0 && f.immortal)
		r = note_immortal(heap, &f, result);
	if (r == 0 && heap->target->blanked) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "contents-blanked", NULL,
			"contents are blanked in this snapshot: interned str that are no names of code are in "
			"no family");
	}
	return r == 0 ? lh_result_findings(result, &f.findings, f.findings.ring_objects) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_invocation_has(invocation, "immortal") ? lh_immortal_types(heap, result)
							 : run_interned(heap, result);
}

const struct lh_command lh_cmd_interned = {
	.name = "interned",
	.group = "The whole heap",
	.summary = "which strings are interned, and which are immortal?",
	.arguments = "",
	.description = "Interned strings are stored once each: names in source code, attributes\n"
		       "(setattr() interns them), and arguments of sys.intern(). The interpreter's dict\n"
		       "of them does not keep them alive, but some are immortal (all of them in 3.12.0\n"
		       "to 3.12.6) and are never freed.\n"
		       "\n"
		       "One row per family of names: ten or more that begin alike, up to a number or\n"
		       "with the same word. '-' stands for all others. 'example' is the address of one\n"
		       "of them.\n"
		       "\n"
		       "With --immortal there is one row per type of immortal objects (3.12+): small\n"
		       "ints, single characters, the interpreter's own. 'static' counts those that are\n"
		       "part of a program's file and take no memory of their own; only those that\n"
		       "something refers to are known.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"immortal", lh_immortal_columns}},
	.run = run,
};
