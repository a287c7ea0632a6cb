/* SPDX-License-Identifier: Apache-2.0 */
/* What no suspect has yet: what each place of the dominator tree retains without that. */
#include "util/array.h"
#include "verdict/program.h"

#include <stdlib.h>

/* What a suspect retains is the suspect's. A dominator's place is lower than those of what it dominates. */
static void spread_claims(struct lh_leaks *leaks)
{
	const struct lh_dominators *tree = &leaks->retained->tree;

	for (uint32_t p = 1; p < tree->count; p++)
		if (tree->dominator[p] && leaks->claimed[tree->node[tree->dominator[p]]] &&
		    !leaks->claimed[tree->node[p]])
			leaks->claimed[tree->node[p]] = LH_CLAIMED;
}

static void add_up(struct lh_leaks *leaks)
{
	const struct lh_retained *t = leaks->retained;

	for (uint32_t p = t->tree.count; p-- > 1;) {
		uint32_t node = t->tree.node[p], above = t->tree.dominator[p];

		lh_leaks_expect(leaks, p - LH_LEAKS_AHEAD);
		if (leaks->claimed[node])
			continue;
		leaks->sums[p] += lh_graph_bytes(&t->graph, node);
		leaks->sum_objects[p]++;
		leaks->sums[above] += leaks->sums[p];
		leaks->sum_objects[above] += leaks->sum_objects[p];
	}
}

static bool any_claimed(const struct lh_leaks *leaks)
{
	const uint8_t *claimed = leaks->claimed, *end = claimed + leaks->retained->graph.count;

	while (claimed < end && !*claimed)
		claimed++;
	return claimed < end;
}

int lh_leaks_sums(struct lh_leaks *leaks)
{
	size_t count = leaks->retained->tree.count;

	free(lh_take(leaks->sums));
	free(lh_take(leaks->sum_objects));
	leaks->left = leaks->sums = lh_new0(uint64_t, count);
	leaks->left_objects = leaks->sum_objects = lh_new0(uint32_t, count);
	return leaks->sums && leaks->sum_objects ? 0 : lh_nomem(leaks->heap->ctx);
}

int lh_leaks_left(struct lh_leaks *leaks)
{
	int r = 0;

	if (leaks->left && !leaks->left_changed)
		return 0;
	if (any_claimed(leaks)) {
		r = lh_leaks_sums(leaks);
		if (r < 0)
			return r;
		spread_claims(leaks);
		add_up(leaks);
	} else {
		leaks->left = leaks->retained->bytes;
		leaks->left_objects = leaks->retained->objects;
	}
	leaks->left_changed = false;
	return 0;
}

int lh_leaks_children(struct lh_leaks *leaks)
{
	const struct lh_dominators *tree = &leaks->retained->tree;

	return leaks->children.first
		       ? 0
		       : lh_children_make(leaks->heap->ctx, tree->dominator, tree->count, &leaks->children);
}
