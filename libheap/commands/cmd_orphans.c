/* SPDX-License-Identifier: Apache-2.0 */
/* orphans: native memory that nothing leads to. */
#include "analyze/orphans.h"
#include "command/command.h"
#include "commands/records.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 96

static const struct lh_column columns[] = {
	{"size", NULL, LH_K_BYTES},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"example", NULL, LH_K_ADDR},
	{"pointer", NULL, LH_K_TEXT},
	{"looks", "LOOKS LIKE", LH_K_TEXT},
	{"pointer_at", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_column block_columns[] = {
	{"address", NULL, LH_K_ADDR},       {"bytes", NULL, LH_K_BYTES},     {"pointer", NULL, LH_K_TEXT},
	{"looks", "LOOKS LIKE", LH_K_TEXT}, {"pointer_at", NULL, LH_K_ADDR}, {},
};

static const struct lh_option options[] = {
	{"blocks", 0, NULL, "one row per block"},
	{},
};

static const char *const examples[] = {
	"orphans core.1234",
	"orphans -p 1234 --blocks",
	NULL,
};

/** struct line - a block, and what is said of it */
struct line {
	const struct lh_orphan *orphan;
	char looks[LOOKS_MAX];
};

static const char *const from_words[] = {
	[LH_ORPHAN_NOWHERE] = "nothing",
	[LH_ORPHAN_ORPHAN] = "an orphan",
	[LH_ORPHAN_FREE] = "freed memory",
};

static int compare(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;
	int by_looks;

	if (a->orphan->bytes != b->orphan->bytes)
		return a->orphan->bytes > b->orphan->bytes ? -1 : 1;
	by_looks = strcmp(a->looks, b->looks);
	if (by_looks)
		return by_looks;
	if (a->orphan->from != b->orphan->from)
		return (int)a->orphan->from - (int)b->orphan->from;
	return a->orphan->addr < b->orphan->addr ? -1 : 1;
}

static bool is_alike(const struct line *a, const struct line *b)
{
	return a->orphan->bytes == b->orphan->bytes && strcmp(a->looks, b->looks) == 0;
}

static struct lh_value pointer_at(const struct lh_orphan *o)
{
	return o->at ? LH_ADDR(o->at) : LH_NULL;
}

static int add_groups(const struct line *lines, size_t count, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0, n; i < count && r == 0; i += n) {
		const struct lh_orphan *o = lines[i].orphan;

		for (n = 1; i + n < count && is_alike(&lines[i], &lines[i + n]);)
			n++;
		r = lh_result_row(result,
				  (struct lh_value[]){LH_BYTES(o->bytes), LH_COUNT(n), LH_BYTES(n * o->bytes),
						      LH_ADDR(o->addr), LH_TEXT(from_words[o->from]),
						      LH_TEXT(lines[i].looks), pointer_at(o)});
	}
	return r;
}

static int add_blocks(const struct line *lines, size_t count, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		const struct lh_orphan *o = lines[i].orphan;

		r = lh_result_row(result, (struct lh_value[]){LH_ADDR(o->addr), LH_BYTES(o->bytes),
							      LH_TEXT(from_words[o->from]),
							      LH_TEXT(lines[i].looks), pointer_at(o)});
	}
	return r;
}

static int tell(const struct lh_orphans *o, struct lh_result *result)
{
	int r = lh_result_summarize(result, (struct lh_summary[]){
						    {"orphans", "orphans", LH_COUNT(o->count)},
						    {"bytes", "bytes", LH_BYTES(o->bytes)},
						    {"blocks", "native blocks", LH_COUNT(o->blocks)},
						    {},
					    });

	if (r == 0 && (o->torn || o->damaged)) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "malloc-damaged", NULL,
			"%s of malloc's heaps and lists lead nowhere: blocks that follow are not looked at",
			LH_COUNTED((uint64_t)o->torn + o->damaged));
	}
	if (r == 0 && !o->known)
		r = lh_result_note(result, "There is no malloc of glibc's in this process.");
	if (r == 0 && o->count)
		r = lh_result_note(result,
				   "No object, static data, stack or register leads to these blocks: who "
				   "allocated them cannot free them any more.");
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	bool blocks = lh_invocation_has(invocation, "blocks");
	_cleanup_(lh_orphans_fini) struct lh_orphans orphans = {0};
	_cleanup_free_ struct line *lines = NULL;
	int r = lh_orphans_find(heap, &orphans);

	if (r < 0)
		return r;
	lines = lh_new0(struct line, orphans.count + 1);
	if (!lines)
		return lh_nomem(heap->ctx);
	for (size_t i = 0; i < orphans.count; i++) {
		lines[i].orphan = &orphans.all[i];
		lh_orphan_looks(heap, lines[i].orphan, lines[i].looks, sizeof(lines[i].looks));
	}
	qsort(lines, orphans.count, sizeof(*lines), compare);
	lh_result_columns(result, blocks ? block_columns : columns, "bytes");
	r = tell(&orphans, result);
	if (r < 0)
		return r;
	return blocks ? add_blocks(lines, orphans.count, result) : add_groups(lines, orphans.count, result);
}

const struct lh_command lh_cmd_orphans = {
	.name = "orphans",
	.group = "The allocator",
	.summary = "which native memory does nothing point to?",
	.arguments = "",
	.description = "Blocks of glibc's malloc that neither objects nor static data, stacks, registers or\n"
		       "other native memory lead to: C code has lost them. Blocks of one size that look\n"
		       "alike are one row. POINTER says where the nearest word is that points to the\n"
		       "example all the same: in another orphan, or in memory that is free.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"blocks", block_columns}},
	.run = run,
};
