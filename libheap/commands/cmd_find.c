/* SPDX-License-Identifier: Apache-2.0 */
/* find: Objects that match a query. */
#include "command/command.h"
#include "command/damage.h"
#include "commands/no_type.h"
#include "commands/records.h"
#include "util/cleanup.h"

#define PREVIEW_CHARS 60

static const struct lh_column columns[] = {
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"bytes", NULL, LH_K_BYTES},
	{"refcount", NULL, LH_K_COUNT},
	{"preview", NULL, LH_K_TEXT},
	{"type_address", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"type", 0, "TYPE",
	 "of this type: app.Session, Session, a pattern like 'app.*', or a "
	 "class's address"},
	{"attr", 0, "NAME", "with this attribute of their own, in a slot or in __dict__"},
	{"key", 0, "K", "dicts with this str as a key"},
	{"value", 0, "TEXT", "str and bytes that contain this text, int equal to this number"},
	{"min-bytes", 0, "BYTES", "of at least this many bytes: 4096, 10K, 1.5MB"},
	{},
};

static const char *const examples[] = {
	"find core.1234 --type Session",
	"find core.1234 --min-bytes 1M",
	"find -p 1234 --type Session --attr user_id",
	"find core.1234 --key session_id",
	"find core.1234 --value password",
	NULL,
};

struct finder {
	struct lh_heap *heap;
	struct lh_result *result;
	uint64_t bytes;
};

static int add_row(void *arg, const struct lh_object_info *o)
{
	_cleanup_free_ char *preview = NULL;
	struct lh_type_info type = {.size = sizeof(type)};
	struct finder *f = arg;
	int r = lh_object_preview(f->heap, o->addr, PREVIEW_CHARS, &preview);

	if (r < 0)
		return r;
	lh_type_info(f->heap, o->type, &type);
	f->bytes += o->bytes;
	return lh_result_row(
		f->result,
		(struct lh_value[]){LH_ADDR(o->addr), LH_TEXT(lh_type_name(f->heap, o->type)),
				    LH_BYTES(o->bytes),
				    o->flags & LH_OBJECT_IMMORTAL ? LH_NULL : LH_COUNT(o->refcount),
				    LH_TEXT(preview), LH_ADDR(type.addr)});
}

static bool is_type_known(struct lh_heap *heap, const char *names)
{
	for (size_t i = 0; i < lh_type_count(heap); i++)
		if (lh_type_is_named(heap, lh_type_nth(heap, i), names))
			return true;
	return false;
}

static struct lh_object_query query_of(const struct lh_invocation *invocation)
{
	struct lh_object_query query = {
		.size = sizeof(query),
		.types = lh_invocation_get(invocation, "type"),
		.attribute = lh_invocation_get(invocation, "attr"),
		.key = lh_invocation_get(invocation, "key"),
		.value = lh_invocation_get(invocation, "value"),
	};

	lh_invocation_number(invocation, "min-bytes", &query.min_bytes);
	return query;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	static const char *const questions[] = {"type", "attr", "key", "value", "min-bytes"};
	const struct lh_object_query query = query_of(invocation);

	if (query.value)
		return lh_object_query_check(ctx, &query);
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++)
		if (lh_invocation_has(invocation, questions[i]))
			return 0;
	return lh_fail(ctx, LH_EUSAGE,
		       "find: no condition: give --type, --attr, --key, --value or --min-bytes");
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct finder f = {.heap = heap, .result = result};
	struct lh_objects_summary seen = {.size = sizeof(seen)};
	struct lh_object_info object = {.size = sizeof(object)};
	const struct lh_object_query query = query_of(invocation);
	int r;

	lh_result_columns(result, columns, "bytes");
	r = lh_object_walk(heap, &query, add_row, &f, &object, &seen);
	if (r == 0 && !lh_result_row_count(result) && query.types && !is_type_known(heap, query.types))
		r = lh_no_type_fail(lh_invocation_ctx(invocation), heap, "find", "type", query.types);
	if (r == 0)
		r = lh_result_summarize(result,
					(struct lh_summary[]){
						{"objects", "objects", LH_COUNT(lh_result_row_count(result))},
						{"bytes", "bytes", LH_BYTES(f.bytes)},
						{},
					});
	return r == 0 ? lh_result_damage(result, &seen, seen.listed) : r;
}

const struct lh_command lh_cmd_find = {
	.name = "find",
	.group = "The whole heap",
	.summary = "which objects have this type, attribute, key, text or size?",
	.arguments = "",
	.description = "One row per object that meets all the conditions, largest first. The address in\n"
		       "a row is what object, refs, referrers and why take.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.check = check,
	.run = run,
};
