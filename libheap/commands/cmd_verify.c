/* SPDX-License-Identifier: Apache-2.0 */
/* verify: whether the heap is sound. */
#include "analyze/refaudit.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/records.h"
#include "cpython/object.h"
#include "inventory/whole.h"
#include "verify/verify.h"

static const struct lh_column columns[] = {
	{"kind", NULL, LH_K_TEXT},
	{"address", NULL, LH_K_ADDR},
	{"text", "WHAT DOES NOT HOLD", LH_K_TEXT, .below = LH_BELOW_LONG},
	{"neighbour", NULL, LH_K_ADDR},
	{"pointers", NULL, LH_K_COUNT},
	{},
};

static const struct lh_option options[] = {
	{"fast", 0, NULL, "the allocators' and the collector's own data alone, under a second per GB"},
	{},
};

static const char *const examples[] = {
	"verify core.1234",
	"verify -p 1234 --fast",
	NULL,
};

static int add_rows(const struct lh_verify *v, struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, columns, NULL);
	for (size_t i = 0; i < v->count && r == 0; i++) {
		const struct lh_damage *d = &v->damages[i];

		r = lh_result_row(
			result, (struct lh_value[]){LH_TEXT(d->kind), LH_ADDR(d->addr), LH_TEXT(d->text.text),
						    d->neighbour ? LH_ADDR(d->neighbour) : LH_NULL,
						    d->pointers < 0 ? LH_NULL : LH_COUNT(d->pointers)});
	}
	return r;
}

/* ---- what was not looked at ---- */

static int warn_of_check(const struct lh_check *check, const struct lh_checked *c, struct lh_result *result)
{
	int r = 0;

	if (c->skipped) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "not-checked", NULL, "%s %s: they were not checked",
				   LH_COUNTED(c->skipped), check->skipped);
	}
	if (r == 0 && c->moving) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "in-flux", NULL,
				   "%s of the %s were in the middle of a change: they were not checked",
				   LH_COUNTED(c->moving), check->name);
	}
	if (r == 0 && c->errors > LH_DAMAGES_MAX)
		r = lh_result_warn(result, "rows-left-out", NULL,
				   "%s of the %s are damaged, of which %s are listed", LH_COUNTED(c->errors),
				   check->name, LH_COUNTED(LH_DAMAGES_MAX));
	return r;
}

static int warn_of_build(const struct lh_verify *v, struct lh_result *result)
{
	int r = 0;

	if (v->heap->build.free_threaded) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "not-checked", NULL,
			"builds without the GIL have neither pymalloc nor gc lists, and keep part of their counts in threads: "
			"of these nothing was checked");
	} else if (!v->heap->pymalloc.count) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "not-checked", NULL,
				   "no arenas of pymalloc were found: none was checked");
	}
	return r;
}

/* What is in a damaged pool, or in a list after a tear, is not all known. */
static int warn_of_damage(const struct lh_verify *v, struct lh_result *result)
{
	const struct lh_refaudit *audit;
	int r = v->fast || !v->checks[LH_CHECK_REFERENCES].checked ? LH_ABSENT
								   : lh_refaudit_get(v->heap, &audit);

	if (r == 0)
		return lh_result_findings(result, &audit->counts.findings,
					  audit->counts.findings.ring_objects);
	if (r < 0 || !v->checks[LH_CHECK_POOLS].errors)
		return r < 0 ? r : 0;
	lh_result_incomplete(result);
	return lh_result_warn(result, "pools-damaged", NULL,
			      "which blocks of damaged pools are in use is not known");
}

static int add_warnings(const struct lh_verify *v, struct lh_result *result)
{
	int r = warn_of_build(v, result);

	for (unsigned i = 0; i < LH_CHECK_COUNT && r == 0; i++)
		r = warn_of_check(&lh_checks[i], &v->checks[i], result);
	return r == 0 ? warn_of_damage(v, result) : r;
}

/* ---- what was found ---- */

static bool is_incomplete(const struct lh_verify *v)
{
	bool skipped = v->heap->build.free_threaded || !v->heap->pymalloc.count || !lh_heap_is_whole(v->heap);

	for (unsigned i = 0; i < LH_CHECK_COUNT; i++)
		skipped |= v->checks[i].skipped || v->checks[i].moving;
	return skipped;
}

static int add_verdict(const struct lh_verify *v, struct lh_result *result)
{
	if (v->errors)
		return lh_result_headline(
			result, "%s%s.", v->verdict.text ? v->verdict.text : "Damaged",
			v->heap->target->running.is ? ", unless it was changed while it was read" : "");
	if (is_incomplete(v))
		return lh_result_headline(
			result, "No damage in what could be checked; what could not be is in the warnings.");
	return lh_result_headline(
		result,
		v->fast ? "No damage in arenas, pools and gc lists; without --fast objects are checked, too."
			: "No damage was found.");
}

static int add_summary(const struct lh_verify *v, struct lh_result *result)
{
	uint64_t checked = 0;

	for (unsigned i = 0; i < LH_CHECK_COUNT; i++)
		checked += v->checks[i].checked;
	return lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"checked", "pools, lists, objects, references, chunks checked", LH_COUNT(checked)},
			{"errors", "places damaged", LH_COUNT(v->errors)},
			{"verdict", NULL, v->errors ? LH_TEXT(v->verdict.text) : LH_NULL},
			{},
		});
}

/* The damage that the verdict is about: an object that was written past its end, else the first that is in something. */
static const struct lh_damage *first_of(const struct lh_verify *v)
{
	const struct lh_damage *first = NULL;

	for (size_t i = 0; i < v->count; i++)
		if (v->damages[i].writer)
			return &v->damages[i];
		else if (!first && v->damages[i].start)
			first = &v->damages[i];
	return first;
}

static int add_next(const struct lh_verify *v, struct lh_result *result)
{
	const struct lh_damage *d = first_of(v);
	int r;

	if (!d)
		return 0;
	if (d->writer)
		return lh_result_next(result, "what was written past its end", "object 0x%" PRIx64,
				      d->writer);
	r = lh_result_next(result, "what is there", "object 0x%" PRIx64, d->start);
	return r == 0 && d->pointers > 0
		       ? lh_result_next(result, "who points there", "referrers 0x%" PRIx64, d->start)
		       : r;
}

static int tell(const struct lh_verify *v, struct lh_result *result)
{
	int r = add_rows(v, result);

	if (r == 0)
		r = add_summary(v, result);
	if (r == 0)
		r = add_verdict(v, result);
	if (r == 0)
		r = add_next(v, result);
	if (v->errors)
		lh_result_found(result);
	return r == 0 ? add_warnings(v, result) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_verify_fini) struct lh_verify verify = {0};
	int r = lh_verify_run(heap, lh_invocation_has(invocation, "fast"), &verify);

	return r == 0 ? tell(&verify, result) : r;
}

const struct lh_command lh_cmd_verify = {
	.name = "verify",
	.group = "The whole heap",
	.summary = "is this heap sound?",
	.arguments = "",
	.description = "Checks what must hold in any heap: pymalloc's pools, their free lists and counts;\n"
		       "the pads of debug allocators; the collector's lists, both ways; types; lists,\n"
		       "tuples, dicts, sets, text and ints; reference counts; references to what was\n"
		       "freed; malloc's chunks.\n"
		       "\n"
		       "One row per place that is damaged. ADDRESS is the first word that is wrong,\n"
		       "NEIGHBOUR what lies before it and is sound: as a rule, who has that memory wrote\n"
		       "past its end. POINTERS is how many references of objects and frames lead to what\n"
		       "is damaged. The sentence at the top says what most likely happened.\n"
		       "\n"
		       "A process may be stopped in the middle of a change; what differs only for that\n"
		       "reason is counted in a warning. What could not be looked at is, too: there is no\n"
		       "all-clear for it. The exit status is 3 if something is damaged.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.run = run,
};
