/* SPDX-License-Identifier: Apache-2.0 */
/* find: Objects that match a query. */
#include "analyze/query.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/no_type.h"
#include "commands/records.h"
#include "cpython/preview.h"
#include "cpython/type_name.h"
#include "util/array.h"

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
	struct lh_query query;
	uint64_t bytes;
};

static int add_row(struct finder *f, const struct lh_item *item)
{
	_cleanup_string_ struct lh_string preview = {0};
	bool immortal;
	uint64_t refcnt =
		lh_object_refcnt(item->object.bytes + lh_layout_at(&f->heap->layout, LH_F_OBJECT_REFCNT),
				 lh_refcnt_kind_of(&f->heap->layout), &immortal);

	lh_preview(f->heap, item->object.addr, PREVIEW_CHARS, &preview);
	if (preview.failed)
		return lh_nomem(f->heap->ctx);
	f->bytes += f->query.bytes;
	return lh_result_row(f->result, (struct lh_value[]){LH_ADDR(item->object.addr),
							    LH_TEXT(lh_type_name(f->heap, item->object.type)),
							    LH_BYTES(f->query.bytes),
							    immortal ? LH_NULL : LH_COUNT(refcnt),
							    LH_TEXT(preview.text ? preview.text : ""),
							    LH_ADDR(item->object.type->addr)});
}

static int look(void *arg, const struct lh_item *items, size_t count)
{
	struct finder *f = arg;
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++) {
		bool matches;

		r = lh_query_matches(&f->query, &items[i], &matches);
		if (r == 0 && matches)
			r = add_row(f, &items[i]);
	}
	return r < 0 ? r : 0;
}

static int search(struct finder *f)
{
	struct lh_findings findings;
	int r = lh_objects_walk(f->heap, false, look, f, &findings);

	if (r == 0 && !lh_result_row_count(f->result) && f->query.type) {
		bool any;

		r = lh_type_filter_any(f->heap, &f->query.types, &any);
		if (r == 0 && !any)
			r = lh_no_type_fail(f->heap, "find", "type", f->query.type);
	}
	if (r == 0)
		r = lh_result_summarize(
			f->result, (struct lh_summary[]){
					   {"objects", "objects", LH_COUNT(lh_result_row_count(f->result))},
					   {"bytes", "bytes", LH_BYTES(f->bytes)},
					   {},
				   });
	return r == 0 ? lh_result_findings(f->result, &findings, findings.ring_objects) : r;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	static const char *const questions[] = {"type", "attr", "key", "value", "min-bytes"};
	const char *value = lh_invocation_get(invocation, "value");

	if (value)
		return lh_query_check(ctx, value);
	for (size_t i = 0; i < LH_ARRAY_SIZE(questions); i++)
		if (lh_invocation_has(invocation, questions[i]))
			return 0;
	return lh_fail(ctx, LH_EUSAGE,
		       "find: no condition: give --type, --attr, --key, --value or --min-bytes");
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct finder f = {.heap = heap, .result = result};
	int r;

	f.query.type = lh_invocation_get(invocation, "type");
	f.query.attr = lh_invocation_get(invocation, "attr");
	f.query.key = lh_invocation_get(invocation, "key");
	f.query.value = lh_invocation_get(invocation, "value");
	lh_invocation_number(invocation, "min-bytes", &f.query.min_bytes);
	lh_result_columns(result, columns, "bytes");
	r = lh_query_init(heap, &f.query);
	if (r == 0)
		r = search(&f);
	lh_query_fini(&f.query);
	return r;
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
