/* SPDX-License-Identifier: Apache-2.0 */
/* arenas: pymalloc's arenas, pools and blocks. */
#include "command/command.h"
#include "commands/arenas_map.h"
#include "commands/no_arenas.h"
#include "commands/records.h"

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
	{"objects", NULL, LH_K_COUNT},
	{"slack", NULL, LH_K_BYTES},
	{},
};

static const struct lh_option options[] = {
	{"classes", 0, NULL, "one row per size class"},
	{"map", 0, NULL, "a picture: one row per arena, one mark per pool"},
	{},
};

static const char *const examples[] = {
	"arenas core.1234",       "arenas core.1234 --sort -percent", "arenas core.1234 --classes --limit 0",
	"arenas core.1234 --map", "arenas core.1234 0x7f941c100000",  NULL,
};

static int add_arena_rows(struct lh_heap *heap, const struct lh_allocator_info *all, struct lh_result *result)
{
	struct lh_arena_info a = {.size = sizeof(a)};
	int r;

	lh_result_columns(result, columns, NULL);
	for (size_t i = 0; (r = lh_arena_at(heap, i, &a)) == 0; i++) {
		r = lh_result_row(result, (struct lh_value[]){
						  LH_ADDR(a.addr), LH_COUNT(a.pools), LH_COUNT(a.pools_free),
						  LH_COUNT(a.blocks_used), LH_BYTES(a.bytes_used),
						  LH_PERCENT(a.bytes_used * 100 / all->arena_size)});
		if (r < 0)
			break;
	}
	return r < 0 ? r : 0;
}

static int note_slack(struct lh_result *result, uint64_t bytes)
{
	char text[LH_SIZE_MAX];

	return bytes ? lh_result_note(
			       result,
			       "Objects have %s more than they asked for: sizes are rounded up to those "
			       "of blocks. What blocks without an object were asked for is not known.",
			       lh_size_text(bytes, text))
		     : 0;
}

static int add_class_rows(struct lh_heap *heap, struct lh_result *result)
{
	struct lh_size_class_info c = {.size = sizeof(c)};
	struct lh_slack_info slack = {.size = sizeof(slack)};
	uint64_t sum = 0;
	int r;

	lh_result_columns(result, class_columns, NULL);
	for (size_t i = 0; (r = lh_size_class_at(heap, i, &c)) == 0; i++) {
		r = lh_size_class_slack(heap, i, &slack);
		sum += slack.bytes;
		if (r == 0 && c.pools)
			r = lh_result_row(
				result, (struct lh_value[]){LH_COUNT(c.block_size), LH_COUNT(c.pools),
							    LH_COUNT(c.blocks_used), LH_COUNT(c.blocks_free),
							    LH_COUNT(slack.objects), LH_BYTES(slack.bytes)});
		if (r < 0)
			break;
	}
	return r < 0 ? r : note_slack(result, sum);
}

static int add_summary(const struct lh_allocator_info *a, struct lh_result *result)
{
	const struct lh_summary summary[] = {
		{"arenas", "arenas", LH_COUNT(a->arenas)},
		{"arena_bytes", "arena bytes", LH_BYTES(a->arenas * a->arena_size)},
		{"pools", "pools", LH_COUNT(a->pools)},
		{"pools_free", "pools free", LH_COUNT(a->pools_free)},
		{"blocks_used", "blocks used", LH_COUNT(a->blocks_used)},
		{"blocks_free", "blocks free", LH_COUNT(a->blocks_free)},
		{"bytes_used", "bytes used", LH_BYTES(a->bytes_used)},
		{"bytes_free", "bytes free", LH_BYTES(a->bytes_free)},
		{"raw_blocks", "malloc blocks", a->raw_blocks < 0 ? LH_NULL : LH_COUNT(a->raw_blocks)},
		{"allocated_blocks", NULL,
		 a->raw_blocks < 0 ? LH_NULL : LH_COUNT(a->raw_blocks + (int64_t)a->blocks_used)},
		{},
	};

	return lh_result_summarize(result, summary);
}

static int warn_of_pools(const struct lh_allocator_info *a, struct lh_result *result)
{
	int r = 0;

	if (a->pools_missing || a->pools_damaged || a->arenas_odd)
		lh_result_incomplete(result);
	if (a->pools_missing)
		r = lh_result_warn(result, "pools-missing", NULL,
				   "%s of %s pools could not be read: blocks in them are not counted",
				   LH_COUNTED(a->pools_missing), LH_COUNTED(a->pools));
	if (r == 0 && a->pools_damaged)
		r = lh_result_warn(result, "pools-damaged", &a->first_damaged,
				   "%s of %s pools contradict themselves; this is the first",
				   LH_COUNTED(a->pools_damaged), LH_COUNTED(a->pools));
	if (r == 0 && a->arenas_odd)
		r = lh_result_warn(result, "arenas-differ", &a->first_odd,
				   "%s of %s arenas have a number of free pools that differs from their own "
				   "count; this is the first",
				   LH_COUNTED(a->arenas_odd), LH_COUNTED(a->arenas));
	return r;
}

static int add_rows(struct lh_invocation *invocation, struct lh_heap *heap,
		    const struct lh_allocator_info *all, struct lh_result *result)
{
	if (lh_invocation_arg(invocation, 0))
		return lh_arena_pool_rows(invocation, heap, result);
	if (lh_invocation_has(invocation, "map"))
		return lh_arena_map_rows(heap, result);
	return lh_invocation_has(invocation, "classes") ? add_class_rows(heap, result)
							: add_arena_rows(heap, all, result);
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	int given = lh_invocation_has(invocation, "map") + lh_invocation_has(invocation, "classes") +
		    (lh_invocation_arg(invocation, 0) != NULL);

	return given > 1 ? lh_fail(ctx, LH_EUSAGE,
				   "arenas: --map, --classes and ADDR exclude each other: give one")
			 : 0;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_allocator_info all = {.size = sizeof(all)};
	int r = lh_allocator_info(heap, &all);

	if (r == 0)
		r = add_summary(&all, result);
	if (r == 0)
		r = add_rows(invocation, heap, &all, result);
	if (r == 0)
		r = warn_of_pools(&all, result);
	return r == 0 && !all.arenas ? lh_no_arenas(heap, all.found, result) : r;
}

const struct lh_command lh_cmd_arenas = {
	.name = "arenas",
	.group = "The allocator",
	.summary = "how full is pymalloc's memory?",
	.arguments = "[ADDR]",
	.max_args = 1,
	.description = "pymalloc takes arenas from the system, divides them into pools, and pools into\n"
		       "blocks of one size. One row per arena: its pools, how many of them are free,\n"
		       "the blocks and bytes in use, and how full it is. An arena is returned to the\n"
		       "system only when all of it is free, so many nearly empty arenas mean\n"
		       "fragmentation.\n"
		       "\n"
		       "bytes_free counts free blocks in pools that already have a block size;\n"
		       "pools_free come on top of that and can take blocks of any size. Requests over\n"
		       "512 bytes go to malloc: its blocks are counted where CPython does so, but not\n"
		       "listed.\n"
		       "\n"
		       "With --classes there is one row per block size, as sys._debugmallocstats()\n"
		       "counts them, with the blocks that have an object, and bytes of these that the\n"
		       "objects did not ask for: sizes are rounded up.\n"
		       "\n"
		       "With --map each arena is a row of marks, one per pool, darker where more of its\n"
		       "blocks are in use; in JSON '0' is an empty pool, '1' to '8' are eighths in use,\n"
		       "a blank was never used. With ADDR, an address in an arena, there is one row per\n"
		       "pool of that arena: size of its blocks, how many are used and free, objects in\n"
		       "them, and their types.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"classes", class_columns}, {"map", lh_arena_map_columns}, {"ADDR", lh_arena_pool_columns}},
	.check = check,
	.reads_no_contents = true,
	.run = run,
};
