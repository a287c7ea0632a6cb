/* SPDX-License-Identifier: Apache-2.0 */
/* How many bytes are of objects that are held by guesses alone, or by native code. */
#include "analyze/retained_parts.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <stdlib.h>

#define EDGES_LOOKED_AT 64

/* Whether a reference that is no guess leads from one to the other, too; among many it is not looked for. */
static bool leads_surely(const struct lh_graph *g, uint32_t from, uint32_t to)
{
	uint32_t start = g->offsets[from], end = g->offsets[from + 1], guess = lh_graph_next_guess(g, start);

	if (end - start > EDGES_LOOKED_AT)
		return false;
	for (uint32_t k = start; k < end; k++) {
		if (k == guess)
			guess = lh_graph_next_guess(g, k + 1);
		else if (g->edges[k] == to)
			return true;
	}
	return false;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/*
 * Places to which a guess alone led the search, ascending. Until dominators are found there is who led it to each
 * place. The caller frees *@ret.
 */
static int find_guessed(const struct lh_retained *t, uint32_t **ret, size_t *ret_count)
{
	const struct lh_graph *g = &t->graph;
	uint32_t from = 0;

	*ret_count = 0;
	*ret = lh_new0(uint32_t, g->guess_count + 1);
	if (!*ret)
		return lh_nomem(g->heap->ctx);
	for (size_t k = 0; k < g->guess_count; k++) {
		uint32_t to = g->edges[g->guesses[k]], place = t->tree.place[to];

		while (g->offsets[from + 1] <= g->guesses[k])
			from++;
		if (place && t->tree.place[from] && t->tree.dominator[place] == t->tree.place[from] &&
		    !leads_surely(g, from, to))
			(*ret)[(*ret_count)++] = place;
	}
	qsort(*ret, *ret_count, sizeof(**ret), by_number);
	return 0;
}

/* What the search met by way of a place is in the places after it. */
int lh_retained_find_unsure(struct lh_retained *t)
{
	const struct lh_dominators *tree = &t->tree;
	_cleanup_free_ uint32_t *guessed = NULL;
	uint32_t p = 1;
	size_t count;
	int r = find_guessed(t, &guessed, &count);

	for (size_t i = 0; r == 0 && i < count; i++) {
		if (guessed[i] < p || guessed[i] >= t->first_native)
			continue;
		p = guessed[i];
		do
			t->unsure_bytes += lh_graph_bytes(&t->graph, tree->node[p++]);
		while (p < t->first_native && tree->dominator[p] >= guessed[i]);
	}
	for (p = t->first_native; r == 0 && p < tree->count; p++)
		t->unsure_bytes += lh_graph_bytes(&t->graph, tree->node[p]);
	return r;
}
