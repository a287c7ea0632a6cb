/* SPDX-License-Identifier: Apache-2.0 */
/* info: Which Python the target runs, and how each struct layout was learned and proved. */
#include "command/command.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"id", NULL, LH_K_COUNT},
	{"address", NULL, LH_K_ADDR},
	{"threads", NULL, LH_K_COUNT},
	{"modules", NULL, LH_K_COUNT},
	{},
};

static const struct lh_column field_columns[] = {
	{"struct", NULL, LH_K_TEXT}, {"field", NULL, LH_K_TEXT}, {"offset", NULL, LH_K_COUNT},
	{"source", NULL, LH_K_TEXT}, {"proof", NULL, LH_K_TEXT}, {},
};

static const struct lh_option options[] = {
	{"layout-fields", 0, NULL, "one row a struct field: offset, source, proof"},
	{},
};

static const char *const examples[] = {
	"info core.1234",
	"info -p 1234",
	"info core.1234 --layout-fields",
	"info core.1234 --layout table",
	NULL,
};

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fail(heap->ctx, LH_EUSAGE, "not built yet");
}

const struct lh_command lh_cmd_info = {
	.name = "info",
	.group = "The whole heap",
	.summary = "which Python is this, and how do we know?",
	.arguments = "",
	.description =
		"The summary names the interpreter's version, its build, where its files were found and "
		"where\n"
		"the layout of its structs comes from. One row an interpreter: its id, its address, how "
		"many\n"
		"threads and modules it has.\n"
		"\n"
		"With --layout-fields there is one row a struct field: its offset, the source it was taken\n"
		"from, and the check on the target's own memory that proved it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.variant = "layout-fields",
	.variant_columns = field_columns,
	.run = run,
};
