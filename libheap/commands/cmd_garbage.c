/* SPDX-License-Identifier: Apache-2.0 */
/* garbage: What a collection would free now, found without running it. */
#include "commands/cmd_garbage.h"
#include "analyze/frozen.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"
#include "cpython/type_name.h"
#include "describe/gc_next.h"
#include "describe/gc_reason.h"
#include "util/array.h"

#include <stdlib.h>

static const struct lh_column columns[] = {
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"freed_objects", "FREED", LH_K_COUNT},
	{"freed_bytes", NULL, LH_K_BYTES},
	{"finalizers", NULL, LH_K_COUNT, .hidden = true},
	{"type_address", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_column frozen_columns[] = {
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"garbage", NULL, LH_K_COUNT},
	{"freed_objects", "FREED", LH_K_COUNT},
	{"freed_bytes", NULL, LH_K_BYTES},
	{"finalizers", NULL, LH_K_COUNT, .hidden = true},
	{"type_address", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_column component_columns[] = {
	{"id", NULL, LH_K_COUNT, .spare = 3},
	{"objects", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES, .spare = 4},
	{"freed_objects", "FREED", LH_K_COUNT, .spare = 1},
	{"freed_bytes", NULL, LH_K_BYTES},
	{"types", NULL, LH_K_LIST},
	{"cycle", NULL, LH_K_TEXT},
	{"finalizers", NULL, LH_K_COUNT, .hidden = true},
	{"uncollectable", NULL, LH_K_BOOL, .spare = 2},
	{"example", NULL, LH_K_ADDR},
	{},
};

static const struct lh_option options[] = {
	{"components", 0, NULL, "one row per group of objects that keep each other alive"},
	{"frozen", 0, NULL, "frozen garbage instead, and what only frozen or immortal objects hold"},
	{},
};

static const char *const examples[] = {
	"garbage core.1234",
	"garbage core.1234 --components",
	"garbage core.1234 --frozen",
	"garbage -p 1234 --sort count",
	NULL,
};

static void listing_fini(struct lh_garbage_rows *l)
{
	lh_frozen_fini(&l->frozen);
	lh_frozen_fini(&l->lost);
	lh_freed_fini(&l->freed);
	lh_freed_fini(&l->kept);
	free(l->types);
}

static int tally_types(struct lh_garbage_rows *l)
{
	l->type_count = l->heap->types.count;
	l->types = lh_new0(struct lh_garbage_tally, l->type_count + 1);
	if (!l->types)
		return lh_nomem(l->heap->ctx);
	for (uint32_t p = 0; p < l->count; p++) {
		uint64_t addr, bytes;
		struct lh_type *t = lh_garbage_rows_measure(l, p, &addr, &bytes);
		bool finalizes = t && lh_garbage_rows_finalizes(l, p, t);

		if (!t)
			continue;
		l->types[t->index].count++;
		l->types[t->index].bytes += bytes;
		l->types[t->index].garbage +=
			lh_garbage_has(l->garbage, l->items[p]) && !lh_freed_has(&l->freed, addr);
		l->types[t->index].finalizers += finalizes;
		l->bytes += bytes;
		l->finalizers += finalizes;
		l->conservative += t->conservative;
	}
	for (uint32_t i = 0; i < l->garbage->graph.count; i++)
		l->resurrected += (l->garbage->graph.flags[i] & (LH_GARBAGE_ALIVE | LH_TRACKED_FINALIZED)) ==
				  (LH_GARBAGE_ALIVE | LH_TRACKED_FINALIZED);
	return 0;
}

/* One row per type of what the collector visits, and of what goes with it. */
static int add_type_rows(struct lh_garbage_rows *l, const struct lh_freed *freed, bool frozen,
			 struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->type_count; i++) {
		const struct lh_garbage_tally *t = &l->types[i];
		struct lh_freed_count goes = lh_freed_type(freed, i);
		const char *name =
			t->count || goes.objects ? lh_type_name(l->heap, l->heap->types.items[i]) : NULL;
		struct lh_value row[9] = {LH_TEXT(name), LH_COUNT(t->count), LH_BYTES(t->bytes)};
		size_t n = 3;

		if (!name)
			continue;
		if (frozen)
			row[n++] = LH_COUNT(t->garbage);
		row[n++] = LH_COUNT(goes.objects);
		row[n++] = LH_BYTES(goes.bytes);
		row[n++] = LH_COUNT(t->finalizers);
		row[n++] = LH_ADDR(l->heap->types.items[i]->addr);
		r = lh_result_row(result, row);
	}
	return r;
}

static int summarize(const struct lh_garbage_rows *l, struct lh_result *result)
{
	const struct lh_garbage *g = l->garbage;
	const struct lh_gc_next next = lh_gc_next(l->heap);
	char reason[256];
	const struct lh_summary summary[] = {
		{"objects", "objects", LH_COUNT(l->count)},
		{"bytes", "bytes", LH_BYTES(l->bytes)},
		{"freed_objects", "freed objects", LH_COUNT(l->freed.all.objects)},
		{"freed_bytes", "freed bytes", LH_BYTES(l->freed.all.bytes)},
		{"collectable", "collectable", LH_COUNT(g->count - g->uncollectable)},
		{"uncollectable", "uncollectable", LH_COUNT(g->uncollectable)},
		{"components", NULL, LH_COUNT(g->components)},
		{"finalizers", NULL, LH_COUNT(l->finalizers)},
		{"resurrected", NULL, LH_COUNT(l->resurrected)},
		{"frozen", NULL, LH_COUNT(g->graph.rings->permanent.count)},
		{"frozen_garbage", l->lost.count ? "frozen garbage" : NULL, LH_COUNT(l->lost.count)},
		{"frozen_garbage_bytes", l->lost.count ? "bytes it keeps" : NULL,
		 LH_BYTES(l->kept.all.bytes)},
		{"conservative", NULL, LH_COUNT(l->conservative)},
		{"doubted", NULL, LH_COUNT(g->graph.doubt_count)},
		{"reason", "why not yet", LH_TEXT(reason)},
		{"next_full", NULL, next.kind == LH_GC_NEXT_AFTER ? LH_COUNT(next.allocations) : LH_NULL},
		{"next_full_survivors", NULL,
		 next.kind == LH_GC_NEXT_AFTER ? LH_COUNT(next.survivors) : LH_NULL},
		{},
	};

	lh_gc_reason(l->heap, reason, sizeof(reason));
	return lh_result_summarize(result, summary);
}

static int summarize_frozen(const struct lh_garbage_rows *l, struct lh_result *result)
{
	const struct lh_summary summary[] = {
		{"objects", "held", LH_COUNT(l->count)},
		{"bytes", "bytes", LH_BYTES(l->bytes)},
		{"frozen", "by frozen", LH_COUNT(l->garbage->graph.rings->permanent.count)},
		{"frozen_garbage", "garbage", LH_COUNT(l->lost.count)},
		{"freed_objects", "objects it keeps", LH_COUNT(l->kept.all.objects)},
		{"freed_bytes", "bytes it keeps", LH_BYTES(l->kept.all.bytes)},
		{},
	};

	return lh_result_summarize(result, summary);
}

/* The objects that rows are about. */
static int choose_items(struct lh_garbage_rows *l, bool frozen)
{
	int r = lh_garbage_get(l->heap, &l->garbage);

	if (r < 0)
		return r;
	if (frozen)
		r = lh_frozen_find(l->garbage, &l->frozen);
	l->items = frozen ? l->frozen.items : l->garbage->items;
	l->count = frozen ? l->frozen.count : l->garbage->count;
	return r;
}

/* What is freed with the garbage that a collection frees, and what would be with the garbage that none
 * sees. */
static int follow(struct lh_garbage_rows *l)
{
	const struct lh_garbage *g = l->garbage;
	int r = lh_garbage_freed(g, &l->freed);

	if (r == 0)
		r = lh_frozen_lost(g, &l->freed, &l->lost);
	if (r == 0 && l->lost.count)
		r = lh_freed_find(l->heap,
				  &(struct lh_giving_up){.set = &g->graph.rings->tracked,
							 .items = l->lost.items,
							 .count = l->lost.count,
							 .group_count = 1},
				  &l->kept);
	return r;
}

static int add_rows(struct lh_garbage_rows *l, struct lh_result *result, bool components, bool frozen)
{
	lh_result_columns(result,
			  components ? component_columns
			  : frozen   ? frozen_columns
				     : columns,
			  "freed_bytes");
	return components ? lh_garbage_rows_components(l, result)
			  : add_type_rows(l, frozen ? &l->kept : &l->freed, frozen, result);
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	if (lh_invocation_has(invocation, "components") && lh_invocation_has(invocation, "frozen"))
		return lh_fail(ctx, LH_EUSAGE,
			       "garbage: --components shows what a collection finds, --frozen what no "
			       "collection finds: give one of them");
	return 0;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(listing_fini) struct lh_garbage_rows l = {.heap = heap, .view = lh_view_of(heap->target)};
	bool components = lh_invocation_has(invocation, "components");
	bool frozen = lh_invocation_has(invocation, "frozen");
	int r = choose_items(&l, frozen);

	if (r == 0)
		r = follow(&l);
	if (r == 0)
		r = tally_types(&l);
	if (r == 0)
		r = frozen ? summarize_frozen(&l, result) : summarize(&l, result);
	if (r == 0)
		r = add_rows(&l, result, components, frozen);
	if (r == 0)
		r = lh_result_garbage_warnings(result, l.garbage);
	return r == 0 ? lh_garbage_rows_notes(&l, result, components, frozen) : r;
}

const struct lh_command lh_cmd_garbage = {
	.name = "garbage",
	.group = "The whole heap",
	.summary = "what would gc.collect() find now, and why has it not run?",
	.arguments = "",
	.description = "Objects that only reference cycles keep alive, by type. No code runs in the\n"
		       "target: the collector's own algorithm is applied to its memory. The summary\n"
		       "shows why they are still there (collection disabled, threshold not reached, a\n"
		       "collection was running).\n"
		       "\n"
		       "'count' and 'bytes' cover the objects that the collector visits. 'freed' is\n"
		       "everything that a collection would free: those objects, and the strings,\n"
		       "numbers, buffers and other objects that only they hold.\n"
		       "\n"
		       "With --components there is one row per group of objects that keep each other\n"
		       "alive, with the shape of a cycle among them and the address of one of them.\n"
		       "What several groups hold together is counted with the first of them.\n"
		       "\n"
		       "No collection looks at objects that gc.freeze() has frozen. With --frozen the\n"
		       "rows show which of them are garbage, and what is alive only because frozen or\n"
		       "immortal objects hold it: 'garbage' is how many objects of a type are\n"
		       "unreachable, 'freed' is what a collection would free with them after\n"
		       "gc.unfreeze().",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"components", component_columns}, {"frozen", frozen_columns}},
	.check = check,
	.reads_no_contents = true,
	.run = run,
};
