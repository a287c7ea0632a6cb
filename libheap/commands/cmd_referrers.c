/* SPDX-License-Identifier: Apache-2.0 */
/* referrers: What refers to an object. */
#include "command/command.h"
#include "commands/edges.h"
#include "commands/records.h"

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

static int summarize(struct lh_heap *heap, struct lh_result *result, const struct lh_object_info *o)
{
	size_t found = lh_result_row_count(result);
	int r = lh_edge_summary(heap, result, o->addr, o->type);

	if (r == 0)
		r = lh_result_summary(result, "count", "referrers", LH_COUNT(found));
	if (r == 0 && !(o->flags & LH_OBJECT_IMMORTAL) && o->refcount > (int64_t)found)
		r = lh_result_note(result,
				   "%s of its %s counted references do not come from objects: running "
				   "frames, the interpreter or native code hold them.",
				   LH_COUNTED((uint64_t)o->refcount - found), LH_COUNTED(o->refcount));
	return r;
}

static int search(struct lh_heap *heap, struct lh_result *result, const struct lh_object_info *o)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	int r = lh_referrer_iter_new(heap, o->addr, &iter);

	lh_result_columns(result, lh_edge_columns, NULL);
	if (r == 0)
		r = lh_edge_rows(heap, result, iter, LH_EDGE_FROM);
	return r == 0 ? summarize(heap, result, o) : r;
}

static int search_levels(struct lh_heap *heap, struct lh_result *result, const struct lh_object_info *o,
			 uint64_t depth)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	int r = lh_edge_summary(heap, result, o->addr, o->type);

	lh_result_columns(result, lh_edge_depth_columns, NULL);
	if (r == 0)
		r = lh_referrer_levels_new(heap, o->addr, depth, &iter);
	return r == 0 ? lh_edge_depth_rows(heap, result, iter, LH_EDGE_FROM) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_object_info o = {.size = sizeof(o)};
	uint64_t depth;
	int r = lh_edge_depth(lh_invocation_ctx(invocation), invocation, &depth);

	if (r == 0)
		r = lh_object_named(invocation, 0, heap, &o);
	if (r < 0)
		return r;
	return depth > 1 ? search_levels(heap, result, &o, depth) : search(heap, result, &o);
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
	.reads_no_contents = true,
	.run = run,
};
