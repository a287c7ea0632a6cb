/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/memory_parent.h"
#include "analyze/unshared.h"
#include "command/findings.h"
#include "cpython/types.h"

const struct lh_column lh_memory_parent_columns[] = {
	{"type", NULL, LH_K_TEXT},
	{"private", NULL, LH_K_BYTES},
	{"reference_counts", "COUNTS", LH_K_BYTES},
	{"gc_heads", "GC HEADS", LH_K_BYTES},
	{"data", NULL, LH_K_BYTES},
	{"new", NULL, LH_K_BYTES},
	{},
};

static int add_rows(struct lh_heap *heap, const struct lh_unshared *u, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < u->count; i++) {
		const struct lh_unshared_type *t = &u->types[i];

		r = lh_result_row(
			result, (struct lh_value[]){t->type ? LH_TEXT(lh_type_name(heap, t->type)) : LH_NULL,
						    LH_BYTES(t->bytes), LH_BYTES(t->causes[LH_CAUSE_COUNTS]),
						    LH_BYTES(t->causes[LH_CAUSE_HEADS]),
						    LH_BYTES(t->causes[LH_CAUSE_DATA]),
						    LH_BYTES(t->causes[LH_CAUSE_NEW])});
	}
	return r;
}

static int summarize(const struct lh_unshared *u, struct lh_result *result)
{
	return lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"shared", "shared", LH_BYTES(u->shared)},
			{"private", "of this process alone", LH_BYTES(u->bytes)},
			{"reference_counts", "  reference counts", LH_BYTES(u->causes[LH_CAUSE_COUNTS])},
			{"gc_heads", "  gc heads", LH_BYTES(u->causes[LH_CAUSE_HEADS])},
			{"data", "  data", LH_BYTES(u->causes[LH_CAUSE_DATA])},
			{"new", "  not in the parent", LH_BYTES(u->causes[LH_CAUSE_NEW])},
			{"freeze_saves", "gc.freeze() saves up to", LH_BYTES(u->causes[LH_CAUSE_HEADS])},
			{"collected", NULL, LH_BOOL(u->collected)},
			{"exact", NULL, LH_BOOL(u->pages_known)},
			{},
		});
}

static int explain(const struct lh_unshared *u, struct lh_result *result)
{
	int r = 0;

	if (!u->related)
		r = lh_result_warn(
			result, "not-the-parent", NULL,
			"the other process has its modules at other addresses: this one was not forked "
			"from it");
	if (r == 0 && !u->pages_known)
		r = lh_result_note(
			result, "A core does not say which pages were shared: those that are equal are taken "
				"for shared ones.");
	if (r == 0 && u->causes[LH_CAUSE_HEADS])
		r = lh_result_note(
			result, "gc.freeze() in the parent before it forks keeps collections from writing to "
				"what is there already.");
	if (r == 0 && u->causes[LH_CAUSE_COUNTS] > u->bytes / 2)
		r = lh_result_note(
			result,
			"Reference counts are written to whenever an object is used. What is immortal "
			"(3.12+), or lies outside of objects (array, numpy), stays shared.");
	return r;
}

int lh_memory_parent(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_target_freep) struct lh_target *parent = NULL;
	_cleanup_(lh_unshared_fini) struct lh_unshared u = {0};
	int r;

	if (!heap->target->resident_known)
		return lh_fail(
			heap->ctx, LH_EUSAGE,
			"memory: which pages this process has is not known here: ask of it by its number, or "
			"of its core");
	r = lh_invocation_open_other(invocation, "parent", &parent);
	if (r == LH_ABSENT)
		return lh_fail(heap->ctx, LH_EUSAGE, "memory: no parent is named");
	if (r == 0)
		r = lh_unshared_find(heap, parent, &u);
	if (r < 0)
		return r;
	lh_result_columns(result, lh_memory_parent_columns, NULL);
	r = summarize(&u, result);
	if (r == 0)
		r = add_rows(heap, &u, result);
	if (r == 0)
		r = explain(&u, result);
	if (r == 0)
		r = lh_result_next(result, "all memory, shared and not", "memory");
	return r == 0 ? lh_result_findings(result, &u.findings, u.findings.ring_objects) : r;
}
