/* SPDX-License-Identifier: Apache-2.0 */
/* referrers: What refers to an object. */
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
	{"depth", 'd', "N", "follow references back N steps (default: 1)"},
	{},
};

static const char *const examples[] = {
	"referrers core.1234 0x7f31c84d2a40",
	"referrers core.1234 0x7f31c84d2a40 --depth 3",
	NULL,
};

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fail(heap->ctx, LH_EUSAGE, "not built yet");
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
	.options = options,
	.columns = columns,
	.run = run,
};
