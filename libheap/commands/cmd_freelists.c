/* SPDX-License-Identifier: Apache-2.0 */
/* freelists: freed objects that CPython keeps for reuse. */
#include "command/command.h"
#include "commands/records.h"
#include "cpython/freelists.h"
#include "util/array.h"
#include "util/string.h"

#include <stdlib.h>

static const struct lh_column columns[] = {
	{"kind", NULL, LH_K_TEXT},    {"items", NULL, LH_K_COUNT},
	{"count", NULL, LH_K_COUNT},  {"limit", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},  {"lists", NULL, LH_K_COUNT},
	{"example", NULL, LH_K_ADDR}, {},
};

static const struct lh_option options[] = {
	{"all", 0, NULL, "empty freelists too"},
	{},
};

static const char *const examples[] = {
	"freelists core.1234",
	"freelists -p 1234 --all --limit 0",
	NULL,
};

/** struct sum - the lists of one kind, of all interpreters and threads */
struct sum {
	const struct lh_freelist *first;
	uint64_t lists, count, bytes, unsized, example;
};

struct sums {
	struct sum *items;
	size_t count, capacity;
	uint64_t lists, entries, bytes, unsized, broken, first_broken;
};

static void sums_fini(struct sums *sums)
{
	free(sums->items);
}

/* The lists of a kind follow each other, and those of an owner too: few are looked at. */
static int get_sum(struct lh_ctx *ctx, struct sums *sums, const struct lh_freelist *list, struct sum **ret)
{
	int r;

	for (size_t i = sums->count; i-- > 0;) {
		*ret = &sums->items[i];
		if ((*ret)->first->kind != list->kind)
			break;
		if ((*ret)->first->items == list->items)
			return 0;
	}
	r = lh_append(ctx, sums->items, sums->count, sums->capacity, (struct sum){.first = list});
	if (r == 0)
		*ret = &sums->items[sums->count - 1];
	return r;
}

static int add_list(struct lh_ctx *ctx, struct sums *sums, const struct lh_freelist *list)
{
	struct sum *sum = NULL;
	int r = get_sum(ctx, sums, list, &sum);

	if (r < 0)
		return r;
	sum->lists++;
	sum->count += list->entries;
	sum->bytes += list->bytes;
	sum->unsized += list->unsized;
	if (!sum->example)
		sum->example = list->example;
	sums->lists++;
	sums->entries += list->entries;
	sums->bytes += list->bytes;
	sums->unsized += list->unsized;
	if (list->broken && !sums->broken++)
		sums->first_broken = list->head;
	return 0;
}

static int add_rows(const struct sums *sums, bool all, struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, columns, "bytes");
	for (size_t i = 0; r == 0 && i < sums->count; i++) {
		const struct sum *s = &sums->items[i];
		uint32_t items = s->first->items, limit = s->first->kind->limit;

		if (!s->count && !all)
			continue;
		r = lh_result_row(
			result,
			(struct lh_value[]){LH_TEXT(s->first->kind->name), items ? LH_COUNT(items) : LH_NULL,
					    LH_COUNT(s->count), limit ? LH_COUNT(limit) : LH_NULL,
					    s->unsized ? LH_NULL : LH_BYTES(s->bytes), LH_COUNT(s->lists),
					    s->example ? LH_ADDR(s->example) : LH_NULL});
	}
	return r;
}

static int add_summary(const struct sums *sums, const struct lh_freelists *lists, struct lh_result *result)
{
	return lh_result_summarize(result, (struct lh_summary[]){
						   {"freelists", "freelists", LH_COUNT(sums->lists)},
						   {"entries", "entries", LH_COUNT(sums->entries)},
						   {"bytes", "bytes", LH_BYTES(sums->bytes)},
						   {"unknown", NULL, LH_COUNT(lists->unknown_count)},
						   {},
					   });
}

/* "float, tuple, list" */
static int names_of_unknown(struct lh_ctx *ctx, const struct lh_freelists *lists, struct lh_string *out)
{
	for (size_t i = 0; i < lists->unknown_count; i++)
		lh_string_addf(out, "%s%s", i ? ", " : "", lists->unknown[i]->name);
	return out->failed ? lh_nomem(ctx) : 0;
}

static int warn_of_unknown(struct lh_heap *heap, const struct lh_freelists *lists, struct lh_result *result)
{
	_cleanup_string_ struct lh_string names = {0};
	int r = names_of_unknown(heap->ctx, lists, &names);

	if (r < 0 || !lists->unknown_count)
		return r;
	lh_result_incomplete(result);
	return lh_result_warn(
		result, "freelists-unknown", NULL,
		"%s kinds of freelists are not known (%s): no symbol or layout says where they are",
		LH_COUNTED(lists->unknown_count), names.text);
}

static int warn(struct lh_heap *heap, const struct sums *sums, const struct lh_freelists *lists,
		struct lh_result *result)
{
	int r = warn_of_unknown(heap, lists, result);

	if (r == 0 && lists->threads_broken) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "threads-broken", NULL,
			"a list of threads is broken: freelists of the threads after that are not known");
	}
	if (r == 0 && sums->broken) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "freelists-differ", &sums->first_broken,
			"%s of %s freelists have other entries than CPython counts in them; this is "
			"the first",
			LH_COUNTED(sums->broken), LH_COUNTED(sums->lists));
	}
	if (r == 0 && sums->unsized)
		r = lh_result_warn(result, "freelists-unsized", NULL,
				   "the size of %s entries is not known: they are not in the bytes",
				   LH_COUNTED(sums->unsized));
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_freelists_fini) struct lh_freelists lists = {0};
	_cleanup_(sums_fini) struct sums sums = {0};
	int r = lh_freelists_find(heap, NULL, NULL, &lists);

	for (size_t i = 0; r == 0 && i < lists.count; i++)
		r = add_list(heap->ctx, &sums, &lists.items[i]);
	if (r == 0)
		r = add_summary(&sums, &lists, result);
	if (r == 0)
		r = add_rows(&sums, lh_invocation_has(invocation, "all"), result);
	return r == 0 ? warn(heap, &sums, &lists, result) : r;
}

const struct lh_command lh_cmd_freelists = {
	.name = "freelists",
	.group = "The allocator",
	.summary = "which freed objects does CPython keep for reuse?",
	.arguments = "",
	.description = "CPython keeps some freed objects, and storage of dicts, so that the next one of\n"
		       "its kind needs no allocation. These blocks are in use as far as pymalloc and\n"
		       "malloc know, but no object is in them: no other command counts them. They are\n"
		       "few, but they hold their pools and arenas.\n"
		       "\n"
		       "One row per kind, tuples by their number of items. 'limit' is how many entries\n"
		       "one freelist may have; every interpreter has its own, and every thread of a\n"
		       "free-threaded Python: 'lists' says how many there are. 'bytes' are those of\n"
		       "their blocks. A full collection (gc.collect()) empties most of them.\n"
		       "\n"
		       "Each list is walked, and compared with CPython's own count. Up to 3.9 only the\n"
		       "symbols of the interpreter say where they are: in a stripped one they are not\n"
		       "known.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.reads_little = true,
	.run = run,
};
