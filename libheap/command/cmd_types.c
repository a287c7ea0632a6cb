/* SPDX-License-Identifier: Apache-2.0 */
/* types: Objects counted by type. */
#include "analyze/types.h"
#include "command/command.h"
#include "command/findings.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"type", NULL, LH_K_TEXT},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"tracked", NULL, LH_K_COUNT},
	{},
};

static const struct lh_option options[] = {
	{"tracked", 0, NULL, "only objects that the garbage collector tracks"},
	{},
};

static const char *const examples[] = {
	"types core.1234",
	"types core.1234 --sort count",
	"types -p 1234 --tracked --limit 0",
	"types core.1234 --format csv",
	NULL,
};

static int add_rows(struct lh_heap *heap, const struct lh_census *census, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < census->capacity; i++) {
		const struct lh_type_count *t = &census->types[i];

		if (t->count)
			r = lh_result_row(result, (struct lh_value[]){ LH_TEXT(lh_type_name(heap, heap->types.items[i])),
								      LH_COUNT(t->count), LH_BYTES(t->bytes),
								      LH_COUNT(t->tracked) });
	}
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_census_fini) struct lh_census census;
	int r = lh_census_take(heap, lh_invocation_has(invocation, "tracked"), &census);

	if (r < 0)
		return r;
	lh_result_columns(result, columns, "bytes");
	r = lh_result_summary(result, "objects", "objects", LH_COUNT(census.objects));
	if (r == 0)
		r = lh_result_summary(result, "bytes", "bytes", LH_BYTES(census.bytes));
	if (r == 0)
		r = add_rows(heap, &census, result);
	return r == 0 ? lh_result_findings(result, heap, &census.findings, census.tracked) : r;
}

const struct lh_command lh_cmd_types = {
	.name = "types",
	.group = "The whole heap",
	.summary = "what fills the heap?",
	.arguments = "",
	.description =
		"One row a type: how many objects there are, their bytes as sys.getsizeof counts them with "
		"the\n"
		"buffers they own, and how many of them the garbage collector tracks. Start here when a\n"
		"process is bigger than it should be, and compare two dumps of it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.run = run,
};
