/* SPDX-License-Identifier: Apache-2.0 */
/* garbage: What a collection would free now, found without running it. */
#include "command/command.h"
#include "command/records.h"

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

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fail(heap->ctx, LH_EUSAGE, "not built yet");
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
