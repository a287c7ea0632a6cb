/* SPDX-License-Identifier: Apache-2.0 */
/* retained: What keeps the most alive. */
#include "analyze/retained.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <stdlib.h>

#define ROWS 1000 /* unless --limit says otherwise: each costs a path */

static const struct lh_column columns[] = {
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"bytes", NULL, LH_K_BYTES, .spare = 2},
	{"retained", NULL, LH_K_BYTES},
	{"native", NULL, LH_K_BYTES},
	{"dominated", NULL, LH_K_COUNT, .spare = 1},
	{"path", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE, .below = LH_BELOW_LONG},
	{"largest", NULL, LH_K_BYTES, .hidden = true},
	{},
};

static const struct lh_column type_columns[] = {
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"retained", NULL, LH_K_BYTES},
	{"native", NULL, LH_K_BYTES},
	{"type_address", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"by-type", 0, NULL, "one row per type"},
	{"under", 0, "ADDR", "only objects directly below this one in the dominator tree"},
	{"native", 0, NULL, "with native memory that the objects own (arrays, images, documents)"},
	{"points", 0, NULL, "only accumulation points: no object directly below retains half of it"},
	{},
};

static const char *const examples[] = {
	"retained core.1234",
	"retained core.1234 --points",
	"retained core.1234 --under 0x7f31c84d2a40",
	"retained -p 1234 --by-type",
	"retained core.1234 --native",
	NULL,
};

/* ---- objects ---- */

struct teller {
	struct lh_heap *heap;
	struct lh_result *result;
	const struct lh_retained *from;
	const uint64_t *native; /* by place, see struct lh_retained_native; NULL: it was not asked for */
	struct lh_retained_paths paths;
	uint32_t *largest; /* lh_retained_largest() */
	uint32_t *places;
	size_t count;
};

static void teller_fini(struct teller *t)
{
	lh_retained_paths_fini(&t->paths);
	free(t->places);
	free(t->largest);
}

static int add_row(struct teller *t, uint32_t place)
{
	const struct lh_retained *from = t->from;
	uint32_t node = from->tree.node[place], type = from->graph.types[node];
	_cleanup_string_ struct lh_string path = {0};
	int r = lh_retained_path_text(&t->paths, place, &path);

	if (r < 0)
		return r;
	return lh_result_row(
		t->result,
		(struct lh_value[]){
			LH_ADDR(lh_retained_addr(from, place)),
			type == LH_GRAPH_NO_TYPE ? LH_NULL
						 : LH_TEXT(lh_type_name(t->heap, t->heap->types.items[type])),
			LH_BYTES(lh_graph_bytes(&from->graph, node)), LH_BYTES(from->bytes[place]),
			t->native ? LH_BYTES(t->native[place]) : LH_NULL, LH_COUNT(from->objects[place] - 1),
			path.text ? LH_TEXT(path.text) : LH_NULL,
			LH_BYTES(t->largest[place] ? from->bytes[t->largest[place]] : 0)});
}

static int add_objects(struct lh_heap *heap, struct lh_result *result, const struct lh_retained *from,
		       const uint64_t *native, struct lh_retained_query *query)
{
	_cleanup_(teller_fini) struct teller t = {
		.heap = heap, .result = result, .from = from, .native = native};
	int r = lh_retained_largest(from, &t.largest);

	query->largest = t.largest;
	if (r == 0)
		r = lh_retained_top(from, query, &t.places, &t.count);
	if (r == 0)
		r = lh_retained_paths_find(from, t.places, t.count, &t.paths);
	for (size_t i = 0; r == 0 && i < t.count; i++)
		r = add_row(&t, t.places[i]);
	if (r == 0 && t.count && !query->points && !query->under)
		r = lh_result_next(result, "where it comes together", "retained --points");
	if (r == 0 && t.count && query->points)
		r = lh_result_next(result, "what is below it", "retained --under 0x%" PRIx64,
				   lh_retained_addr(from, t.places[0]));
	return r;
}

/* ---- types ---- */

/* @without: the same without native memory; @from if it was not asked for. */
static int add_types(struct lh_heap *heap, struct lh_result *result, const struct lh_retained *from,
		     const struct lh_retained *without)
{
	_cleanup_free_ struct lh_retained_type *types = NULL, *less = NULL;
	int r = lh_retained_types(from, &types);

	if (r == 0 && without != from)
		r = lh_retained_types(without, &less);
	for (size_t i = 0; r == 0 && i < heap->types.count; i++)
		if (types[i].count)
			r = lh_result_row(
				result,
				(struct lh_value[]){LH_TEXT(lh_type_name(heap, heap->types.items[i])),
						    LH_COUNT(types[i].count), LH_BYTES(types[i].bytes),
						    LH_BYTES(types[i].retained),
						    less ? LH_BYTES(types[i].retained - less[i].retained)
							 : LH_NULL,
						    LH_ADDR(heap->types.items[i]->addr)});
	return r;
}

static int summarize(struct lh_result *result, const struct lh_retained *t, const uint64_t *native)
{
	int r = lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"objects", "objects", LH_COUNT(t->tree.count - 1)},
			{"bytes", "bytes", LH_BYTES(t->bytes[0])},
			{"native_bytes", native ? "native" : NULL, native ? LH_BYTES(native[0]) : LH_NULL},
			{"native", NULL, LH_COUNT(t->native)},
			{"unreachable", "unreachable", LH_COUNT(t->unreachable)},
			{"unreachable_bytes", NULL, LH_BYTES(t->unreachable_bytes)},
			{"doubted", NULL, LH_COUNT(t->borrowed.count)},
			{},
		});

	if (r == 0 && t->borrowed.count)
		r = lh_result_doubts(result, &(struct lh_doubts){.heap = t->graph.heap,
								 .set = &t->graph.set,
								 .items = t->borrowed.doubts,
								 .count = t->borrowed.count});
	if (r == 0 && t->unreachable)
		r = lh_result_note(result,
				   "%s object%s not reachable from any root: garbage that no collection has "
				   "found yet (py-heap garbage), or untracked objects that it holds.",
				   LH_COUNTED(t->unreachable), t->unreachable == 1 ? " is" : "s are");
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_retained_native_fini) struct lh_retained_native native = {0};
	const struct lh_retained *retained, *shown;
	struct lh_retained_query query = {.points = lh_invocation_has(invocation, "points"), .limit = ROWS};
	bool by_type = lh_invocation_has(invocation, "by-type");
	uint64_t limit;
	int r = lh_invocation_option_address(heap->ctx, invocation, "under", &query.under);

	if (r == 0)
		r = lh_retained_get(heap, &retained);
	if (r == 0 && lh_invocation_has(invocation, "native"))
		r = lh_retained_with_native(retained, &native);
	if (r < 0)
		return r;
	shown = native.bytes ? &native.with : retained;
	if (lh_invocation_number(invocation, "limit", &limit) == 0)
		query.limit = limit;
	lh_result_columns(result, by_type ? type_columns : columns, "retained");
	if (!native.bytes)
		lh_result_hide(result, "native");
	r = summarize(result, shown, native.native);
	if (r == 0)
		r = by_type ? add_types(heap, result, shown, retained)
			    : add_objects(heap, result, shown, native.native, &query);
	if (r == 0)
		r = lh_result_storage_missing(result, retained->graph.incomplete);
	return r == 0 ? lh_result_findings(result, &retained->graph.findings,
					   retained->graph.findings.ring_objects)
		      : r;
}

const struct lh_command lh_cmd_retained = {
	.name = "retained",
	.group = "The whole heap",
	.summary = "what keeps the most memory alive?",
	.arguments = "",
	.description = "What would be freed along with an object: everything that is reachable only\n"
		       "through it. 'retained' is the bytes of these objects including its own,\n"
		       "'dominated' is how many there are. What two objects share is retained by\n"
		       "neither of them, but by what holds both; so the rows of a chain (a module, its\n"
		       "dict, a cache in it) repeat the same bytes. --points shows only where many\n"
		       "objects come together.\n"
		       "\n"
		       "With --native, 'retained' includes native memory that these objects own, and\n"
		       "'native' says how much that is.\n"
		       "\n"
		       "Roots are modules, the interpreter, frames, and objects that only native code\n"
		       "holds.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"by-type", type_columns}},
	.reads_no_contents = true,
	.run = run,
};
