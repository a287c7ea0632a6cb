/* SPDX-License-Identifier: Apache-2.0 */
/* cycles: Reference cycles, alive or garbage. */
#include "analyze/cycles.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"

static const struct lh_column columns[] = {
	{"shape", NULL, LH_K_TEXT, .below = LH_BELOW_ALL},
	{"count", NULL, LH_K_COUNT},
	{"objects", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"garbage", NULL, LH_K_BOOL},
	{"frozen", NULL, LH_K_BOOL},
	{"example", NULL, LH_K_ADDR},
	{"addresses", NULL, LH_K_LIST, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"garbage", 0, NULL, "only garbage cycles: unreachable, and not collected yet"},
	{"type", 0, "TYPE",
	 "only cycles with an object of this type: app.Session, Session, or a "
	 "pattern like 'app.*'"},
	{"min-bytes", 0, "BYTES", "only components of at least this many bytes: 4096, 10K, 1M"},
	{},
};

static const char *const examples[] = {
	"cycles core.1234",
	"cycles core.1234 --garbage",
	"cycles -p 1234 --type Session",
	NULL,
};

static int add_row(struct lh_result *result, struct lh_ctx *ctx, const struct lh_cycle_group *g)
{
	_cleanup_string_ struct lh_string addresses = {0};

	for (size_t i = 0; i < g->example_count; i++)
		lh_string_addf(&addresses, "%s0x%" PRIx64, i ? "\n" : "", g->example[i]);
	if (addresses.failed)
		return lh_nomem(ctx);
	return lh_result_row(result, (struct lh_value[]){LH_TEXT(g->shape), LH_COUNT(g->components),
							 LH_COUNT(g->objects), LH_BYTES(g->bytes),
							 LH_BOOL(g->garbage), LH_BOOL(g->frozen),
							 LH_ADDR(g->example[0]), LH_LIST(addresses.text)});
}

static int summarize(struct lh_result *result, const struct lh_cycles *c)
{
	return lh_result_summarize(result,
				   (struct lh_summary[]){
					   {"components", "components", LH_COUNT(c->components)},
					   {"objects", "objects", LH_COUNT(c->objects)},
					   {"bytes", "bytes", LH_BYTES(c->bytes)},
					   {"garbage", "garbage", LH_COUNT(c->garbage)},
					   {"frozen", c->frozen ? "frozen" : NULL, LH_COUNT(c->frozen)},
					   {},
				   });
}

static int tell(struct lh_heap *heap, struct lh_result *result, const struct lh_cycles *c)
{
	const struct lh_cycle_group *most = NULL;
	int r = summarize(result, c);

	for (size_t i = 0; r == 0 && i < c->count; i++) {
		r = add_row(result, heap->ctx, &c->groups[i]);
		if (!most || c->groups[i].bytes > most->bytes)
			most = &c->groups[i];
	}
	if (r == 0)
		r = lh_result_garbage_warnings(result, c->found);
	if (r == 0 && c->found->lost)
		r = lh_result_note(result,
				   "Frozen garbage (gc.freeze()) is never collected, unless gc.unfreeze() "
				   "returns it to the collector.");
	if (r == 0 && most)
		r = lh_result_next(result, "what the object refers to", "refs 0x%" PRIx64, most->example[0]);
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_cycles_query query = {.garbage_only = lh_invocation_has(invocation, "garbage"),
					.type = lh_invocation_get(invocation, "type")};
	_cleanup_(lh_cycles_fini) struct lh_cycles cycles = {0};
	int r;

	lh_invocation_number(invocation, "min-bytes", &query.min_bytes);
	r = lh_cycles_find(heap, &query, &cycles);
	if (r < 0)
		return r;
	lh_result_columns(result, columns, "bytes");
	if (!cycles.frozen)
		lh_result_hide(result, "frozen");
	return tell(heap, result, &cycles);
}

const struct lh_command lh_cmd_cycles = {
	.name = "cycles",
	.group = "The whole heap",
	.summary = "which reference cycles are there, alive or garbage?",
	.arguments = "",
	.description = "Reference cycles: strongly connected components of the references that the\n"
		       "collector sees, grouped by the shape of a short cycle in each. 'count' is the\n"
		       "number of such components; 'objects' and 'bytes' cover all objects in them. A\n"
		       "collection frees a live cycle only after nothing refers to it any more. Garbage\n"
		       "waits for the next collection, except where it is frozen (gc.freeze()), which\n"
		       "no collection looks at.\n"
		       "\n"
		       "'example' is an object of one such cycle; JSON has the whole cycle.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.reads_no_contents = true,
	.run = run,
};
