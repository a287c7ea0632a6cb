/* SPDX-License-Identifier: Apache-2.0 */
/* refs: What an object refers to. */
#include "command/command.h"
#include "commands/edges.h"
#include "commands/records.h"
#include "util/array.h"

#include <stdlib.h>

static const char *const examples[] = {
	"refs core.1234 0x7f31c84d2a40",
	"refs core.1234 0x7f31c84d2a40 --limit 0",
	"refs core.1234 0x7f31c84d2a40 --depth 3",
	NULL,
};

static const struct lh_option options[] = {
	{"depth", 0, "N",
	 "number of levels: also what these refer to, each object once (default: "
	 "1)"},
	{},
};

struct lister {
	const struct lh_invocation *invocation;
	struct lh_heap *heap;
	struct lh_result *result;
	uint64_t *starts;
	size_t count, capacity;
	uint64_t depth;
};

static int list_references(struct lister *l, uint64_t addr)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	int r = lh_reference_iter_new(l->heap, addr, &iter);

	if (r == 0)
		r = lh_edge_rows(l->heap, l->result, iter, LH_EDGE_TO);
	if (r == 0 && !lh_reference_iter_complete(iter)) {
		lh_result_incomplete(l->result);
		r = lh_result_warn(l->result, "storage-missing", &addr,
				   "the storage of 0x%" PRIx64 " is not in the target, or is damaged", addr);
	}
	return r;
}

/* The object of word @i; the first one goes to the summary. */
static int take_word(struct lister *l, size_t i)
{
	struct lh_object_info o = {.size = sizeof(o)};
	int r = lh_object_named(l->invocation, i, l->heap, &o);

	if (r == 0 && i == 0)
		r = lh_edge_summary(l->heap, l->result, o.addr, o.type);
	if (r == 0 && l->depth == 1)
		r = list_references(l, o.addr);
	return r == 0 ? lh_append(lh_invocation_ctx(l->invocation), l->starts, l->count, l->capacity, o.addr)
		      : r;
}

static int list_levels(struct lister *l)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	int r = lh_reference_levels_new(l->heap, l->starts, l->count, l->depth, &iter);

	return r == 0 ? lh_edge_depth_rows(l->heap, l->result, iter, LH_EDGE_TO) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lister l = {.invocation = invocation, .heap = heap, .result = result};
	int r = lh_edge_depth(lh_invocation_ctx(invocation), invocation, &l.depth);

	lh_result_columns(result, l.depth > 1 ? lh_edge_depth_columns : lh_edge_columns, NULL);
	for (size_t i = 0; r == 0 && lh_invocation_arg(invocation, i); i++)
		r = take_word(&l, i);
	if (r == 0)
		r = l.depth > 1 ? list_levels(&l)
				: lh_result_summary(result, "count", "references",
						    LH_COUNT(lh_result_row_count(result)));
	free(l.starts);
	return r;
}

const struct lh_command lh_cmd_refs = {
	.name = "refs",
	.group = "One object",
	.summary = "what does this object refer to?",
	.arguments = "ADDR...",
	.min_args = 1,
	.max_args = 4096,
	.description = "One row per reference: the edge in Python notation (.name, ['key'], [3],\n"
		       "<cell>), the object it leads to, its type and the start of its value.\n"
		       "\n"
		       "With --depth there is one row per object instead, at the lowest level that\n"
		       "reaches it, by one of the references of an object of the level before; 'via' is\n"
		       "that object.",
	.examples = examples,
	.options = options,
	.columns = lh_edge_columns,
	.views = {{"depth", lh_edge_depth_columns}},
	.check = lh_edge_check_depth,
	.reads_no_contents = true,
	.run = run,
};
