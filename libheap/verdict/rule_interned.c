/* SPDX-License-Identifier: Apache-2.0 */
/* Interned strings that are immortal, of which most programs have few, and the dict that the interpreter keeps of all. */
#include "analyze/interned_families.h"
#include "counts/interned.h"
#include "cpython/text.h"
#include "inventory/inventory.h"
#include "verdict/leaks.h"

#define FAMILIES_TOLD 3
#define HERE (LH_CLAIMED_NATIVE + 1) /* in lh_leaks.claimed: by this rule, if it stands out */

struct claimer {
	struct lh_leaks *leaks;
	struct lh_view view;
	struct lh_interned interned;
	enum lh_kind_id text; /* of str, in 2.7 of bytes */
};

/* Since 3.12 the count says so, before that the string's state (SSTATE_INTERNED_IMMORTAL is 2). */
static bool is_claimed(struct claimer *c, const struct lh_object *o)
{
	enum lh_kind_id kind = o->type->kind->id;
	unsigned state;

	if (kind != c->text)
		return kind == LH_KIND_DICT && lh_interned_is(&c->interned, o);
	state = lh_str_interned(c->leaks->heap, &c->view, o->addr);
	return state > 1 || (state && o->immortal);
}

/* By the type alone, before the object is read. */
static bool may_be_claimed(const struct lh_graph *g, uint32_t i, enum lh_kind_id text)
{
	const struct lh_type *type =
		g->types[i] == LH_GRAPH_NO_TYPE ? NULL : g->heap->types.items[g->types[i]];

	return !type || type->kind->id == text || type->kind->id == LH_KIND_DICT;
}

/* Every string and dict of them counts here, and, if that stands out, for no later rule. */
static bool claim(struct lh_leaks *leaks, struct lh_leak *leak)
{
	const struct lh_graph *g = &leaks->retained->graph;
	struct claimer c = {.leaks = leaks,
			    .view = lh_view_of(leaks->heap->target),
			    .text = lh_text_kind(&leaks->heap->layout)};
	const uint32_t *types = lh_inventory_types(leaks->heap);
	struct lh_addrset_iter iter = {.set = &g->set};
	struct lh_object o;
	uint64_t addr;
	bool stands_out;

	lh_interned_init(&c.interned, leaks->heap);
	for (uint32_t i = 0; lh_addrset_next(&iter, &addr) == 0; i++) {
		if (leaks->claimed[i] || !may_be_claimed(g, i, c.text) ||
		    lh_inventory_object(leaks->heap, &c.view, types, i, addr, &o) != 0 || !is_claimed(&c, &o))
			continue;
		leaks->claimed[i] = HERE;
		leak->bytes += lh_graph_bytes(g, i);
		leak->objects++;
	}
	lh_interned_fini(&c.interned);
	stands_out = leak->bytes >= leaks->least;
	for (uint32_t i = 0; i < g->count; i++)
		if (leaks->claimed[i] == HERE)
			leaks->claimed[i] = stands_out ? LH_CLAIMED : 0;
	return stands_out;
}

/* "150,000 like 'session-'": the largest families. Their names are contents of strings. */
static void add_families(const struct lh_interned_families *found, struct lh_string *out)
{
	uint64_t last = UINT64_MAX;

	for (unsigned n = 0; n < FAMILIES_TOLD; n++) {
		const struct lh_family *best = NULL;

		for (size_t i = 1; i < found->count; i++)
			if (found->items[i].immortal && found->items[i].bytes < last &&
			    (!best || found->items[i].bytes > best->bytes))
				best = &found->items[i];
		if (!best)
			break;
		lh_string_addf(out, "%s%s begin with '%s'", n ? ", " : " Of these, ", LH_COUNTED(best->count),
			       best->prefix);
		last = best->bytes;
	}
	lh_string_add(out, last == UINT64_MAX ? "" : ".");
}

static void describe(struct lh_heap *heap, const struct lh_interned_families *found, struct lh_leak *leak)
{
	lh_string_addf(&leak->title, "the dict of %s interned strings", LH_COUNTED(found->strings));
	if (found->immortal)
		lh_string_addf(&leak->title, ", and %s of them that are immortal",
			       LH_COUNTED(found->immortal));
	lh_string_add(&leak->reason,
		      "Names in source code are interned, and those that a program makes for setattr() and "
		      "sys.intern(). ");
	if (found->immortal)
		lh_string_add(
			&leak->reason,
			"The immortal ones stay until the process ends, even if nothing refers to them.");
	if (!heap->hide_values)
		add_families(found, &leak->reason);
	lh_string_add(&leak->next, "interned");
}

int lh_rule_interned(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_interned_families_fini) struct lh_interned_families found = {0};
	struct lh_leak leak = {0}, *added;
	bool whole;
	int r = lh_interned_families_find(leaks->heap, &found);

	if (r < 0)
		return r;
	whole = lh_leaks_saw_all(leaks, &found.findings);
	if (!claim(leaks, &leak)) {
		lh_leaks_looked(leaks, whole, "Interned: %s strings, %s of them immortal",
				LH_COUNTED(found.strings), LH_COUNTED(found.immortal));
		return 0;
	}
	r = lh_leaks_add(leaks, rule, leak.bytes, leak.objects, &added);
	if (r == 0)
		describe(leaks->heap, &found, added);
	return r;
}
