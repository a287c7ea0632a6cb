/* SPDX-License-Identifier: Apache-2.0 */
/* garbage: What a collection would free now, found without running it. */
#include "command/cmd_garbage.h"
#include "analyze/frozen.h"
#include "analyze/reason.h"
#include "command/command.h"
#include "command/findings.h"
#include "command/records.h"
#include "cpython/size.h"
#include "util/array.h"

#include <stdlib.h>

#define FINALIZERS_WIDTH 100 /* characters of types whose finalizers would run */

static const struct lh_column columns[] = {
	{"type", NULL, LH_K_TEXT},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"finalizers", NULL, LH_K_COUNT, .hidden = true},
	{},
};

static const struct lh_column component_columns[] = {
	{"id", NULL, LH_K_COUNT},
	{"objects", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"types", NULL, LH_K_LIST},
	{"cycle", NULL, LH_K_TEXT},
	{"finalizers", NULL, LH_K_COUNT, .hidden = true},
	{"uncollectable", NULL, LH_K_BOOL},
	{"example", NULL, LH_K_ADDR},
	{},
};

static const struct lh_option options[] = {
	{"components", 0, NULL, "one row a group of objects that keep each other alive"},
	{"frozen", 0, NULL, "instead, what is alive only because frozen or immortal objects hold it"},
	{},
};

static const char *const examples[] = {
	"garbage core.1234",
	"garbage core.1234 --components",
	"garbage core.1234 --frozen",
	"garbage -p 1234 --sort count",
	NULL,
};

static void listing_fini(struct listing *l)
{
	lh_garbage_fini(&l->garbage);
	lh_frozen_fini(&l->frozen);
	free(l->types);
}

struct lh_type *lh_listing_measure(struct listing *l, uint32_t place, uint64_t *ret_addr, uint64_t *ret_bytes)
{
	struct lh_object o;

	*ret_addr = lh_addrset_nth(&l->garbage.graph.rings.tracked, l->items[place]);
	if (lh_object_at(l->heap, &l->view, *ret_addr, &o) != 0)
		return NULL;
	*ret_bytes = lh_object_bytes(l->heap, &l->view, *ret_addr, o.bytes, o.type);
	return o.type;
}

bool lh_listing_finalizes(const struct listing *l, uint32_t place, const struct lh_type *type)
{
	return type->python && type->has_finalizer &&
	       !(l->garbage.graph.flags[l->items[place]] & LH_TRACKED_FINALIZED);
}

static int tally_types(struct listing *l)
{
	l->types = lh_new0(struct tally, l->heap->types.count + 1);
	if (!l->types)
		return lh_nomem(l->heap->ctx);
	for (uint32_t p = 0; p < l->count; p++) {
		uint64_t addr, bytes;
		struct lh_type *t = lh_listing_measure(l, p, &addr, &bytes);
		bool finalizes = t && lh_listing_finalizes(l, p, t);

		if (!t)
			continue;
		l->types[t->index].count++;
		l->types[t->index].bytes += bytes;
		l->types[t->index].finalizers += finalizes;
		l->bytes += bytes;
		l->finalizers += finalizes;
		l->conservative += t->conservative;
	}
	for (uint32_t i = 0; i < l->garbage.graph.count; i++)
		l->resurrected += (l->garbage.graph.flags[i] & (LH_GARBAGE_ALIVE | LH_TRACKED_FINALIZED)) ==
				  (LH_GARBAGE_ALIVE | LH_TRACKED_FINALIZED);
	return 0;
}

static int add_type_rows(struct listing *l, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->heap->types.count; i++)
		if (l->types[i].count)
			r = lh_result_row(
				result,
				(struct lh_value[]){LH_TEXT(lh_type_name(l->heap, l->heap->types.items[i])),
						    LH_COUNT(l->types[i].count), LH_BYTES(l->types[i].bytes),
						    LH_COUNT(l->types[i].finalizers)});
	return r;
}

static int summarize(struct listing *l, struct lh_result *result)
{
	const struct lh_garbage *g = &l->garbage;
	char reason[256];
	int r = lh_result_summary(result, "objects", "objects", LH_COUNT(l->count));

	lh_gc_reason(l->heap, reason, sizeof(reason));
	if (r == 0)
		r = lh_result_summary(result, "bytes", "bytes", LH_BYTES(l->bytes));
	if (r == 0)
		r = lh_result_summary(result, "collectable", "collectable",
				      LH_COUNT(g->count - g->uncollectable));
	if (r == 0)
		r = lh_result_summary(result, "uncollectable", "uncollectable", LH_COUNT(g->uncollectable));
	if (r == 0)
		r = lh_result_summary(result, "components", NULL, LH_COUNT(g->components));
	if (r == 0)
		r = lh_result_summary(result, "finalizers", NULL, LH_COUNT(l->finalizers));
	if (r == 0)
		r = lh_result_summary(result, "resurrected", NULL, LH_COUNT(l->resurrected));
	if (r == 0)
		r = lh_result_summary(result, "frozen", NULL, LH_COUNT(g->graph.rings.permanent.count));
	if (r == 0)
		r = lh_result_summary(result, "conservative", NULL, LH_COUNT(l->conservative));
	if (r == 0)
		r = lh_result_summary(result, "doubted", NULL, LH_COUNT(g->graph.doubt_count));
	return r == 0 ? lh_result_summary(result, "reason", "why not yet", LH_TEXT(reason)) : r;
}

static int summarize_frozen(const struct listing *l, struct lh_result *result)
{
	int r = lh_result_summary(result, "objects", "held", LH_COUNT(l->count));

	if (r == 0)
		r = lh_result_summary(result, "bytes", "bytes", LH_BYTES(l->bytes));
	return r == 0 ? lh_result_summary(result, "frozen", "by frozen",
					  LH_COUNT(l->garbage.graph.rings.permanent.count))
		      : r;
}

/* "Session (12), Connection (3)": whose __del__ would run */
static void describe_finalizers(struct listing *l, struct lh_string *out)
{
	for (size_t i = 0; i < l->heap->types.count && out->len < FINALIZERS_WIDTH; i++)
		if (l->types[i].finalizers)
			lh_string_addf(out, "%s%s (%" PRIu64 ")", out->len ? ", " : "",
				       lh_type_name(l->heap, l->heap->types.items[i]),
				       l->types[i].finalizers);
	if (out->len >= FINALIZERS_WIDTH)
		lh_string_add(out, ", ...");
}

static int note_finalizers(struct listing *l, struct lh_result *result)
{
	_cleanup_string_ struct lh_string types = {0};
	int r = 0;

	describe_finalizers(l, &types);
	if (types.failed)
		return lh_nomem(l->heap->ctx);
	if (l->finalizers)
		r = lh_result_note(result,
				   "%" PRIu64 " of them have a __del__ that a collection would run: %s.",
				   l->finalizers, types.text);
	if (r == 0 && l->resurrected)
		r = lh_result_note(result,
				   "%" PRIu64 " objects are alive though their finalizer ran: it made them "
				   "reachable again (resurrected), and it will not run again.",
				   l->resurrected);
	return r;
}

static int add_notes(struct listing *l, struct lh_result *result, bool components)
{
	uint32_t permanent = l->garbage.graph.rings.permanent.count;
	bool frozen = l->frozen.items != NULL;
	int r = frozen ? 0 : note_finalizers(l, result);

	if (r == 0 && l->conservative)
		r = lh_result_note(
			result,
			"%" PRIu64
			" of them are of extension types that were scanned for pointers (docs/types.md): "
			"likely, not proved.",
			l->conservative);
	if (r == 0 && l->conservative && !frozen)
		r = lh_result_doubts(result, &l->garbage);
	if (r == 0 && permanent && !frozen)
		r = lh_result_note(
			result,
			"%u objects are frozen (gc.freeze()) or immortal: what they hold is never collected.",
			permanent);
	if (r == 0 && l->garbage.count && !components && !frozen)
		r = lh_result_next(result, "which objects keep each other alive", "garbage --components");
	if (r == 0 && permanent && !frozen)
		r = lh_result_next(result, "what only frozen or immortal objects hold", "garbage --frozen");
	return r;
}

/* Which objects the rows are of. */
static int choose_items(struct listing *l, bool frozen)
{
	int r = lh_garbage_find(l->heap, &l->garbage);

	if (r == 0 && frozen)
		r = lh_frozen_find(&l->garbage, &l->frozen);
	l->items = frozen ? l->frozen.items : l->garbage.items;
	l->count = frozen ? l->frozen.count : l->garbage.count;
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(listing_fini) struct listing l = {.heap = heap, .view = lh_view_of(heap->target)};
	bool components = lh_invocation_has(invocation, "components");
	bool frozen = lh_invocation_has(invocation, "frozen");
	int r = components && frozen
			? lh_fail(heap->ctx, LH_EUSAGE,
				  "garbage: --components are of garbage; what --frozen shows is alive")
			: choose_items(&l, frozen);

	if (r < 0)
		return r;
	lh_result_columns(result, components ? component_columns : columns, "bytes");
	r = tally_types(&l);
	if (r == 0)
		r = frozen ? summarize_frozen(&l, result) : summarize(&l, result);
	if (r == 0)
		r = components ? lh_listing_components(&l, result) : add_type_rows(&l, result);
	if (r == 0)
		r = lh_result_garbage_warnings(result, &l.garbage);
	return r == 0 ? add_notes(&l, result, components) : r;
}

const struct lh_command lh_cmd_garbage = {
	.name = "garbage",
	.group = "The whole heap",
	.summary = "what would gc.collect() find now, and why has it not run?",
	.arguments = "",
	.description =
		"Objects that only reference cycles keep alive, by type. Nothing is run in the target: the\n"
		"collector's own algorithm is applied to its memory. The summary says why they are still\n"
		"there (collection disabled, threshold not reached, a collection was running).\n"
		"\n"
		"With --components there is one row a group of objects that keep each other alive, with the\n"
		"shape of a cycle among them and the address of one. With --frozen the rows are of what "
		"would\n"
		"be garbage, too, were it not held by objects that no collection looks at.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.variant = "components",
	.variant_columns = component_columns,
	.run = run,
};
