/* SPDX-License-Identifier: Apache-2.0 */
/* refs: What an object refers to. */
#include "command/command.h"
#include "command/edges.h"
#include "command/records.h"
#include "cpython/preview.h"
#include "graph/locate.h"

static const char *const examples[] = {
	"refs core.1234 0x7f31c84d2a40",
	"refs core.1234 0x7f31c84d2a40 --limit 0",
	NULL,
};

static int summarize(struct lh_heap *heap, struct lh_result *result, const struct lh_object *o)
{
	int r = lh_result_summary(result, "address", "object", LH_ADDR(o->addr));

	return r == 0 ? lh_result_summary(result, "type", "type", LH_TEXT(lh_type_name(heap, o->type))) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, lh_edge_columns, NULL);
	for (size_t i = 0; r == 0 && lh_invocation_word(invocation, i); i++) {
		struct lh_object o;
		uint64_t addr;

		r = lh_invocation_address(heap->ctx, invocation, i, &addr);
		if (r == 0)
			r = lh_locate_object(heap, addr, &o);
		if (r == 0 && i == 0)
			r = summarize(heap, result, &o);
		if (r == 0)
			r = lh_refs_rows(heap, result, &o);
	}
	return r == 0 ? lh_result_summary(result, "count", "references",
					  LH_COUNT(lh_result_row_count(result)))
		      : r;
}

const struct lh_command lh_cmd_refs = {
	.name = "refs",
	.group = "One object",
	.summary = "what does this object refer to?",
	.arguments = "ADDR...",
	.min_words = 1,
	.max_words = 4096,
	.description = "One row a reference: the edge in Python's words (.name, ['key'], [3], <cell>), the "
		       "object it\n"
		       "leads to, its type and the start of its value.",
	.examples = examples,
	.columns = lh_edge_columns,
	.run = run,
};
