/* SPDX-License-Identifier: Apache-2.0 */
/* What no suspect has yet: what each place of the dominator tree retains without that. */
#include "util/array.h"
#include "verdict/program.h"

#include <stdlib.h>
#include <string.h>

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
		leaks->left[p] += lh_graph_bytes(&t->graph, node);
		leaks->left_objects[p]++;
		leaks->left[above] += leaks->left[p];
		leaks->left_objects[above] += leaks->left_objects[p];
	}
}

static bool any_claimed(const struct lh_leaks *leaks)
{
	const uint8_t *claimed = leaks->claimed, *end = claimed + leaks->retained->graph.count;

	while (claimed < end && !*claimed)
		claimed++;
	return claimed < end;
}

int lh_leaks_left(struct lh_leaks *leaks)
{
	const struct lh_retained *t = leaks->retained;
	size_t count = t->tree.count;

	if (leaks->left && !leaks->left_changed)
		return 0;
	free(lh_take(leaks->left));
	free(lh_take(leaks->left_objects));
	leaks->left = lh_new0(uint64_t, count);
	leaks->left_objects = lh_new0(uint32_t, count);
	if (!leaks->left || !leaks->left_objects)
		return lh_nomem(leaks->heap->ctx);
	leaks->left_changed = false;
	if (any_claimed(leaks)) {
		spread_claims(leaks);
		add_up(leaks);
		return 0;
	}
	memcpy(leaks->left, t->bytes, count * sizeof(*leaks->left));
	memcpy(leaks->left_objects, t->objects, count * sizeof(*leaks->left_objects));
	return 0;
}

int lh_leaks_children(struct lh_leaks *leaks)
{
	const struct lh_dominators *tree = &leaks->retained->tree;

	return leaks->children.first
		       ? 0
		       : lh_children_make(leaks->heap->ctx, tree->dominator, tree->count, &leaks->children);
}
