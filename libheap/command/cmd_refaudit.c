/* SPDX-License-Identifier: Apache-2.0 */
/* refaudit: References that are counted and that nobody holds. */
#include "analyze/suspect_groups.h"
#include "command/command.h"
#include "command/findings.h"
#include "command/records.h"

static const struct lh_column columns[] = {
	{"address", NULL, LH_K_ADDR}, {"type", NULL, LH_K_TEXT},         {"refcount", NULL, LH_K_COUNT},
	{"found", NULL, LH_K_COUNT},  {"unexplained", NULL, LH_K_COUNT}, {},
};

static const struct lh_column group_columns[] = {
	{"type", NULL, LH_K_TEXT},
	{"objects", NULL, LH_K_COUNT},
	{"unexplained", NULL, LH_K_COUNT},
	{"each", NULL, LH_K_COUNT},
	{"example", NULL, LH_K_ADDR},
	{"held_by", "HELD BY", LH_K_LIST},
	{},
};

static const struct lh_option options[] = {
	{"by-type", 0, NULL, "one row a type, with what its objects have in common"},
	{},
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

	lh_result_columns(result, columns, "unexplained");
	for (size_t i = 0; i < a->suspect_count && r == 0; i++) {
		const struct lh_suspect *s = &a->suspects[i];

		r = lh_result_row(result,
				  (struct lh_value[]){LH_ADDR(s->addr), LH_TEXT(lh_type_name(heap, s->type)),
						      LH_COUNT(s->refcount), LH_COUNT(s->found),
						      LH_COUNT(s->unexplained)});
	}
	return r;
}

static int add_group(struct lh_heap *heap, const struct lh_suspect_group *g, struct lh_result *result)
{
	_cleanup_string_ struct lh_string holders = {0};

	for (unsigned k = 0; k < LH_HOLDERS_MAX && g->holders[k].count; k++)
		lh_string_addf(&holders, "%s%s x%" PRIu64, k ? "\n" : "", g->holders[k].text.text,
			       g->holders[k].count);
	if (holders.failed)
		return lh_nomem(heap->ctx);
	return lh_result_row(
		result, (struct lh_value[]){LH_TEXT(lh_type_name(heap, g->type)), LH_COUNT(g->objects),
					    LH_COUNT(g->unexplained), g->votes ? LH_COUNT(g->each) : LH_NULL,
					    LH_ADDR(g->example), LH_LIST(holders.text ? holders.text : "")});
}

static int add_groups(struct lh_heap *heap, const struct lh_refaudit *a, struct lh_result *result)
{
	_cleanup_(lh_suspect_groups_fini) struct lh_suspect_groups groups = {0};
	int r = lh_suspect_groups_make(heap, a, &groups);

	lh_result_columns(result, group_columns, "unexplained");
	for (size_t i = 0; i < groups.count && r == 0; i++)
		r = add_group(heap, &groups.items[i], result);
	return r;
}

static int summarize(const struct lh_refaudit *a, struct lh_result *result)
{
	int r = lh_result_summary(result, "audited", "objects audited", LH_COUNT(a->audited));

	if (r == 0)
		r = lh_result_summary(result, "suspects", "suspects", LH_COUNT(a->suspect_count));
	if (r == 0)
		r = lh_result_summary(result, "excess", "references that nobody holds", LH_COUNT(a->excess));
	if (r == 0)
		r = lh_result_summary(result, "deficit", "references that are not counted",
				      LH_COUNT(a->deficit));
	if (r == 0)
		r = lh_result_summary(result, "immortal", NULL, LH_COUNT(a->immortal));
	return r;
}

/* Freed blocks that are not known to be free look like objects, or hold what is nobody's. */
static int warn_of_malloc(const struct lh_glibc_findings *g, struct lh_result *result)
{
	if (g->heaps && !g->arenas)
		return lh_result_warn(
			result, "malloc-uncertain", NULL,
			"malloc's own data was not found: blocks that it keeps for reuse may be "
			"taken for used ones");
	return g->torn ? lh_result_warn(result, "malloc-uncertain", NULL,
					"%" PRIu32
					" of malloc's lists of free blocks do not end: somebody wrote "
					"to freed memory; blocks behind may be taken for used ones",
					g->torn)
		       : 0;
}

/* Memory that is not here may hold what seems held by nobody. */
static int warn(const struct lh_refaudit *a, struct lh_result *result)
{
	const struct lh_target *t = a->counts.heap->target;
	uint64_t missing = t->truncated_bytes ? t->truncated_bytes : lh_target_missing_memory(t);
	int r = 0;

	if (missing || a->counts.findings.pools_missing || a->counts.incomplete) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "holders-missing", NULL,
				   "memory that is not here may hold references to the suspects: %" PRIu64
				   " bytes are lost, and with them the storage of %" PRIu64
				   " objects; excess is overstated",
				   missing, a->counts.incomplete);
	}
	return r == 0 ? warn_of_malloc(&a->counts.glibc, result) : r;
}

static int add_notes(const struct lh_refaudit *a, struct lh_result *result)
{
	const struct lh_suspect *first = a->suspects;
	int r = 0;

	if (!a->suspect_count)
		return lh_result_note(result, "All reference counts are accounted for.");
	if (a->excess)
		r = lh_result_note(result, "More counted than found: native code took references and did not "
					   "give them back; these objects are never freed.");
	if (r == 0 && a->deficit)
		r = lh_result_note(result, "Fewer counted than found: native code gave back references that "
					   "were not its own; these objects are freed while in use.");
	for (size_t i = 1; i < a->suspect_count; i++)
		if (llabs(a->suspects[i].unexplained) > llabs(first->unexplained))
			first = &a->suspects[i];
	if (r == 0)
		r = lh_result_next(result, "what it is", "object 0x%" PRIx64, first->addr);
	return r == 0 ? lh_result_next(result, "who refers to it", "referrers 0x%" PRIx64, first->addr) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_refaudit_fini) struct lh_refaudit audit = {0};
	int r = lh_refaudit_run(heap, &audit);

	if (r < 0)
		return r;
	r = summarize(&audit, result);
	if (r == 0)
		r = lh_invocation_has(invocation, "by-type") ? add_groups(heap, &audit, result)
							     : add_rows(heap, &audit, result);
	if (r == 0)
		r = add_notes(&audit, result);
	if (r == 0)
		r = warn(&audit, result);
	return r == 0 ? lh_result_findings(result, &audit.counts.findings, audit.counts.findings.ring_objects)
		      : r;
}

const struct lh_command lh_cmd_refaudit = {
	.name = "refaudit",
	.group = "The whole heap",
	.summary = "which references did native code leak, or give back twice?",
	.arguments = "",
	.description =
		"Holds the count of every object against the pointers to it that there are anywhere in the\n"
		"process: in other objects, frames, C stacks, registers, static data and malloc memory.\n"
		"\n"
		"One row an object where they do not agree. refcount is what is counted, found the "
		"pointers,\n"
		"unexplained the difference: above 0, references that nobody holds, so the object was leaked "
		"by\n"
		"an extension; below 0, references of containers that are not counted, so the object will "
		"be\n"
		"freed while it is in use. Pointers in memory that is not in use any more hide a leak; they\n"
		"never make one up. Immortal objects have no count and are not audited.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.variant = "by-type",
	.variant_columns = group_columns,
	.run = run,
};
