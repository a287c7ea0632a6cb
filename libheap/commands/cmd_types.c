/* SPDX-License-Identifier: Apache-2.0 */
/* types: Objects counted by type. */
#include "analyze/type_counts.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"
#include "cpython/size.h"
#include "cpython/type_name.h"

static const struct lh_column columns[] = {
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"tracked", NULL, LH_K_COUNT},
	{"percent", NULL, LH_K_PERCENT, .spare = 1},
	{"own_sizeof", NULL, LH_K_BOOL, .hidden = true},
	{"type_address", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_column object_columns[] = {
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"bytes", NULL, LH_K_BYTES},
	{"tracked", NULL, LH_K_BOOL},
	{},
};

static const struct lh_option options[] = {
	{"tracked", 0, NULL, "only objects that the garbage collector tracks"},
	{"objects", 0, NULL, "one row per object instead of one row per type"},
	{},
};

static const char *const examples[] = {
	"types core.1234",
	"types core.1234 --sort count",
	"types -p 1234 --tracked --limit 0",
	"types core.1234 --format csv",
	NULL,
};

#define OWN_SHOWN 3

/* Types with a size that only their own code knows: how many, and those with the most bytes, largest
 * first. */
struct own_sizeof {
	size_t count;
	struct {
		struct lh_type *type;
		uint64_t bytes;
	} most[OWN_SHOWN];
};

static void note_own(struct own_sizeof *own, struct lh_type *type, uint64_t bytes)
{
	size_t at = own->count < OWN_SHOWN ? own->count : OWN_SHOWN;

	own->count++;
	while (at > 0 && own->most[at - 1].bytes < bytes) {
		if (at < OWN_SHOWN)
			own->most[at] = own->most[at - 1];
		at--;
	}
	if (at < OWN_SHOWN) {
		own->most[at].type = type;
		own->most[at].bytes = bytes;
	}
}

static const char *own_name(struct lh_heap *heap, const struct own_sizeof *own, size_t i)
{
	return i < own->count ? lh_type_name(heap, own->most[i].type) : "";
}

static int tell_own(struct lh_heap *heap, const struct own_sizeof *own, struct lh_result *result)
{
	if (!own->count)
		return 0;
	return lh_result_note(result,
			      "BYTES does not include what the __sizeof__() of %zu type%s adds: "
			      "%s%s%s%s%s%s",
			      own->count, own->count > 1 ? "s" : "", own_name(heap, own, 0),
			      own->count > 1 ? ", " : "", own_name(heap, own, 1), own->count > 2 ? ", " : "",
			      own_name(heap, own, 2), own->count > OWN_SHOWN ? ", ..." : "");
}

/* Of all bytes, as an integer. */
static uint64_t percent(uint64_t bytes, uint64_t all)
{
	return all ? (uint64_t)((unsigned __int128)bytes * 100 / all) : 0;
}

static int add_rows(struct lh_heap *heap, const struct lh_type_counts *counts, struct lh_result *result)
{
	struct own_sizeof own = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < counts->capacity; i++) {
		const struct lh_type_count *t = &counts->types[i];
		struct lh_type *type = heap->types.items[i];
		bool has_own = t->count && lh_type_has_own_sizeof(heap, type);

		if (has_own)
			note_own(&own, type, t->bytes);
		if (t->count)
			r = lh_result_row(result,
					  (struct lh_value[]){LH_TEXT(lh_type_name(heap, type)),
							      LH_COUNT(t->count), LH_BYTES(t->bytes),
							      LH_COUNT(t->tracked),
							      LH_PERCENT(percent(t->bytes, counts->bytes)),
							      LH_BOOL(has_own), LH_ADDR(type->addr)});
	}
	return r == 0 ? tell_own(heap, &own, result) : r;
}

struct lister {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_result *result;
	uint64_t bytes, tracked;
	bool tracked_only;
};

static int list_items(void *arg, const struct lh_item *items, size_t count)
{
	struct lister *l = arg;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		uint64_t bytes = lh_object_bytes(l->heap, &l->view, &items[i].object);

		l->bytes +=
			l->tracked_only ? bytes : lh_object_bytes_alone(l->heap, &l->view, &items[i].object);
		l->tracked += items[i].tracked;
		r = lh_result_row(l->result,
				  (struct lh_value[]){LH_ADDR(items[i].object.addr),
						      LH_TEXT(lh_type_name(l->heap, items[i].object.type)),
						      LH_BYTES(bytes), LH_BOOL(items[i].tracked)});
	}
	return r;
}

static int run_objects(struct lh_heap *heap, bool tracked_only, struct lh_result *result)
{
	struct lister l = {.heap = heap,
			   .view = lh_view_of(heap->target),
			   .result = result,
			   .tracked_only = tracked_only};
	struct lh_findings findings;
	int r;

	lh_result_columns(result, object_columns, "bytes");
	r = lh_objects_walk(heap, tracked_only, list_items, &l, &findings);
	if (r == 0)
		r = lh_result_summarize(result,
					(struct lh_summary[]){
						{"objects", "objects", LH_COUNT(lh_result_row_count(result))},
						{"bytes", "bytes", LH_BYTES(l.bytes)},
						{},
					});
	return r == 0 ? lh_result_findings(result, &findings, l.tracked) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_type_counts_fini) struct lh_type_counts counts = {0};
	bool tracked_only = lh_invocation_has(invocation, "tracked");
	int r;

	if (lh_invocation_has(invocation, "objects"))
		return run_objects(heap, tracked_only, result);
	r = lh_type_counts_take(heap, tracked_only, &counts);

	if (r < 0)
		return r;
	lh_result_columns(result, columns, "bytes");
	r = lh_result_summarize(result, (struct lh_summary[]){
						{"objects", "objects", LH_COUNT(counts.objects)},
						{"bytes", "bytes", LH_BYTES(counts.bytes)},
						{},
					});
	if (r == 0)
		r = add_rows(heap, &counts, result);
	return r == 0 ? lh_result_findings(result, &counts.findings, counts.tracked) : r;
}

const struct lh_command lh_cmd_types = {
	.name = "types",
	.group = "The whole heap",
	.summary = "what fills the heap?",
	.arguments = "",
	.description = "One row per type: the number of objects, their bytes as sys.getsizeof() counts\n"
		       "them including the buffers they own, how many of them the garbage collector\n"
		       "tracks, and their share of all bytes. Start here when a process is bigger than\n"
		       "it should be, and compare two dumps of it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"objects", object_columns}},
	.run = run,
};
