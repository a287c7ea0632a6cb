/* SPDX-License-Identifier: Apache-2.0 */
/* arenas: pymalloc's arenas, pools and blocks. */
#include "command/command.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"address", NULL, LH_K_ADDR},
	{"pools", NULL, LH_K_COUNT},
	{"pools_free", NULL, LH_K_COUNT},
	{"blocks_used", NULL, LH_K_COUNT},
	{"bytes_used", NULL, LH_K_BYTES},
	{"percent", NULL, LH_K_PERCENT},
	{},
};

static const struct lh_column class_columns[] = {
	{"size", NULL, LH_K_COUNT},
	{"pools", NULL, LH_K_COUNT},
	{"blocks_used", NULL, LH_K_COUNT},
	{"blocks_free", NULL, LH_K_COUNT},
	{},
};

static const struct lh_option options[] = {
	{"classes", 0, NULL, "one row a size class"},
	{},
};

static const char *const examples[] = {
	"arenas core.1234",
	"arenas core.1234 --sort -percent",
	"arenas core.1234 --classes --limit 0",
	NULL,
};

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fail(heap->ctx, LH_EUSAGE, "not built yet");
}

const struct lh_command lh_cmd_arenas = {
	.name = "arenas",
	.group = "The allocator",
	.summary = "how full is pymalloc's memory?",
	.arguments = "",
	.description =
		"pymalloc takes arenas from the system, cuts them into pools, and pools into blocks of one\n"
		"size. One row an arena: its pools, how many of them are free, the blocks and bytes in use "
		"and\n"
		"how full it is. An arena goes back to the system only when all of it is free, hence many\n"
		"nearly empty arenas mean fragmentation.\n"
		"\n"
		"With --classes there is one row a block size, as sys._debugmallocstats() counts them.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.variant = "classes",
	.variant_columns = class_columns,
	.run = run,
};
