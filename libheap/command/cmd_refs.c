/* SPDX-License-Identifier: Apache-2.0 */
/* refs: What an object refers to. */
#include "command/command.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"edge", NULL, LH_K_TEXT},
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"preview", NULL, LH_K_TEXT},
	{},
};

static const struct lh_option options[] = {
	{"depth", 'd', "N", "follow references N steps (default: 1)"},
	{},
};

static const char *const examples[] = {
	"refs core.1234 0x7f31c84d2a40",
	"refs core.1234 0x7f31c84d2a40 --depth 2 --limit 0",
	NULL,
};

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fail(heap->ctx, LH_EUSAGE, "not built yet");
}

const struct lh_command lh_cmd_refs = {
	.name = "refs",
	.group = "One object",
	.summary = "what does this object refer to?",
	.arguments = "ADDR",
	.min_words = 1,
	.max_words = 1,
	.description = "One row a reference: the edge in Python's words (.name, ['key'], [3], <cell>), the "
		       "object it\n"
		       "leads to, its type and the start of its value.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.run = run,
};
