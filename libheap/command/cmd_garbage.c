/* SPDX-License-Identifier: Apache-2.0 */
/* garbage: What a collection would free now, found without running it. */
#include "analyze/garbage.h"
#include "analyze/reason.h"
#include "command/command.h"
#include "command/findings.h"
#include "command/records.h"
#include "cpython/size.h"

#include <stdlib.h>

static const struct lh_column columns[] = {
	{"type", NULL, LH_K_TEXT},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{},
};

static const struct lh_column component_columns[] = {
	{"id", NULL, LH_K_COUNT},
	{"objects", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"types", NULL, LH_K_LIST},
	{"uncollectable", NULL, LH_K_BOOL},
	{"example", NULL, LH_K_ADDR},
	{},
};

static const struct lh_option options[] = {
	{"components", 0, NULL, "one row a group of objects that keep each other alive"},
	{},
};

static const char *const examples[] = {
	"garbage core.1234",
	"garbage core.1234 --components",
	"garbage -p 1234 --sort count",
	NULL,
};

struct tally {
	uint64_t count, bytes;
};

/** struct listing - what the rows are made of */
struct listing {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_garbage garbage;
	struct tally *types;                      /* by lh_type.index, all garbage */
	uint32_t *order;                          /* places of the garbage, by component */
	uint64_t bytes, finalizers, conservative; /* conservative: objects whose type is scanned, not known */
};

static void listing_fini(struct listing *l)
{
	lh_garbage_fini(&l->garbage);
	free(l->types);
	free(l->order);
}

/* Type and bytes of the garbage object at @place; NULL when it cannot be read. */
static struct lh_type *measure(struct listing *l, uint32_t place, uint64_t *ret_addr, uint64_t *ret_bytes)
{
	struct lh_object o;

	*ret_addr = lh_addrset_nth(&l->garbage.graph.rings.tracked, l->garbage.items[place]);
	if (lh_object_at(l->heap, &l->view, *ret_addr, &o) != 0)
		return NULL;
	*ret_bytes = lh_object_bytes(l->heap, &l->view, *ret_addr, o.bytes, o.type);
	return o.type;
}

static int tally_types(struct listing *l)
{
	l->types = calloc(l->heap->types.count + 1, sizeof(*l->types));
	if (!l->types)
		return lh_nomem(l->heap->ctx);
	for (uint32_t p = 0; p < l->garbage.count; p++) {
		uint64_t addr, bytes;
		struct lh_type *t = measure(l, p, &addr, &bytes);

		if (!t)
			continue;
		l->types[t->index].count++;
		l->types[t->index].bytes += bytes;
		l->bytes += bytes;
		l->finalizers += t->python && t->has_finalizer;
		l->conservative += t->conservative;
	}
	return 0;
}

static int add_type_rows(struct listing *l, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->heap->types.count; i++)
		if (l->types[i].count)
			r = lh_result_row(result,
					  (struct lh_value[]){
						  LH_TEXT(lh_type_name(l->heap, l->heap->types.items[i])),
						  LH_COUNT(l->types[i].count), LH_BYTES(l->types[i].bytes)});
	return r;
}

/* Places sorted by component: a counting sort, as components are numbered densely. */
static int order_by_component(struct listing *l)
{
	const struct lh_garbage *g = &l->garbage;
	_cleanup_free_ uint32_t *next = calloc((size_t)g->components + 1, sizeof(*next));

	l->order = calloc((size_t)g->count + 1, sizeof(*l->order));
	if (!next || !l->order)
		return lh_nomem(l->heap->ctx);
	for (uint32_t p = 0; p < g->count; p++)
		next[g->component[p] + 1]++;
	for (uint32_t c = 0; c < g->components; c++)
		next[c + 1] += next[c];
	for (uint32_t p = 0; p < g->count; p++)
		l->order[next[g->component[p]]++] = p;
	return 0;
}

#define TYPES_SHOWN 8

/* "Session x2", "dict x2": the types of one component, most frequent first. */
static void describe_types(struct listing *l, struct lh_type **types, const uint32_t *counts, size_t n,
			   struct lh_string *out)
{
	bool done[TYPES_SHOWN] = {false};

	for (size_t k = 0; k < n; k++) {
		size_t best = TYPES_SHOWN;

		for (size_t i = 0; i < n; i++)
			if (!done[i] && (best == TYPES_SHOWN || counts[i] > counts[best]))
				best = i;
		done[best] = true;
		lh_string_addf(out, "%s%s x%u", k ? "\n" : "", lh_type_name(l->heap, types[best]),
			       counts[best]);
	}
}

static int add_component(struct listing *l, uint32_t from, uint32_t to, struct lh_result *result)
{
	const struct lh_garbage *g = &l->garbage;
	struct lh_type *types[TYPES_SHOWN];
	uint32_t counts[TYPES_SHOWN];
	_cleanup_string_ struct lh_string text = {0};
	uint64_t sum = 0, example = 0;
	bool uncollectable = false;
	size_t n = 0;

	for (uint32_t k = from; k < to; k++) {
		uint64_t addr, bytes = 0;
		struct lh_type *t = measure(l, l->order[k], &addr, &bytes);
		size_t i = 0;

		sum += bytes;
		uncollectable |= (g->graph.flags[g->items[l->order[k]]] & LH_GARBAGE_UNCOLLECTABLE) != 0;
		/* An instance of a class says more than a dict or a list of it. */
		if (!example || (t && t->python && k - from < 64))
			example = addr;
		while (t && i < n && types[i] != t)
			i++;
		if (t && i < TYPES_SHOWN) {
			counts[i] = i == n ? 1 : counts[i] + 1;
			types[i] = t;
			n = i == n ? n + 1 : n;
		}
	}
	describe_types(l, types, counts, n, &text);
	return lh_result_row(result,
			     (struct lh_value[]){LH_COUNT(g->component[l->order[from]]), LH_COUNT(to - from),
						 LH_BYTES(sum), LH_LIST(text.text ? text.text : ""),
						 LH_BOOL(uncollectable), LH_ADDR(example)});
}

static int add_component_rows(struct listing *l, struct lh_result *result)
{
	const struct lh_garbage *g = &l->garbage;
	int r = order_by_component(l);

	for (uint32_t from = 0, to; r == 0 && from < g->count; from = to) {
		for (to = from + 1;
		     to < g->count && g->component[l->order[to]] == g->component[l->order[from]]; to++)
			;
		r = add_component(l, from, to, result);
	}
	return r;
}

static int summarize(struct listing *l, struct lh_result *result)
{
	const struct lh_garbage *g = &l->garbage;
	char reason[256];
	int r = lh_result_summary(result, "objects", "objects", LH_COUNT(g->count));

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
		r = lh_result_summary(result, "frozen", NULL, LH_COUNT(g->graph.rings.permanent.count));
	if (r == 0)
		r = lh_result_summary(result, "conservative", NULL, LH_COUNT(l->conservative));
	return r == 0 ? lh_result_summary(result, "reason", "why not yet", LH_TEXT(reason)) : r;
}

static int add_notes(const struct listing *l, struct lh_result *result, bool components)
{
	int r = 0;

	if (l->finalizers)
		r = lh_result_note(result, "%" PRIu64 " of them have a __del__ that a collection would run.",
				   l->finalizers);
	if (r == 0 && l->conservative)
		r = lh_result_note(
			result,
			"%" PRIu64
			" of them are of extension types that were scanned for pointers (docs/types.md): "
			"likely, not proved.",
			l->conservative);
	if (r == 0 && l->garbage.graph.rings.permanent.count)
		r = lh_result_note(
			result,
			"%u objects are frozen (gc.freeze()) or immortal: what they hold is never collected.",
			l->garbage.graph.rings.permanent.count);
	if (r == 0 && l->garbage.count && !components)
		r = lh_result_next(result, "which objects keep each other alive", "garbage --components");
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(listing_fini) struct listing l = {.heap = heap, .view = lh_view_of(heap->target)};
	bool components = lh_invocation_has(invocation, "components");
	int r = lh_garbage_find(heap, &l.garbage);

	if (r < 0)
		return r;
	lh_result_columns(result, components ? component_columns : columns, "bytes");
	r = tally_types(&l);
	if (r == 0)
		r = summarize(&l, result);
	if (r == 0)
		r = components ? add_component_rows(&l, result) : add_type_rows(&l, result);
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
		"address of one of them.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.variant = "components",
	.variant_columns = component_columns,
	.run = run,
};
