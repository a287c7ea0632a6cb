/* SPDX-License-Identifier: Apache-2.0 */
/* referrers: What refers to an object. */
#include "command/command.h"
#include "command/edges.h"
#include "command/records.h"
#include "graph/locate.h"
#include "graph/objects.h"

static const char *const examples[] = {
	"referrers core.1234 0x7f31c84d2a40",
	"referrers core.1234 0x7f31c84d2a40",
	NULL,
};

struct search {
	struct lh_heap *heap;
	struct lh_result *result;
	struct lh_visitor visitor;
	uint64_t wanted, holder;
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
		s->holder = items[i].addr;
		lh_visit(&s->visitor, items[i].addr, items[i].bytes, items[i].type);
	}
	return s->error;
}

static int summarize(struct lh_heap *heap, struct lh_result *result, const struct lh_object *o)
{
	size_t found = lh_result_row_count(result);
	int r = lh_result_summary(result, "address", "object", LH_ADDR(o->addr));

	if (r == 0)
		r = lh_result_summary(result, "type", "type", LH_TEXT(lh_type_name(heap, o->type)));
	if (r == 0)
		r = lh_result_summary(result, "count", "referrers", LH_COUNT(found));
	if (r == 0 && !o->immortal && o->refcnt > found)
		r = lh_result_note(result,
				   "%" PRIu64 " of its %" PRIu64
				   " counted references come from no object: running frames, the "
				   "interpreter or native code hold them.",
				   o->refcnt - found, o->refcnt);
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct search s = {.heap = heap, .result = result};
	struct lh_findings findings;
	struct lh_object o;
	uint64_t addr;
	int r = lh_invocation_address(heap->ctx, invocation, 0, &addr);

	if (r == 0)
		r = lh_locate_object(heap, addr, &o);
	if (r < 0)
		return r;
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
	.min_words = 1,
	.max_words = 1,
	.description =
		"One row a reference to the object: the object that holds it, its type, and the edge in\n"
		"Python's words (.name, ['key'], [3], <cell>).",
	.examples = examples,
	.columns = lh_edge_columns,
	.run = run,
};
