/* SPDX-License-Identifier: Apache-2.0 */
/* sites: lines that allocated what is in use, as tracemalloc has it. */
#include "analyze/sites.h"
#include "command/command.h"
#include "commands/records.h"
#include "inventory/locate.h"

static const struct lh_column columns[] = {
	{"file", NULL, LH_K_TEXT, .cut = LH_CUT_FOLDERS},
	{"line", NULL, LH_K_NUMBER},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"example", NULL, LH_K_ADDR, .spare = 1},
	{},
};

static const char *const examples[] = {
	"sites core.1234",
	"sites -p 1234 --sort count",
	"sites core.1234 0x7f31c84d2a40",
	NULL,
};

static int add_rows(struct lh_heap *heap, const struct lh_sites *sites, struct lh_result *result)
{
	_cleanup_string_ struct lh_string file = {0};
	int r = 0;

	lh_result_columns(result, columns, "bytes");
	for (size_t i = 0; r == 0 && i < sites->count; i++) {
		const struct lh_site *s = &sites->items[i];

		lh_string_clear(&file);
		lh_trace_file(heap, s->at.file, &file);
		if (file.failed)
			return lh_nomem(heap->ctx);
		r = lh_result_row(result, (struct lh_value[]){file.len ? LH_TEXT(file.text) : LH_NULL,
							      LH_NUMBER(s->at.line), LH_COUNT(s->count),
							      LH_BYTES(s->bytes), LH_ADDR(s->example)});
	}
	return r;
}

static int warn(const struct lh_sites *sites, struct lh_result *result)
{
	const struct lh_traces *t = &sites->traces;
	int r = 0;

	if (!t->known) {
		lh_result_incomplete(result);
		return lh_result_warn(result, "tracemalloc-unknown", NULL,
				      "no symbol or layout says where tracemalloc keeps its traces");
	}
	if (t->entries != t->counted) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "traces-missing", NULL,
				   "%s of the %s traces that tracemalloc has could be read",
				   LH_COUNTED(t->entries), LH_COUNTED(t->counted));
	}
	if (r == 0 && sites->nameless) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "traces-nameless", NULL,
				   "the tracebacks of %s blocks could not be read: they are in no row",
				   LH_COUNTED(sites->nameless));
	}
	if (r == 0 && !t->counted)
		r = lh_result_note(result, "tracemalloc has no traces: it was off. PYTHONTRACEMALLOC=1, or "
					   "tracemalloc.start(), turns it on.");
	return r;
}

#define CALLS_MAX \
	65535 /* Modules/_tracemalloc.c: MAX_NFRAME (3.9+); before, a traceback may say any number */

static int add_call(struct lh_heap *heap, const struct lh_trace_frame *at, const struct lh_trace *trace,
		    struct lh_result *result)
{
	_cleanup_string_ struct lh_string file = {0};

	lh_trace_file(heap, at->file, &file);
	if (file.failed)
		return lh_nomem(heap->ctx);
	return lh_result_row(result,
			     (struct lh_value[]){file.len ? LH_TEXT(file.text) : LH_NULL, LH_NUMBER(at->line),
						 LH_COUNT(1), LH_BYTES(trace->bytes), LH_ADDR(trace->addr)});
}

/* The calls that allocated one object, the innermost first. */
static int run_object(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_trace_frame at;
	struct lh_place place;
	struct lh_trace trace;
	uint64_t addr;
	uint32_t i = 0;
	int r = lh_invocation_address(heap->ctx, invocation, 0, &addr);

	if (r == 0)
		r = lh_locate(heap, addr, &place);
	if (r == 0 && place.kind != LH_PLACE_OBJECT)
		r = lh_fail_at(heap->ctx, LH_EFAULT, addr, "there is no object at 0x%" PRIx64, addr);
	if (r < 0)
		return r;
	lh_result_columns(result, columns, NULL);
	if (lh_trace_of(heap, &place.object, &trace) != 0)
		return lh_result_note(result, "tracemalloc has no trace of its block.");
	for (; r == 0 && i < CALLS_MAX && lh_trace_frame(heap, &heap->view, trace.traceback, i, &at) == 0;
	     i++)
		r = add_call(heap, &at, &trace, result);
	if (r < 0 || i < CALLS_MAX || lh_trace_frame(heap, &heap->view, trace.traceback, i, &at) != 0)
		return r;
	lh_result_incomplete(result);
	return lh_result_warn(result, "calls-left-out", NULL, "the traceback says that it has more calls");
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_sites_fini) struct lh_sites sites = {0};
	int r;

	if (lh_invocation_arg(invocation, 0))
		return run_object(invocation, heap, result);
	r = lh_sites_find(heap, &sites);
	if (r == 0)
		r = lh_result_summarize(result,
					(struct lh_summary[]){
						{"blocks", "traced blocks", LH_COUNT(sites.traces.entries)},
						{"bytes", "bytes", LH_BYTES(sites.bytes)},
						{"lines", "lines", LH_COUNT(sites.count)},
						{},
					});
	if (r == 0)
		r = add_rows(heap, &sites, result);
	return r == 0 ? warn(&sites, result) : r;
}

const struct lh_command lh_cmd_sites = {
	.name = "sites",
	.group = "The whole heap",
	.summary = "which lines allocated what is in use? (tracemalloc)",
	.arguments = "[ADDR]",
	.max_args = 1,
	.description = "Where tracemalloc was on, it knows the line that allocated each block. One row\n"
		       "per line: how many of its blocks are in use, and their bytes, as\n"
		       "tracemalloc.take_snapshot().statistics('lineno') says. Blocks that were\n"
		       "allocated before it was turned on are not traced.\n"
		       "\n"
		       "With ADDR there is one row per call that led to the allocation of the object\n"
		       "there, the innermost first, as far as tracemalloc kept them.\n"
		       "\n"
		       "Its tables are read as they are in memory: no code runs in the process. Before\n"
		       "3.12 only the symbols of the interpreter say where they are.",
	.examples = examples,
	.columns = columns,
	.run = run,
};
