/* SPDX-License-Identifier: Apache-2.0 */
/* referrers: What refers to an object. */
#include "command/command.h"
#include "commands/edges.h"
#include "commands/records.h"
#include "inventory/locate.h"
#include "inventory/objects.h"

static const char *const examples[] = {
	"referrers core.1234 0x7f31c84d2a40",
	"referrers core.1234 0x7f31c84d2a40 --depth 3",
	NULL,
};

static const struct lh_option options[] = {
	{"depth", 0, "N",
	 "number of levels: also what refers to these, each object once (default: "
	 "1)"},
	{},
};

struct search {
	struct lh_heap *heap;
	struct lh_result *result;
	struct lh_visitor visitor;
	uint64_t wanted, holder, met;
	int error;
};

static void look(void *arg, const struct lh_span *span)
{
	struct search *s = arg;

	for (uint64_t i = 0; i < span->count; i++) {
		struct lh_edge edge = {span, i, s->holder, s->wanted};

		if (lh_span_word(span, i) == s->wanted && s->error == 0)
			s->error = lh_edge_row(s->heap, s->result, &edge, s->holder, s->wanted);
	}
}

static int search_items(void *arg, const struct lh_item *items, size_t count)
{
	struct search *s = arg;

	for (size_t i = 0; i < count && s->error == 0; i++) {
		s->holder = items[i].object.addr;
		lh_visit(&s->visitor, &items[i].object);
	}
	return s->error;
}

static int summarize(struct lh_heap *heap, struct lh_result *result, const struct lh_object *o)
{
	size_t found = lh_result_row_count(result);
	int r = lh_edge_summary(heap, result, o);

	if (r == 0)
		r = lh_result_summary(result, "count", "referrers", LH_COUNT(found));
	if (r == 0 && !o->immortal && o->refcnt > (int64_t)found)
		r = lh_result_note(result,
				   "%s of its %s counted references do not come from objects: running "
				   "frames, the interpreter or native code hold them.",
				   LH_COUNTED((uint64_t)o->refcnt - found), LH_COUNTED(o->refcnt));
	return r;
}

static int on_met(void *arg, const struct lh_met *met)
{
	struct search *s = arg;

	return s->met++ < LH_DEPTH_ROWS_MAX ? lh_edge_depth_row(s->heap, s->result, met, met->from, met->to)
					    : 0;
}

static int search_levels(struct search *s, const struct lh_object *o, uint64_t depth)
{
	int r = lh_edge_summary(s->heap, s->result, o);

	lh_result_columns(s->result, lh_edge_depth_columns, NULL);
	if (r == 0)
		r = lh_bfs_up(s->heap, o->addr, depth, on_met, s);
	return r == 0 ? lh_edge_depth_summary(s->result, s->met) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct search s = {.heap = heap, .result = result};
	struct lh_findings findings;
	struct lh_object o;
	uint64_t addr, depth;
	int r = lh_edge_depth(heap->ctx, invocation, &depth);

	if (r == 0)
		r = lh_invocation_address(heap->ctx, invocation, 0, &addr);
	if (r == 0)
		r = lh_locate_object(heap, addr, &o);
	if (r < 0)
		return r;
	if (depth > 1)
		return search_levels(&s, &o, depth);
	lh_result_columns(result, lh_edge_columns, NULL);
	s.wanted = o.addr;
	s.visitor =
		(struct lh_visitor){.heap = heap, .view = lh_view_of(heap->target), .fn = look, .arg = &s};
	r = lh_objects_walk(heap, false, search_items, &s, &findings);
	return r == 0 ? summarize(heap, result, &o) : r;
}

const struct lh_command lh_cmd_referrers = {
	.name = "referrers",
	.group = "One object",
	.summary = "what refers to this object?",
	.arguments = "ADDR",
	.min_args = 1,
	.max_args = 1,
	.description = "One row per reference to the object: the object that holds it, its type, and\n"
		       "the edge in Python notation (.name, ['key'], [3], <cell>).\n"
		       "\n"
		       "With --depth there is one row per object instead, at the lowest level from\n"
		       "which it reaches the object, by one of its references to an object of the level\n"
		       "before; 'via' is that object. Each level takes a pass over all objects.",
	.examples = examples,
	.options = options,
	.columns = lh_edge_columns,
	.views = {{"depth", lh_edge_depth_columns}},
	.check = lh_edge_check_depth,
	.run = run,
};
