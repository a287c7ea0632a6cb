/* SPDX-License-Identifier: Apache-2.0 */
/* refaudit: References that are counted and held by nobody. */
#include "analyze/refaudit.h"
#include "command/command.h"
#include "command/findings.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"address", NULL, LH_K_ADDR}, {"type", NULL, LH_K_TEXT},         {"refcount", NULL, LH_K_COUNT},
	{"found", NULL, LH_K_COUNT},  {"unexplained", NULL, LH_K_COUNT}, {},
};

static const char *const examples[] = {
	"refaudit core.1234",
	"refaudit core.1234 --by-type",
	"refaudit -p 1234",
	NULL,
};

static int add_rows(struct lh_heap *heap, const struct lh_refaudit *a, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; i < a->suspect_count && r == 0; i++) {
		const struct lh_suspect *s = &a->suspects[i];

		r = lh_result_row(result,
				  (struct lh_value[]){LH_ADDR(s->addr), LH_TEXT(lh_type_name(heap, s->type)),
						      LH_COUNT(s->refcount), LH_COUNT(s->found),
						      LH_COUNT(s->unexplained)});
	}
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_refaudit_fini) struct lh_refaudit audit = {0};
	int r = lh_refaudit_run(heap, &audit);

	(void)invocation;
	if (r < 0)
		return r;
	lh_result_columns(result, columns, "unexplained");
	r = lh_result_summary(result, "audited", "objects audited", LH_COUNT(audit.audited));
	if (r == 0)
		r = lh_result_summary(result, "immortal", "immortal", LH_COUNT(audit.immortal));
	if (r == 0)
		r = lh_result_summary(result, "suspects", "suspects", LH_COUNT(audit.suspect_count));
	if (r == 0)
		r = lh_result_summary(result, "excess", "references held by nobody", LH_COUNT(audit.excess));
	if (r == 0)
		r = lh_result_summary(result, "deficit", "references not counted", LH_COUNT(audit.deficit));
	if (r == 0)
		r = add_rows(heap, &audit, result);
	return r;
}

const struct lh_command lh_cmd_refaudit = {
	.name = "refaudit",
	.group = "The whole heap",
	.summary = "which references did native code leak, or give away twice?",
	.arguments = "",
	.description = "x",
	.examples = examples,
	.columns = columns,
	.run = run,
};
