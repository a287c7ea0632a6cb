/* SPDX-License-Identifier: Apache-2.0 */
/* gc: The collector's generations, thresholds and state. */
#include "command/command.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"generation", NULL, LH_K_TEXT}, {"objects", NULL, LH_K_COUNT}, {"bytes", NULL, LH_K_BYTES},
	{"threshold", NULL, LH_K_COUNT}, {"count", NULL, LH_K_COUNT},   {},
};

static const char *const examples[] = {
	"gc core.1234",
	"gc -p 1234 --format json",
	NULL,
};

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fail(heap->ctx, LH_EUSAGE, "not built yet");
}

const struct lh_command lh_cmd_gc = {
	.name = "gc",
	.group = "The whole heap",
	.summary = "what is the state of the garbage collector?",
	.arguments = "",
	.description =
		"One row a generation: the objects in it, their bytes, the threshold at which it is "
		"collected\n"
		"and its counter. The generation \"permanent\" holds what gc.freeze() put aside. The "
		"summary\n"
		"says whether collection is enabled, whether one was running, and how long gc.garbage is.",
	.examples = examples,
	.columns = columns,
	.run = run,
};
