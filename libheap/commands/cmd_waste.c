/* SPDX-License-Identifier: Apache-2.0 */
/* waste: bytes that a small change of the program would save. */
#include "analyze/waste.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"
#include "cpython/preview.h"
#include "cpython/type_name.h"

#define PREVIEW_CHARS 40

static const struct lh_column columns[] = {
	{"kind", NULL, LH_K_TEXT},
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"count", NULL, LH_K_COUNT},
	{"bytes", "SAVED", LH_K_BYTES},
	{"example", NULL, LH_K_ADDR, .spare = 1},
	{"attributes", NULL, LH_K_COUNT, .hidden = true},
	{"type_address", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_column duplicate_columns[] = {
	{"type", NULL, LH_K_TEXT},    {"count", NULL, LH_K_COUNT},  {"bytes", "SAVED", LH_K_BYTES},
	{"example", NULL, LH_K_ADDR}, {"preview", NULL, LH_K_TEXT}, {},
};

static const struct lh_option options[] = {
	{"duplicates", 0, NULL, "one row per content that more than one object has"},
	{},
};

static const char *const examples[] = {
	"waste core.1234",
	"waste core.1234 --duplicates --sort count",
	NULL,
};

/** struct total - what is added up for summary and hints */
struct total {
	uint64_t bytes, duplicates, duplicate_bytes;
	uint64_t example, most; /* of the row with most bytes */
};

static int add_sum(struct lh_heap *heap, struct lh_type *type, enum lh_waste_kind kind,
		   const struct lh_waste_sum *sum, struct total *total, struct lh_result *result)
{
	if (!sum->count)
		return 0;
	total->bytes += sum->bytes;
	if (total->most < sum->bytes) {
		total->most = sum->bytes;
		total->example = sum->example;
	}
	return lh_result_row(
		result, (struct lh_value[]){LH_TEXT(lh_waste_names[kind]), LH_TEXT(lh_type_name(heap, type)),
					    LH_COUNT(sum->count), LH_BYTES(sum->bytes), LH_ADDR(sum->example),
					    kind == LH_WASTE_DICTS ? LH_COUNT(sum->attributes) : LH_NULL,
					    LH_ADDR(type->addr)});
}

static int add_types(struct lh_heap *heap, const struct lh_waste *waste, struct total *total,
		     struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, columns, "bytes");
	for (size_t i = 0; i < waste->capacity; i++)
		for (int kind = 0; r == 0 && kind < LH_WASTE_COUNT; kind++)
			r = add_sum(heap, heap->types.items[i], (enum lh_waste_kind)kind,
				    &waste->types[i].sums[kind], total, result);
	return r;
}

static int add_content(struct lh_heap *heap, const struct lh_content *content, struct lh_result *result)
{
	_cleanup_string_ struct lh_string preview = {0};

	lh_preview(heap, content->example, PREVIEW_CHARS, &preview);
	if (preview.failed)
		return lh_nomem(heap->ctx);
	return lh_result_row(result, (struct lh_value[]){LH_TEXT(lh_type_name(heap, content->type)),
							 LH_COUNT(content->count),
							 LH_BYTES(lh_content_waste(content)),
							 LH_ADDR(content->example),
							 LH_TEXT(preview.text ? preview.text : "")});
}

static int add_contents(struct lh_heap *heap, const struct lh_duplicates *duplicates, struct total *total,
			struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, duplicate_columns, "bytes");
	for (size_t i = 0; r == 0 && i < duplicates->count; i++) {
		const struct lh_content *c = &duplicates->items[i];

		if (c->count < 2)
			continue;
		total->bytes += lh_content_waste(c);
		if (total->most < lh_content_waste(c)) {
			total->most = lh_content_waste(c);
			total->example = c->example;
		}
		r = add_content(heap, c, result);
	}
	return r;
}

static int warn(const struct lh_heap *heap, const struct lh_waste *waste, struct lh_result *result)
{
	int r = 0;

	if (heap->target->blanked) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "contents-blanked", NULL,
			"contents are blanked in this snapshot: which str and bytes are equal is not known");
	}
	if (r < 0 || !waste->duplicates.skipped)
		return r;
	lh_result_incomplete(result);
	return lh_result_warn(result, "contents-skipped", NULL,
			      "%s objects were not compared with others: their contents are not here, or %s "
			      "different ones were seen before",
			      LH_COUNTED(waste->duplicates.skipped), LH_COUNTED(LH_DUPLICATES_MAX));
}

static int add_next(const struct total *total, bool contents, struct lh_result *result)
{
	int r = 0;

	if (!total->most)
		return 0;
	if (!contents)
		r = lh_result_next(result, "which contents are there more than once", "waste --duplicates");
	return r == 0 ? lh_result_next(result, "who holds the example of the first row", "why 0x%" PRIx64,
				       total->example)
		      : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_waste_fini) struct lh_waste waste = {0};
	bool contents = lh_invocation_has(invocation, "duplicates");
	struct total total = {0};
	int r = lh_waste_find(heap, &waste);

	if (r == 0)
		r = contents ? add_contents(heap, &waste.duplicates, &total, result)
			     : add_types(heap, &waste, &total, result);
	if (r == 0)
		r = lh_result_summary(result, "bytes", "would be saved", LH_BYTES(total.bytes));
	if (r == 0)
		r = warn(heap, &waste, result);
	if (r == 0)
		r = add_next(&total, contents, result);
	return r == 0 ? lh_result_findings(result, &waste.findings, waste.findings.ring_objects) : r;
}

const struct lh_command lh_cmd_waste = {
	.name = "waste",
	.group = "The whole heap",
	.summary = "which bytes would a small change save?",
	.arguments = "",
	.description = "One row per kind of waste and type: how many objects, and the bytes that the\n"
		       "change would save, counted as sys.getsizeof() does. The kinds:\n"
		       "\n"
		       "duplicates: objects besides the first with the same text (str, bytes), or with\n"
		       "the same items (tuple: the very same objects). sys.intern(), or a dict of those\n"
		       "seen, keeps one of each.\n"
		       "\n"
		       "sparse: dicts and sets with a larger table than their copy has, because items\n"
		       "were removed or the table was about to grow. d = dict(d) is the smaller one.\n"
		       "\n"
		       "over-allocated: lists with room that l = l[:] does not have. Lists that still\n"
		       "grow need it.\n"
		       "\n"
		       "empty: containers without an item. None, or making them when they are needed,\n"
		       "costs nothing.\n"
		       "\n"
		       "no __slots__: instances with a __dict__; the same attributes in __slots__ (as\n"
		       "many as any of the instances has) would take less. '__weakref__' among them\n"
		       "costs 8 bytes per instance, 16 since 3.12.\n"
		       "\n"
		       "The kinds overlap: an empty dict is not one that is sparse, but it may be\n"
		       "the __dict__ of an instance.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"duplicates", duplicate_columns}},
	.run = run,
};
