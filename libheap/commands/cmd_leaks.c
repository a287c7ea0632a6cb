/* SPDX-License-Identifier: Apache-2.0 */
/* leaks: The verdict. */
#include "analyze/moments.h"
#include "command/command.h"
#include "commands/crash_verdict.h"
#include "commands/earlier.h"
#include "commands/leaks_warn.h"
#include "commands/records.h"

#include <ctype.h>
#include <string.h>

static const struct lh_column columns[] = {
	{"bytes", NULL, LH_K_BYTES},
	{"percent", NULL, LH_K_PERCENT},
	{"objects", NULL, LH_K_COUNT},
	{"kind", NULL, LH_K_TEXT, .hidden = true},
	{"title", "SUSPECT", LH_K_TEXT, .cut = LH_CUT_MIDDLE, .below = LH_BELOW_LONG},
	{"evidence", NULL, LH_K_TEXT, .below = LH_BELOW_LINE},
	{"next", NULL, LH_K_TEXT, .below = LH_BELOW_LINE, .command = true},
	{},
};

static const struct lh_option options[] = {
	{"since", 0, "BEFORE", "first what grew since BEFORE, a core of this process at an earlier moment"},
	{"fail-over", 0, "BYTES",
	 "exit with status 3 if the suspects keep more than this, or grew by more: 100M"},
	{},
};

static const char *const examples[] = {
	"leaks core.1234",
	"leaks -p 1234",
	"leaks core.1234 --since before.core",
	"leaks core.1234 --fail-over 100M",
	"leaks core.1234 --format json",
	NULL,
};

static int add_row(const struct lh_leaks *leaks, const struct lh_leak *leak, struct lh_result *result)
{
	uint64_t all = leaks->writable;

	return lh_result_row(
		result,
		(struct lh_value[]){LH_BYTES(leak->bytes),
				    LH_PERCENT(all ? (uint64_t)((double)leak->bytes * 100 / (double)all) : 0),
				    LH_COUNT(leak->objects), LH_TEXT(leak->rule), LH_TEXT(leak->title.text),
				    LH_TEXT(leak->reason.text), LH_TEXT(leak->next.text)});
}

/* What was looked at, line by line. */
static int note_looked(struct lh_leaks *leaks, struct lh_result *result)
{
	int r = 0;
	char *end;

	if (!leaks->count)
		r = lh_result_note(result, leaks->partly
						   ? "Nothing stands out in what could be looked at: see "
						     "the warnings."
						   : "Nothing stands out.");

	for (char *line = leaks->looked.text; r == 0 && line && *line; line = end + 1) {
		end = line + strcspn(line, "\n");
		*end = '\0';
		r = lh_result_note(result, "%s", line);
	}
	return r;
}

/* Rules that this interpreter has nothing for. */
static int tell_unlooked(const struct lh_leaks *leaks, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < leaks->unlooked_count; i++) {
		const struct lh_unlooked *u = &leaks->unlooked[i];

		lh_result_incomplete(result);
		r = lh_result_note(result, "%c%s: not looked at: %s.", toupper((unsigned char)*u->rule),
				   u->rule + 1, u->reason);
		if (r == 0)
			r = lh_result_warn(result, "not-looked-at", NULL, "%s: not looked at: %s", u->rule,
					   u->reason);
	}
	return r;
}

/* The moment that --since names, if it is given. */
static int open_since(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result,
		      struct lh_earlier *ret)
{
	const char *word = lh_invocation_get(invocation, "since"), *differ;
	char text[LH_MOMENTS_TEXT_MAX];
	int r = word ? lh_earlier_open(invocation, word, heap, result, ret) : LH_ABSENT;

	if (r != 0)
		return r < 0 ? r : 0;
	differ = lh_moments_differ(ret->heap, heap, text);
	if (!differ)
		return 0;
	return lh_fail(
		heap->ctx, LH_EUSAGE,
		"leaks: --since names no moment of this process (%s): 'diff' compares types of two processes",
		differ);
}

/* What other suspects keep may have grown, and counts once. */
static int summarize(const struct lh_leaks *leaks, struct lh_result *result, uint64_t *ret_most)
{
	uint64_t bytes = 0, growth = 0;

	for (size_t i = 0; i < leaks->count; i++)
		*(leaks->items[i].growth ? &growth : &bytes) += leaks->items[i].bytes;
	*ret_most = bytes > growth ? bytes : growth;
	return lh_result_summarize(result, (struct lh_summary[]){
						   {"suspects", "suspects", LH_COUNT(leaks->count)},
						   {"bytes", "bytes", LH_BYTES(bytes)},
						   {"growth", leaks->since ? "growth" : NULL,
						    leaks->since ? LH_BYTES(growth) : LH_NULL},
						   {},
					   });
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_earlier_fini) struct lh_earlier earlier = {0};
	_cleanup_(lh_leaks_fini) struct lh_leaks leaks = {0};
	uint64_t bytes = 0, most;
	int r = open_since(invocation, heap, result, &earlier);

	if (r == 0)
		r = lh_leaks_find_since(heap, earlier.heap, &leaks);
	lh_result_columns(result, columns, NULL);
	for (size_t i = 0; r == 0 && i < leaks.count; i++)
		r = add_row(&leaks, &leaks.items[i], result);
	if (r == 0)
		r = summarize(&leaks, result, &bytes);
	if (r == 0)
		r = lh_add_crash_verdict(heap, result);
	if (r == 0 || r == LH_ABSENT)
		r = note_looked(&leaks, result);
	if (r == 0)
		r = tell_unlooked(&leaks, result);
	if (r == 0 && lh_invocation_number(invocation, "fail-over", &most) == 0 && bytes > most)
		lh_result_found(result);
	return r == 0 ? lh_leaks_warn(&leaks, result) : r;
}

const struct lh_command lh_cmd_leaks = {
	.name = "leaks",
	.group = "The whole heap",
	.summary = "what is wrong here? The suspects, and what to type next",
	.arguments = "",
	.description = "The verdict: what takes a tenth of all objects' bytes, and at least 1 MB, most\n"
		       "bytes first, each with its evidence and the command that shows more. 'percent'\n"
		       "is of all writable memory of the process.\n"
		       "\n"
		       "Suspects are objects at which much of the heap comes together, or types with\n"
		       "objects that many others share; caches; garbage that no collection has freed;\n"
		       "tasks, generators and streams that nobody finished; and, of whatever size,\n"
		       "references that native code leaked, hundreds of threads at one line, tasks that\n"
		       "wait for each other, and handlers that are added again and again. Modules,\n"
		       "classes, functions and code are the program itself, and no suspects.\n"
		       "\n"
		       "With --since: first the containers that grew, with all that is in them, and memory\n"
		       "that no object owns, of at least a tenth of all growth and 1 MB. What the other\n"
		       "suspects keep may be part of it.\n"
		       "\n"
		       "Of a core of a process that crashed, the first line says what happened to it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.reads_no_contents = true,
	.reads_all = {"since"}, /* objects are compared by their contents */
	.run = run,
};
