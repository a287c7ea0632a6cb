/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/alike.h"
#include "util/array.h"

#include <stdlib.h>

int lh_crowds_add(struct lh_crowds *c, uint64_t addr, const struct lh_alike *alike)
{
	struct lh_alike one = *alike;

	one.place = lh_retained_place(c->leaks->retained, addr);
	return one.place ? lh_append(c->leaks->heap->ctx, c->items, c->count, c->capacity, one) : 0;
}

void lh_crowds_fini(struct lh_crowds *c)
{
	free(c->items);
	free(c->seen);
}

/* ---- groups ---- */

struct groups {
	struct lh_crowds *crowds;
	struct lh_alike_group *all;
	size_t count, capacity;
};

static void groups_fini(struct groups *g)
{
	free(g->all);
}

static int compare_keys(const struct lh_alike *x, const struct lh_alike *y)
{
	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static int compare(const void *a, const void *b)
{
	const struct lh_alike *x = a, *y = b;
	int by_key = compare_keys(x, y);

	if (by_key)
		return by_key;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static int most_first(const void *a, const void *b)
{
	const struct lh_alike_group *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return compare(x->members, y->members);
}

/* What belongs to a suspect is left out. */
static void drop_claimed(struct lh_crowds *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->count; i++)
		if (!a->leaks->claimed[a->leaks->retained->tree.node[a->items[i].place]])
			a->items[kept++] = a->items[i];
	a->count = kept;
}

static int make_groups(struct groups *g)
{
	struct lh_crowds *a = g->crowds;
	int r = 0;

	for (size_t from = 0, to; r == 0 && from < a->count; from = to) {
		size_t items = 1;

		for (to = from + 1; to < a->count && compare_keys(&a->items[from], &a->items[to]) == 0; to++)
			items += a->items[to].item != a->items[to - 1].item;
		r = lh_append(a->leaks->heap->ctx, g->all, g->count, g->capacity,
			      ((struct lh_alike_group){
				      .members = &a->items[from], .count = to - from, .items = items}));
	}
	return r;
}

/* ---- what they retain ---- */

/* Whether another one of the group retains the one at @place. No place is passed twice for a group: a million may lie below
 * one long chain. */
static bool is_within(const struct lh_crowds *a, uint32_t number, uint32_t place)
{
	const uint32_t *above = a->leaks->retained->tree.dominator;
	uint32_t from = above[place], at = from;
	bool within;

	while (at && a->seen[at] >> 1 != number)
		at = above[at];
	within = at && a->seen[at] & 1;
	for (; from != at; from = above[from])
		a->seen[from] = number << 1 | within;
	return within;
}

static void measure(const struct lh_crowds *a, uint32_t number, struct lh_alike_group *group)
{
	group->bytes = group->objects = 0;
	for (size_t i = 0; i < group->count; i++)
		a->seen[group->members[i].place] = number << 1 | 1;
	for (size_t i = 0; i < group->count; i++) {
		uint32_t place = group->members[i].place;

		if ((i && place == group->members[i - 1].place) || is_within(a, number, place))
			continue;
		group->bytes += a->leaks->left[place];
		group->objects += a->leaks->left_objects[place];
	}
}

/* ---- suspects ---- */

static int add_suspect(struct groups *g, const struct lh_alike_rule *rule, const struct lh_alike_group *group)
{
	struct lh_leaks *leaks = g->crowds->leaks;
	struct lh_leak *leak;
	int r;

	for (size_t i = 0; i < group->count; i++)
		leaks->claimed[leaks->retained->tree.node[group->members[i].place]] = LH_CLAIMED;
	r = lh_leaks_add(leaks, rule->rule, group->bytes, group->objects, &leak);
	return r == 0 ? rule->describe(rule->arg, group, leak) : r;
}

static int find(struct groups *g, const struct lh_alike_rule *rule)
{
	struct lh_leaks *leaks = g->crowds->leaks;
	uint32_t number = 0;
	bool changed = false; /* what they were measured by */
	int r = 0;

	for (size_t i = 0; i < g->count; i++)
		measure(g->crowds, ++number, &g->all[i]);
	if (g->count)
		qsort(g->all, g->count, sizeof(*g->all), most_first);
	for (size_t i = 0; r == 0 && i < g->count; i++) {
		if (!rule->stands_out(leaks, &g->all[i]))
			continue;
		r = lh_leaks_left(leaks);
		if (r == 0 && changed)
			measure(g->crowds, ++number, &g->all[i]);
		if (r == 0 && rule->stands_out(leaks, &g->all[i])) {
			r = add_suspect(g, rule, &g->all[i]);
			changed = true;
		}
	}
	return r;
}

int lh_crowds_find(struct lh_crowds *c, const struct lh_alike_rule *rule)
{
	_cleanup_(groups_fini) struct groups g = {.crowds = c};
	int r = lh_leaks_left(c->leaks);

	if (r < 0)
		return r;
	drop_claimed(c);
	if (!c->count)
		return 0;
	qsort(c->items, c->count, sizeof(*c->items), compare);
	c->seen = lh_new0(uint32_t, c->leaks->retained->tree.count);
	if (!c->seen)
		return lh_nomem(c->leaks->heap->ctx);
	r = make_groups(&g);
	return r == 0 ? find(&g, rule) : r;
}
