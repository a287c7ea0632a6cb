/* SPDX-License-Identifier: Apache-2.0 */
/* References that native code took and never released, or released although they were not its own. */
#include "analyze/suspect_groups.h"
#include "cpython/type_name.h"
#include "verdict/leaks.h"

#include <stdlib.h>

static bool is_of(const struct lh_suspect *s, const struct lh_suspect_group *group)
{
	return s->type == group->type && (s->unexplained < 0) == group->deficit;
}

/* What goes with the suspects of the group: what each retains, or its own bytes if something else holds it, too. */
static void measure(const struct lh_leaks *leaks, const struct lh_refaudit *audit,
		    const struct lh_suspect_group *group, struct lh_leak *leak)
{
	const struct lh_retained *t = leaks->retained;

	for (size_t i = 0; i < audit->suspect_count; i++) {
		uint32_t place = lh_retained_place(t, audit->suspects[i].addr);

		if (!place || !is_of(&audit->suspects[i], group))
			continue;
		leak->bytes += t->bytes[place];
		leak->objects += t->objects[place];
	}
}

static void claim(struct lh_leaks *leaks, const struct lh_refaudit *audit,
		  const struct lh_suspect_group *group)
{
	for (size_t i = 0; i < audit->suspect_count; i++)
		if (is_of(&audit->suspects[i], group))
			lh_leaks_claim(leaks, audit->suspects[i].addr);
}

/* Extensions lose a few references for good when they start. */
#define REFERENCES_LEAST 100

/* What is missing may hold what seems unheld: a few that hold much, and many that hold little. */
static bool stands_out(const struct lh_leaks *leaks, const struct lh_refaudit *audit,
		       const struct lh_suspect_group *group, const struct lh_leak *leak)
{
	bool large = leak->bytes >= leaks->least, many = group->unexplained >= REFERENCES_LEAST;

	return group->deficit || (lh_refaudit_lacks_holders(audit) ? large && many : large || many);
}

static const char *type_text(struct lh_heap *heap, const struct lh_suspect_group *group)
{
	return group->type ? lh_type_name(heap, group->type) : "freed block";
}

static void describe(struct lh_heap *heap, const struct lh_refaudit *audit, const struct lh_suspect_group *g,
		     struct lh_leak *leak)
{
	uint64_t references = (uint64_t)llabs(g->unexplained);

	lh_string_addf(&leak->title, "%s %s%s with %s that %s", LH_COUNTED(g->objects), type_text(heap, g),
		       g->objects == 1 ? "" : " objects", references == 1 ? "a reference" : "references",
		       g->deficit ? "no count includes" : "nothing holds");
	lh_string_add(&leak->type, type_text(heap, g));
	if (g->deficit)
		lh_string_addf(
			&leak->reason,
			"%s references of containers are not counted: native code released references that were not its "
			"own. The objects are freed while they are in use.",
			LH_COUNTED(references));
	else if (lh_refaudit_lacks_holders(audit))
		lh_string_addf(
			&leak->reason,
			"%s more references are counted than pointers to them exist in the memory that is here: what is "
			"missing may hold them, or native code took them and never released them.",
			LH_COUNTED(references));
	else
		lh_string_addf(
			&leak->reason,
			"%s more references are counted than pointers to them exist in the whole process: native code took "
			"them and never released them. The objects are never freed.",
			LH_COUNTED(references));
	lh_string_add(&leak->next, "refaudit --by-type");
}

static int add_groups(struct lh_leaks *leaks, const struct lh_leak_rule *rule,
		      const struct lh_refaudit *audit, const struct lh_suspect_groups *groups)
{
	uint64_t few = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < groups->count; i++) {
		const struct lh_suspect_group *group = &groups->items[i];
		struct lh_leak leak = {0}, *added;

		measure(leaks, audit, group, &leak);
		if (!stands_out(leaks, audit, group, &leak)) {
			few += (uint64_t)group->unexplained;
			continue;
		}
		claim(leaks, audit, group);
		r = lh_leaks_add(leaks, rule, leak.bytes, leak.objects, &added);
		if (r == 0)
			describe(leaks->heap, audit, group, added);
	}
	if (r == 0 && few)
		lh_leaks_looked(leaks, lh_refaudit_is_whole(audit),
				"References: %s that nothing holds%s (refaudit)", LH_COUNTED(few),
				lh_refaudit_lacks_holders(audit) ? "" : ", too few to matter");
	return r;
}

int lh_rule_references(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_suspect_groups_fini) struct lh_suspect_groups groups = {0};
	const struct lh_refaudit *audit;
	struct lh_refaudit untaken;
	int r = lh_refaudit_get(leaks->heap, &audit);

	if (r < 0)
		return r;
	r = lh_refaudit_without_taken(audit, &untaken);
	if (r == 0)
		r = lh_suspect_groups_make(leaks->heap, &untaken, &groups);
	if (r == 0)
		r = add_groups(leaks, rule, &untaken, &groups);
	if (r == 0 && !groups.count)
		lh_leaks_looked(leaks, lh_refaudit_is_whole(audit),
				"References: the counts of %s objects agree with the pointers to them",
				LH_COUNTED(untaken.audited));
	free(untaken.suspects);
	return r;
}
