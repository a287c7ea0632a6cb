/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Immortal objects (3.12+) that are no part of the program: their count says that they are never freed. Native code set it, or
 * took so many references that the count reached its limit. Strings are of the rule 'interned'.
 */
#include "cpython/text.h"
#include "cpython/type_name.h"
#include "verdict/alike.h"
#include "verdict/program.h"
#include "verdict/words.h"

static bool stands_out(const struct lh_leaks *leaks, const struct lh_alike_group *group)
{
	return group->bytes >= leaks->least;
}

static int describe(void *arg, const struct lh_alike_group *group, struct lh_leak *leak)
{
	struct lh_leaks *leaks = arg;
	struct lh_type *type = leaks->heap->types.items[group->members[0].code];
	const char *name = lh_type_name(leaks->heap, type);

	lh_string_addf(&leak->title, "%s immortal object%s of type %s", LH_COUNTED(group->items),
		       group->items == 1 ? "" : "s", name);
	lh_string_add(&leak->type, name);
	lh_string_add(
		&leak->reason,
		"Their reference counts say that they are never freed: native code made them so, or took more "
		"references than can be counted. They stay, with all that they refer to, until the process ends.");
	lh_string_addf(&leak->next, "why --type %s", name);
	return lh_words_example(leaks, group->members[0].place, &leak->reason);
}

/* No string, and nothing of the program. */
static bool may_be_added(const struct lh_leaks *leaks, uint32_t place)
{
	return place && !lh_leaks_is_kind(leaks, place, lh_text_kind(&leaks->heap->layout)) &&
	       !lh_leaks_is_program(leaks, place);
}

/* Return: 1: it was added; 0: it is static, or of no interest. */
static int add(struct lh_crowds *a, uint32_t i)
{
	const struct lh_retained *t = a->leaks->retained;
	uint64_t addr = lh_addrset_nth(&t->graph.set, i);
	int r;

	if (!may_be_added(a->leaks, t->tree.place[i]) || lh_is_in_module(a->leaks->heap, addr))
		return 0;
	r = lh_crowds_add(a, addr, &(struct lh_alike){.code = t->graph.types[i], .item = i});
	return r < 0 ? r : 1;
}

int lh_rule_immortal(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_crowds_fini) struct lh_crowds crowds = {.leaks = leaks};
	const struct lh_graph *g = &leaks->retained->graph;
	size_t suspects = leaks->count;
	uint64_t count = 0;
	int r = 0;

	if (lh_refcnt_kind_of(&leaks->heap->layout) == LH_REFCNT_WORD)
		return 0;
	for (uint32_t i = 0; r >= 0 && i < g->count; i++) {
		if (!lh_bit_has(g->immortal, i))
			continue;
		r = add(&crowds, i);
		count += r == 1;
	}
	if (r >= 0)
		r = lh_crowds_find(&crowds, &(struct lh_alike_rule){rule, stands_out, describe, leaks});
	if (r == 0 && leaks->count == suspects)
		lh_leaks_counted(leaks, lh_leaks_saw_all(leaks, &g->findings), "immortal objects", count);
	return r;
}
