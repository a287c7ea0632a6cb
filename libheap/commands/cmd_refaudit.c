/* SPDX-License-Identifier: Apache-2.0 */
/* refaudit: References that are counted but that nothing holds. */
#include "analyze/suspect_groups.h"
#include "analyze/suspect_paths.h"
#include "command/command.h"
#include "command/doubts.h"
#include "command/findings.h"
#include "commands/records.h"
#include "counts/strays.h"
#include "cpython/type_name.h"

#include <stdlib.h>

static const struct lh_column columns[] = {
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"refcount", NULL, LH_K_COUNT},
	{"found", NULL, LH_K_COUNT},
	{"unexplained", NULL, LH_K_COUNT},
	{"taken", "BY AN IMPORT", LH_K_BOOL},
	{},
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
	{"by-type", 0, NULL, "one row per type, with what its objects have in common"},
	{"all", 0, NULL, "also references that C code likely took once, when a module was imported"},
	{},
};

static const char *const examples[] = {
	"refaudit core.1234",
	"refaudit core.1234 --by-type",
	"refaudit -p 1234",
	NULL,
};

/* A type's name, or what is there now if there is no object any more. */
static const char *type_text(struct lh_heap *heap, struct lh_type *type, uint64_t addr, struct lh_string *out)
{
	if (type)
		return lh_type_name(heap, type);
	return lh_stray_describe(heap, addr, out) == 0 && out->text ? out->text : "freed block";
}

static int add_rows(struct lh_heap *heap, const struct lh_refaudit *a, struct lh_result *result, bool all)
{
	int r = 0;

	lh_result_columns(result, columns, "unexplained");
	if (!all)
		lh_result_hide(result, "taken");
	for (size_t i = 0; i < a->suspect_count && r == 0; i++) {
		const struct lh_suspect *s = &a->suspects[i];
		_cleanup_string_ struct lh_string freed = {0};

		r = lh_result_row(result,
				  (struct lh_value[]){LH_ADDR(s->addr),
						      LH_TEXT(type_text(heap, s->type, s->addr, &freed)),
						      LH_COUNT(s->refcount), LH_COUNT(s->found),
						      LH_COUNT(s->unexplained), LH_BOOL(s->taken)});
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
		result, (struct lh_value[]){LH_TEXT(g->type ? lh_type_name(heap, g->type) : "freed block"),
					    LH_COUNT(g->objects), LH_COUNT(g->unexplained),
					    g->votes ? LH_COUNT(g->each) : LH_NULL, LH_ADDR(g->example),
					    LH_LIST(holders.text ? holders.text : "")});
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
	return lh_result_summarize(
		result, (struct lh_summary[]){
				{"audited", "objects audited", LH_COUNT(a->audited)},
				{"suspects", "suspects", LH_COUNT(a->suspect_count)},
				{"excess", "references that nothing holds", LH_COUNT(a->excess)},
				{"deficit", "references that are not counted", LH_COUNT(a->deficit)},
				{"freed", NULL, LH_COUNT(a->strays)},
				{"immortal", NULL, LH_COUNT(a->immortal)},
				{"hidden", NULL, LH_COUNT(a->hidden)},
				{"taken", NULL, LH_COUNT(a->taken)},
				{"taken_references", NULL, LH_COUNT(a->taken_references)},
				{},
			});
}

/* Nothing is certain if something was not looked at. */
static int add_all_clear(const struct lh_refaudit *a, struct lh_result *result)
{
	bool all = lh_refaudit_is_whole(a);

	return lh_result_note(result,
			      all && a->taken ? "All other reference counts are accounted for."
			      : all           ? "All reference counts are accounted for."
				    : "No suspects in what could be examined. Some memory is missing or "
				      "damaged: see the warnings.");
}

#define PATHS_TOLD 5

/* Holders of what is counted too low: "20 x app.routes[...].limits" */
static int add_paths(struct lh_heap *heap, const struct lh_refaudit *a, struct lh_result *result)
{
	_cleanup_(lh_suspect_paths_fini) struct lh_suspect_paths paths = {0};
	int r = lh_suspect_paths_find(heap, a, &paths);

	if (r == 0 && paths.count)
		r = lh_result_note(result, "Where most of these references are:");
	for (size_t i = 0; i < paths.count && i < PATHS_TOLD && r == 0; i++) {
		_cleanup_string_ struct lh_string path = {0};

		lh_path_shape_text(&paths.shapes, paths.items[i].shape, &path);
		if (path.failed || !path.text)
			return lh_nomem(heap->ctx);
		r = lh_result_note(result, "%7s x %s%s", LH_COUNTED(paths.items[i].count), path.text,
				   paths.items[i].stray ? " (freed)" : "");
	}
	return r;
}

static int note_taken(const struct lh_refaudit *a, struct lh_result *result, bool all)
{
	if (!a->taken)
		return 0;
	return lh_result_note(result,
			      "%s objects count %s references that C code likely took once, when its "
			      "modules were imported (docs/refaudit.md)%s.",
			      LH_COUNTED(a->taken), LH_COUNTED(a->taken_references),
			      all ? "" : "; --all lists them");
}

static int add_notes(struct lh_heap *heap, const struct lh_refaudit *a, struct lh_result *result, bool all)
{
	const struct lh_suspect *first = a->suspects;
	int r = note_taken(a, result, all);

	if (r < 0 || !a->suspect_count)
		return r < 0 ? r : add_all_clear(a, result);
	if (a->excess)
		r = lh_result_note(
			result,
			lh_refaudit_lacks_holders(a)
				? "More counted than found: missing memory may hold these references, or "
				  "native code took them and never released them."
				: "More counted than found: native code took references and never released "
				  "them; these objects will never be freed.");
	if (r == 0 && a->deficit > a->strays)
		r = lh_result_note(result,
				   "Fewer counted than found: native code released references that it did "
				   "not own; these objects will be freed while in use.");
	if (r == 0 && a->strays)
		r = lh_result_note(result,
				   "%s references lead to memory that was freed while they existed: native "
				   "code released references that it did not own.",
				   LH_COUNTED(a->strays));
	if (r == 0 && a->deficit)
		r = add_paths(heap, a, result);
	for (size_t i = 1; i < a->suspect_count; i++)
		if (llabs(a->suspects[i].unexplained) > llabs(first->unexplained))
			first = &a->suspects[i];
	if (r == 0)
		r = lh_result_next(result, "what it is", "object 0x%" PRIx64, first->addr);
	if (r == 0 && first->type)
		r = lh_result_next(result, "what refers to it", "referrers 0x%" PRIx64, first->addr);
	else if (r == 0)
		r = lh_result_next(result, "what has a reference to it, and why it is alive",
				   "why 0x%" PRIx64, first->holder);
	return r;
}

static int tell(struct lh_invocation *invocation, struct lh_heap *heap, const struct lh_refaudit *audit,
		struct lh_result *result)
{
	bool all = lh_invocation_has(invocation, "all");
	int r = summarize(audit, result);

	if (r == 0)
		r = lh_invocation_has(invocation, "by-type") ? add_groups(heap, audit, result)
							     : add_rows(heap, audit, result, all);
	if (r == 0)
		r = add_notes(heap, audit, result, all);
	if (audit->suspect_count)
		lh_result_found(result);
	if (r == 0)
		r = lh_result_refaudit_warnings(result, audit);
	return r == 0 ? lh_result_findings(result, &audit->counts.findings,
					   audit->counts.findings.ring_objects)
		      : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	const struct lh_refaudit *audit;
	struct lh_refaudit shown;
	int r = lh_refaudit_get(heap, &audit);

	if (r < 0 || lh_invocation_has(invocation, "all"))
		return r < 0 ? r : tell(invocation, heap, audit, result);
	r = lh_refaudit_without_taken(audit, &shown);
	if (r == 0)
		r = tell(invocation, heap, &shown, result);
	free(shown.suspects);
	return r;
}

const struct lh_command lh_cmd_refaudit = {
	.name = "refaudit",
	.group = "The whole heap",
	.summary = "which references did native code leak, or release twice?",
	.arguments = "",
	.description = "Compares the reference count of every object with the pointers to it anywhere\n"
		       "in the process: in other objects, frames, C stacks, registers, static data and\n"
		       "malloc memory.\n"
		       "\n"
		       "One row per object for which they differ. 'refcount' is the count, 'found' the\n"
		       "number of pointers, 'unexplained' the difference. Above 0: references that\n"
		       "nothing holds; an extension leaked the object. Below 0: references from\n"
		       "containers that are not counted; the object will be freed while it is in use. A\n"
		       "row for a freed block means that containers still refer to memory that was\n"
		       "freed while in use. Stale pointers can hide a leak, but never fake one.\n"
		       "Immortal objects have no count and are not audited. The exit status is 3 if\n"
		       "there are suspects.\n"
		       "\n"
		       "Extensions take references when they are imported and keep them where no\n"
		       "pointer is visible: one per object, or one per module. These are counted, but\n"
		       "listed only with --all.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"by-type", group_columns}},
	.reads_no_contents = true,
	.run = run,
};
