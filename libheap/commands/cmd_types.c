/* SPDX-License-Identifier: Apache-2.0 */
/* types: Objects counted by type. */
#include "command/command.h"
#include "command/damage.h"
#include "commands/records.h"
#include "util/cleanup.h"

static const struct lh_column columns[] = {
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"tracked", NULL, LH_K_COUNT},
	{"native", NULL, LH_K_BYTES},
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

LH_DEFINE_CLEANUP(struct lh_type_count_iter, lh_type_count_iter_free);

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

static int add_row(struct lh_heap *heap, const struct lh_type_count_info *c, uint64_t all_bytes,
		   struct lh_result *result)
{
	struct lh_type_info type = {.size = sizeof(type)};

	lh_type_info(heap, c->type, &type);
	return lh_result_row(result, (struct lh_value[]){LH_TEXT(lh_type_name(heap, c->type)),
							 LH_COUNT(c->objects), LH_BYTES(c->bytes),
							 LH_COUNT(c->tracked), LH_BYTES(c->native),
							 LH_PERCENT(percent(c->bytes, all_bytes)),
							 LH_BOOL(c->own_sizeof), LH_ADDR(type.addr)});
}

static int add_rows(struct lh_heap *heap, struct lh_type_count_iter *iter, uint64_t all_bytes,
		    struct lh_result *result)
{
	struct lh_type_count_info c = {.size = sizeof(c)};
	struct own_sizeof own = {0};
	int r = 0;

	while (r == 0 && (r = lh_type_count_iter_next(iter, &c)) == 0) {
		if (c.own_sizeof)
			note_own(&own, c.type, c.bytes);
		r = add_row(heap, &c, all_bytes, result);
	}
	return r < 0 ? r : tell_own(heap, &own, result);
}

static int summarize(struct lh_result *result, const struct lh_objects_summary *seen)
{
	return lh_result_summarize(result, (struct lh_summary[]){
						   {"objects", "objects", LH_COUNT(seen->objects)},
						   {"bytes", "bytes", LH_BYTES(seen->bytes)},
						   {"native", NULL, LH_BYTES(seen->native)},
						   {},
					   });
}

struct lister {
	struct lh_heap *heap;
	struct lh_result *result;
};

static int list_object(void *arg, const struct lh_object_info *o)
{
	struct lister *l = arg;

	return lh_result_row(l->result,
			     (struct lh_value[]){LH_ADDR(o->addr), LH_TEXT(lh_type_name(l->heap, o->type)),
						 LH_BYTES(o->bytes), LH_BOOL(o->flags & LH_OBJECT_TRACKED)});
}

static int run_objects(struct lh_heap *heap, const struct lh_object_query *query, struct lh_result *result)
{
	struct lh_objects_summary seen = {.size = sizeof(seen)};
	struct lh_object_info object = {.size = sizeof(object)};
	struct lister l = {heap, result};
	int r;

	lh_result_columns(result, object_columns, "bytes");
	r = lh_object_walk(heap, query, list_object, &l, &object, &seen);
	if (r == 0)
		r = summarize(result, &seen);
	return r == 0 ? lh_result_damage(result, &seen, seen.tracked) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_type_count_iter_freep) struct lh_type_count_iter *iter = NULL;
	struct lh_objects_summary seen = {.size = sizeof(seen)};
	const struct lh_object_query query = {.size = sizeof(query),
					      .tracked_only = lh_invocation_has(invocation, "tracked"),
					      .native = true};
	int r;

	if (lh_invocation_has(invocation, "objects"))
		return run_objects(heap, &query, result);
	r = lh_type_count_iter_new(heap, &query, &iter);
	if (r < 0)
		return r;
	lh_type_count_iter_summary(iter, &seen);
	lh_result_columns(result, columns, "bytes");
	if (!seen.native)
		lh_result_hide(result, "native");
	r = summarize(result, &seen);
	if (r == 0)
		r = add_rows(heap, iter, seen.bytes, result);
	return r == 0 ? lh_result_damage(result, &seen, seen.tracked) : r;
}

const struct lh_command lh_cmd_types = {
	.name = "types",
	.group = "The whole heap",
	.summary = "what fills the heap?",
	.arguments = "",
	.description =
		"One row per type: the number of objects, their bytes as sys.getsizeof() counts\n"
		"them including the buffers they own, how many of them the garbage collector\n"
		"tracks, and their share of all bytes. NATIVE is memory of malloc's that these\n"
		"objects own beyond that: arrays of numpy, trees of lxml. Start here when a process is bigger than\n"
		"it should be, and compare two dumps of it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"objects", object_columns}},
	.reads_no_contents = true,
	.run = run,
};
