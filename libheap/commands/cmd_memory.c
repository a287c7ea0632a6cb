/* SPDX-License-Identifier: Apache-2.0 */
/* memory: Where a process's memory is. */
#include "analyze/memory.h"
#include "command/command.h"
#include "command/doubts.h"
#include "command/findings.h"
#include "commands/memory_parent.h"
#include "commands/records.h"
#include "malloc/glibc_chunks.h"
#include "result/show.h"
#include "util/array.h"

#include <string.h>

static const struct lh_column columns[] = {
	{"path", "MEMORY", LH_K_TEXT},
	{"bytes", NULL, LH_K_BYTES},
	{"percent", "%", LH_K_PERCENT},
	{"resident", NULL, LH_K_BYTES},
	{"private_dirty", "PRIVATE", LH_K_BYTES, .spare = 1},
	{"shared", NULL, LH_K_BYTES, .spare = 2},
	{"swapped", NULL, LH_K_BYTES, .spare = 3},
	{"count", NULL, LH_K_COUNT, .hidden = true},
	{"leaf", NULL, LH_K_BOOL, .hidden = true},
	{"note", NULL, LH_K_TEXT},
	{},
};

static const struct lh_column malloc_columns[] = {
	{"arena", NULL, LH_K_ADDR},
	{"system", NULL, LH_K_BYTES},
	{"used", NULL, LH_K_BYTES},
	{"tcache", NULL, LH_K_BYTES},
	{"fast", NULL, LH_K_BYTES, .spare = 1},
	{"small", NULL, LH_K_BYTES},
	{"large", NULL, LH_K_BYTES},
	{"unsorted", NULL, LH_K_BYTES},
	{"top", NULL, LH_K_BYTES},
	{"heaps", NULL, LH_K_COUNT, .spare = 2},
	{"most", NULL, LH_K_BYTES, .hidden = true},
	{"unlisted", NULL, LH_K_BYTES, .hidden = true},
	{"used_chunks", NULL, LH_K_COUNT, .hidden = true},
	{"tcache_chunks", NULL, LH_K_COUNT, .hidden = true},
	{"fast_chunks", NULL, LH_K_COUNT, .hidden = true},
	{"small_chunks", NULL, LH_K_COUNT, .hidden = true},
	{"large_chunks", NULL, LH_K_COUNT, .hidden = true},
	{"unsorted_chunks", NULL, LH_K_COUNT, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"malloc", 0, NULL, "one row per arena of glibc's malloc, as malloc_info() counts"},
	{"depth", 0, "N", "show so many levels of the tree"},
	{"parent", 0, "PARENT", "what is not shared with PARENT, a process or its dump, any more, and why"},
	{},
};

static const char *const examples[] = {
	"memory core.1234",
	"memory -p 1234 --depth 2",
	"memory core.1234 --limit 0",
	"memory -p 1235 --parent 1234",
	NULL,
};

/* Of all bytes, as an integer. */
static uint64_t percent(uint64_t bytes, uint64_t all)
{
	return all ? (uint64_t)((unsigned __int128)bytes * 100 / all) : 0;
}

static struct lh_value known(bool is_known, uint64_t bytes)
{
	return is_known ? LH_BYTES(bytes) : LH_NULL;
}

/* Text shows what differs: some data of libraries is shared in any process. */
static void hide_columns(const struct lh_memory *m, struct lh_result *result)
{
	const struct lh_page_bytes *pages = &m->pages;

	if (!m->private_known || pages->shared < pages->resident / 10) {
		lh_result_hide(result, "private_dirty");
		lh_result_hide(result, "shared");
	}
	if (!m->private_known || !pages->swapped)
		lh_result_hide(result, "swapped");
}

static int add_rows(const struct lh_memory *m, uint64_t depth, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->count; i++) {
		const struct lh_memory_row *row = &m->rows[i];
		const struct lh_page_bytes *pages = &row->sum.pages;

		if (depth && row->depth > depth)
			continue;
		r = lh_result_row(result,
				  (struct lh_value[]){LH_TEXT(row->path), LH_BYTES(row->sum.bytes),
						      LH_PERCENT(percent(row->sum.bytes, m->writable)),
						      known(m->resident_known, pages->resident),
						      known(m->private_known, pages->dirty),
						      known(m->private_known, pages->shared),
						      known(m->private_known, pages->swapped),
						      LH_COUNT(row->sum.count),
						      LH_BOOL(row->leaf || row->depth == depth),
						      LH_TEXT(row->note ? row->note : "")});
	}
	return r;
}

/* Shares of the whole that are worth a command of their own, above one in ten */
static uint64_t sum_of(const struct lh_memory *m, const char *const *paths)
{
	uint64_t bytes = 0;

	for (; *paths; paths++) {
		const struct lh_memory_row *row = lh_memory_row_of(m, *paths);

		bytes += row ? row->sum.bytes : 0;
	}
	return bytes;
}

static int suggest(const struct lh_memory *m, struct lh_result *result)
{
	static const struct {
		const char *paths[6], *command, *why;
	} shares[] = {
		{{"python/objects", "python/buffers", "malloc/python", "malloc/mapped/python",
		  "mimalloc/python"},
		 "types",
		 "objects, by type"},
		{{"python/arenas/free-blocks", "python/arenas/free-pools"},
		 "arenas --sort percent",
		 "free in arenas: what is each used for?"},
		{{"malloc/free"}, "memory --malloc", "free in malloc's heaps, by arena"},
		{{"stacks"}, "threads", "stacks: of which threads?"},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < LH_ARRAY_SIZE(shares); i++)
		if (sum_of(m, shares[i].paths) > m->writable / 10)
			r = lh_result_next(result, shares[i].why, "%s", shares[i].command);
	return r;
}

static int note(const struct lh_memory *m, struct lh_result *result)
{
	char size[LH_SIZE_MAX];

	if (!m->not_walked)
		return 0;
	return lh_result_note(
		result,
		"%s of memory are of %s, which is not walked: its used and free parts are not told apart.",
		lh_size_text(m->not_walked, size),
		m->allocator ? m->allocator : "an allocator that is not known");
}

static int summarize(const struct lh_memory *m, struct lh_result *result)
{
	return lh_result_summarize(
		result, (struct lh_summary[]){
				{"mapped", "mapped", LH_BYTES(m->mapped)},
				{"writable", "writable", LH_BYTES(m->writable)},
				{"resident", "resident", known(m->resident_known, m->pages.resident)},
				{"private_dirty", m->private_known ? "of this process alone" : NULL,
				 known(m->private_known, m->pages.dirty)},
				{"shared", m->private_known ? "shared with others" : NULL,
				 known(m->private_known, m->pages.shared)},
				{"swapped", m->pages.swapped ? "swapped out" : NULL,
				 known(m->private_known, m->pages.swapped)},
				{"unexplained", "unexplained", LH_BYTES(m->unexplained)},
				{},
			});
}

static int add_malloc_rows(const struct lh_glibc_chunks *c, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->glibc.count; i++) {
		const struct lh_glibc_arena *a = &c->glibc.arenas[i];
		const struct lh_glibc_tally *t = c->uses[i].by_state;

		r = lh_result_row(
			result,
			(struct lh_value[]){
				LH_ADDR(a->addr), LH_BYTES(a->bytes), LH_BYTES(t[LH_CHUNK_USED].bytes),
				LH_BYTES(t[LH_CHUNK_TCACHE].bytes), LH_BYTES(t[LH_CHUNK_FAST].bytes),
				LH_BYTES(t[LH_CHUNK_SMALL].bytes), LH_BYTES(t[LH_CHUNK_LARGE].bytes),
				LH_BYTES(t[LH_CHUNK_UNSORTED].bytes), LH_BYTES(t[LH_CHUNK_TOP].bytes),
				LH_COUNT(c->uses[i].heaps), LH_BYTES(a->most),
				LH_BYTES(t[LH_CHUNK_UNLISTED].bytes), LH_COUNT(t[LH_CHUNK_USED].count),
				LH_COUNT(t[LH_CHUNK_TCACHE].count), LH_COUNT(t[LH_CHUNK_FAST].count),
				LH_COUNT(t[LH_CHUNK_SMALL].count), LH_COUNT(t[LH_CHUNK_LARGE].count),
				LH_COUNT(t[LH_CHUNK_UNSORTED].count)});
	}
	return r;
}

static int run_malloc(struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_glibc_chunks_fini) struct lh_glibc_chunks chunks = {0};
	struct lh_memory found;
	uint64_t bytes = 0;
	int r = lh_glibc_chunks_find(heap->target, &chunks);

	if (r < 0)
		return r;
	lh_result_columns(result, malloc_columns, NULL);
	for (size_t i = 0; i < chunks.glibc.count; i++)
		bytes += chunks.glibc.arenas[i].bytes;
	found = (struct lh_memory){
		.torn = chunks.torn, .damaged = chunks.damaged, .first_damaged = chunks.first_damaged};
	r = lh_result_summarize(result,
				(struct lh_summary[]){
					{"arenas", "arenas", LH_COUNT(chunks.glibc.count)},
					{"system", "from the system", LH_BYTES(bytes)},
					{"layout", "layout",
					 LH_TEXT(chunks.glibc.count ? chunks.glibc.form->citation : NULL)},
					{},
				});
	if (r == 0)
		r = add_malloc_rows(&chunks, result);
	if (r == 0 && !chunks.glibc.count)
		r = lh_result_note(result, "No malloc of glibc's was found in this process.");
	return r == 0 ? lh_result_memory_warnings(result, &found) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	static const struct lh_tree tree = {"path", "bytes"};
	const struct lh_memory *memory;
	uint64_t depth = 0;
	int r;

	if (lh_invocation_has(invocation, "malloc"))
		return run_malloc(heap, result);
	if (lh_invocation_has(invocation, "parent"))
		return lh_memory_parent(invocation, heap, result);
	r = lh_memory_get(heap, &memory);

	if (r == 0)
		r = lh_invocation_number(invocation, "depth", &depth);
	if (r < 0)
		return r;
	lh_result_columns(result, columns, NULL);
	lh_result_tree(result, &tree);
	hide_columns(memory, result);
	r = summarize(memory, result);
	if (r == 0)
		r = add_rows(memory, depth, result);
	if (r == 0)
		r = lh_result_memory_warnings(result, memory);
	if (r == 0)
		r = note(memory, result);
	if (r == 0)
		r = suggest(memory, result);
	return r == 0 ? lh_result_findings(result, &memory->findings, memory->findings.ring_objects) : r;
}

const struct lh_command lh_cmd_memory = {
	.name = "memory",
	.group = "The allocator",
	.summary = "where is my RSS?",
	.arguments = "",
	.description = "All of the process's writable memory as a tree: each byte is in one leaf, and the\n"
		       "sum is exact. Resident bytes are those in memory: of a process as the system\n"
		       "says, of a core those that its file has. Of a process PRIVATE are those in\n"
		       "pages that it alone has and has written to, SHARED those that others have, too.\n"
		       "\n"
		       "With --parent, pages that a worker alone has by now are compared with those of\n"
		       "the process that it was forked from: COUNTS are bytes of pages in which\n"
		       "reference counts differ, GC HEADS those that only the collector wrote to, DATA\n"
		       "those in which anything else differs, NEW those that the parent does not have.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"malloc", malloc_columns}, {"parent", lh_memory_parent_columns}},
	.reads_no_contents = true,
	.run = run,
};
