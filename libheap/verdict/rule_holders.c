/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects at which much of the heap comes together. From the bottom of the dominator tree up, what an object retains is
 * added to the one above it, until it stands out: that object is a suspect, and adds nothing further up. So no
 * byte counts twice, and a suspect is the lowest object that explains it.
 *
 * Modules, classes, functions and code add nothing further up either: the program itself is no leak.
 */
#include "util/array.h"
#include "verdict/holders.h"

#include <stdlib.h>

/* ---- adding up ---- */

static void suspect(struct holders *h, uint32_t place)
{
	if (h->count == SUSPECTS_MAX)
		return;
	h->items[h->count++] = (struct holder){
		.place = place, .bytes = h->bytes[place], .objects = h->objects[place], .alike = 1};
}

/* Whether an object is the buffer of the bytearray that dominates it (3.15+): its bytes are the bytearray's. */
static bool is_buffer(const struct holders *h, uint32_t place)
{
	return lh_leaks_is_kind(h->leaks, place, LH_KIND_BYTES) &&
	       lh_leaks_is_kind(h->leaks, h->from->tree.dominator[place], LH_KIND_BYTEARRAY);
}

/* A dominator's place is lower than those of what it dominates. */
static void add_up(struct holders *h)
{
	const struct lh_retained *t = h->from;

	for (uint32_t p = t->tree.count - 1; p > 0; p--) {
		uint32_t node = t->tree.node[p], above = t->tree.dominator[p];

		lh_leaks_expect(h->leaks, p - LH_LEAKS_AHEAD);
		if (h->leaks->claimed[node])
			continue;
		h->bytes[p] += lh_graph_bytes(&t->graph, node);
		if (is_buffer(h, p)) {
			h->bytes[above] += h->bytes[p];
			continue;
		}
		h->objects[p]++;
		if (h->leaks->namespace[p])
			continue;
		if (h->bytes[p] >= h->leaks->least) {
			suspect(h, p);
			h->leaks->claimed[node] = LH_CLAIMED;
		} else if (!lh_leaks_is_program(h->leaks, p) ||
			   !(h->leaks->namespace[above] || lh_leaks_is_program(h->leaks, above))) {
			h->bytes[above] += h->bytes[p];
			h->objects[above] += h->objects[p];
		}
	}
}

/* ---- suspects that are one: links of a chain, and single large objects in the same sort of place ---- */

#define CHAIN_LEAST 100 /* objects between two suspects of a type: containers are not nested that deep */

/* The suspect above @place, and how far; SUSPECTS_MAX: there is none. */
static size_t suspect_above(const struct holders *h, uint32_t place, uint64_t *distance)
{
	*distance = 0;
	while (place) {
		place = h->from->tree.dominator[place];
		++*distance;
		for (size_t i = 0; place && h->leaks->claimed[h->from->tree.node[place]] && i < h->count; i++)
			if (h->items[i].place == place)
				return i;
	}
	return SUSPECTS_MAX;
}

/* Whether two objects may be links of one chain: of instances, with or without a __dict__ between them. */
static bool is_link(const struct holders *h, uint32_t below, uint32_t above)
{
	const struct lh_type *type = lh_leaks_type(h->leaks, above);

	return type == lh_leaks_type(h->leaks, below) ||
	       type == lh_leaks_type(h->leaks, h->from->tree.dominator[below]);
}

static void merge(struct holder *from, struct holder *to)
{
	to->bytes += from->bytes;
	to->objects += from->objects;
	to->alike += from->alike;
	from->alike = 0;
}

static bool is_alike(const struct holders *h, const struct holder *a, const struct holder *b)
{
	const struct lh_dominators *tree = &h->from->tree;

	return a->objects == a->alike && b->objects == 1 &&
	       lh_leaks_type(h->leaks, a->place) == lh_leaks_type(h->leaks, b->place) &&
	       lh_leaks_type(h->leaks, tree->dominator[a->place]) ==
		       lh_leaks_type(h->leaks, tree->dominator[b->place]);
}

/* The suspects are links, the first link is further up; what is between adds up there. */
static void go_to_first_link(const struct holders *h, struct holder *chain)
{
	const struct lh_type *type = lh_leaks_type(h->leaks, chain->place);
	const struct lh_type *other = lh_leaks_type(h->leaks, h->from->tree.dominator[chain->place]);
	uint32_t place = chain->place, first = place;

	while ((place = h->from->tree.dominator[place]) &&
	       (lh_leaks_type(h->leaks, place) == type || lh_leaks_type(h->leaks, place) == other))
		first = place;
	if (first == chain->place)
		return;
	chain->place = first;
	chain->bytes += h->bytes[first];
	chain->objects += h->objects[first];
}

/* Those below come first, as they were found. */
static void merge_alike(struct holders *h)
{
	for (size_t i = 0; i < h->count; i++) {
		struct holder *a = &h->items[i];
		uint64_t distance;
		size_t above = suspect_above(h, a->place, &distance);

		if (above < h->count && distance >= CHAIN_LEAST &&
		    is_link(h, a->place, h->items[above].place)) {
			merge(a, &h->items[above]);
			h->items[above].chain = true;
		}
		for (size_t k = i + 1; a->alike && k < h->count; k++)
			if (is_alike(h, a, &h->items[k]))
				merge(a, &h->items[k]);
		if (a->alike && a->chain)
			go_to_first_link(h, a);
	}
}

/* ---- what no single object holds ---- */

#define MANY 1000

/* Modules share tables with each other: of Python's own containers, only many stand out. */
static bool is_plain(const struct lh_type *type)
{
	switch (type->kind->id) {
	case LH_KIND_DICT:
	case LH_KIND_LIST:
	case LH_KIND_TUPLE:
	case LH_KIND_SET:
	case LH_KIND_STR:
	case LH_KIND_BYTES:
		return true;
	default:
		return false;
	}
}

/* Types with many objects right below @place that several others hold, so that none of those explains them. */
static int add_types_below(const struct holders *h, const struct lh_leak_rule *rule, uint32_t place,
			   struct lh_level_count *counts)
{
	const struct lh_types *types = &h->leaks->heap->types;
	const struct lh_children *children = &h->leaks->children;
	int r = 0;

	for (size_t i = 0; i < h->types; i++)
		counts[i] = (struct lh_level_count){0};
	for (uint32_t k = children->first[place]; k < children->first[place + 1]; k++)
		if (!lh_leaks_is_program(h->leaks, children->items[k]) &&
		    !h->leaks->namespace[children->items[k]])
			lh_level_add(h->leaks, children->items[k], h->types, counts);
	for (size_t i = 0; r == 0 && i < h->types; i++)
		if (counts[i].bytes >= h->leaks->least &&
		    (counts[i].objects >= MANY || (!place && !is_plain(types->items[i]))))
			r = holders_add_type(h, rule, types->items[i], &counts[i]);
	return r;
}

/* What several globals of a module hold is below its dict: so many of a type are no globals themselves. */
static int add_types(const struct holders *h, const struct lh_leak_rule *rule)
{
	_cleanup_free_ struct lh_level_count *counts = lh_new0(struct lh_level_count, h->types + 1);
	const struct lh_children *children = &h->leaks->children;
	int r = counts ? 0 : lh_nomem(h->leaks->heap->ctx);

	for (uint32_t p = 0; r == 0 && p < h->from->tree.count; p++)
		if (h->leaks->namespace[p] && (!p || children->first[p + 1] - children->first[p] >= MANY))
			r = add_types_below(h, rule, p, counts);
	return r;
}

/* What suspects of other rules retain was claimed by lh_leaks_left(). */
static int start(struct holders *h)
{
	struct lh_leaks *leaks = h->leaks;
	int r = lh_leaks_left(leaks);

	if (r == 0)
		r = lh_leaks_namespaces(leaks);
	if (r == 0)
		r = lh_leaks_children(leaks);
	if (r == 0)
		r = lh_leaks_sums(leaks);
	h->bytes = leaks->sums;
	h->objects = leaks->sum_objects;
	return r;
}

int lh_rule_holders(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	struct holders h = {.leaks = leaks, .from = leaks->retained, .types = leaks->heap->types.count};
	int r = start(&h);

	if (r < 0)
		return r;
	add_up(&h);
	merge_alike(&h);
	r = holders_add(&h, rule);
	if (r == 0)
		r = add_types(&h, rule);
	leaks->left_changed = true;
	return r;
}
