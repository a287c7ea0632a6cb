/* SPDX-License-Identifier: Apache-2.0 */
/* object: Everything known of one address. */
#include "command/command.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"name", NULL, LH_K_TEXT},
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"preview", NULL, LH_K_TEXT},
	{},
};

static const char *const examples[] = {
	"object core.1234 0x7f31c84d2a40",
	"object -p 1234 0x7f31c84d2a40 --values",
	NULL,
};

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fail(heap->ctx, LH_EUSAGE, "not built yet");
}

const struct lh_command lh_cmd_object = {
	.name = "object",
	.group = "One object",
	.summary = "what is at this address?",
	.arguments = "ADDR",
	.min_words = 1,
	.max_words = 1,
	.description =
		"ADDR may lie anywhere inside an object. The summary says what is there: the object's type,\n"
		"references counted, bytes, place in the collector and in the allocator. One row a field of\n"
		"the object: its name, where it is, its type and the start of its value.",
	.examples = examples,
	.columns = columns,
	.run = run,
};
