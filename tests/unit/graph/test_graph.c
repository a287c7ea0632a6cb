/* SPDX-License-Identifier: Apache-2.0 */
/* Algorithms on graphs by chance, against the plain definitions: what reaches what. */
#include "graph/dominators.h"
#include "graph/scc.h"
#include "graph/shortest_cycle.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NODES 60
#define EDGES 240
#define ROUNDS 400

struct graph {
	struct lh_csr csr;
	uint32_t offsets[NODES + 1], edges[EDGES];
	unsigned steps[NODES][NODES]; /* fewest from i to j, one at least; 0: there is no way */
};

static uint32_t chance(uint32_t below)
{
	return (uint32_t)rand() % below;
}

static void measure(struct graph *g)
{
	memset(g->steps, 0, sizeof(g->steps));
	for (uint32_t i = 0; i < g->csr.count; i++)
		for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++)
			g->steps[i][g->edges[k]] = 1;
	for (uint32_t via = 0; via < g->csr.count; via++)
		for (uint32_t i = 0; i < g->csr.count; i++)
			for (uint32_t j = 0; j < g->csr.count; j++) {
				unsigned sum = g->steps[i][via] + g->steps[via][j];

				if (g->steps[i][via] && g->steps[via][j] &&
				    (!g->steps[i][j] || sum < g->steps[i][j]))
					g->steps[i][j] = sum;
			}
}

/* Few edges make many small components, many make one. */
static void make(struct graph *g)
{
	uint32_t density = chance(4) + 1, at = 0;

	g->csr = (struct lh_csr){.count = chance(NODES) + 1, .offsets = g->offsets, .edges = g->edges};
	for (uint32_t i = 0; i < g->csr.count; i++) {
		g->offsets[i] = at;
		for (uint32_t n = chance(density + 1); n; n--)
			g->edges[at++] = chance(g->csr.count);
	}
	g->offsets[g->csr.count] = at;
	measure(g);
}

static void test_components(void **state)
{
	static struct graph g;
	struct lh_ctx ctx = {0};

	srand(4);
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint32_t *component, count;

		make(&g);
		assert_int_equal(lh_scc_find(&ctx, &g.csr, &component, &count), 0);
		for (uint32_t i = 0; i < g.csr.count; i++) {
			assert_true(component[i] < count);
			for (uint32_t j = 0; j < g.csr.count; j++) {
				bool one = i == j || (g.steps[i][j] && g.steps[j][i]);

				assert_int_equal(component[i] == component[j], one);
				if (g.steps[i][j])
					assert_true(component[i] >= component[j]);
			}
		}
		free(component);
	}
}

/* A list of a million items deep costs no stack. */
static void test_deep(void **state)
{
	struct lh_ctx ctx = {0};
	uint32_t count = 1000000, found, *component, *offsets = lh_new0(uint32_t, count + 1),
		 *edges = lh_new0(uint32_t, count);
	struct lh_csr csr = {.count = count, .offsets = offsets, .edges = edges};

	for (uint32_t i = 0; i < count; i++) {
		offsets[i + 1] = i + 1;
		edges[i] = (i + 1) % count;
	}
	assert_int_equal(lh_scc_find(&ctx, &csr, &component, &found), 0);
	assert_int_equal(found, 1);
	free(component);
	edges[count - 1] = count - 1;
	assert_int_equal(lh_scc_find(&ctx, &csr, &component, &found), 0);
	assert_int_equal(found, count);
	free(component);
	free(offsets);
	free(edges);
}

static bool refers(const struct graph *g, uint32_t from, uint32_t to)
{
	for (uint32_t k = g->offsets[from]; k < g->offsets[from + 1]; k++)
		if (g->edges[k] == to)
			return true;
	return false;
}

static void test_shortest_cycles(void **state)
{
	static struct graph g;
	struct lh_ctx ctx = {0};

	srand(5);
	for (unsigned round = 0; round < ROUNDS / 4; round++) {
		struct lh_cycle_search search;
		uint32_t *component, count;

		make(&g);
		assert_int_equal(lh_scc_find(&ctx, &g.csr, &component, &count), 0);
		assert_int_equal(lh_cycle_search_init(&ctx, &g.csr, component, &search), 0);
		for (uint32_t i = 0; i < g.csr.count; i++) {
			int r = lh_cycle_through(&search, i, 0, 0);

			assert_int_equal(r, g.steps[i][i] ? 0 : LH_ABSENT);
			if (r != 0)
				continue;
			assert_int_equal(search.length, g.steps[i][i]);
			assert_int_equal(search.cycle[0], i);
			for (size_t k = 0; k < search.length; k++)
				assert_true(
					refers(&g, search.cycle[k], search.cycle[(k + 1) % search.length]));
			assert_int_equal(lh_cycle_through(&search, i, search.length, 0), LH_ABSENT);
		}
		lh_cycle_search_fini(&search);
		free(component);
	}
}

/* Nodes that roots lead to, without the way through @gone. */
static void reach(const struct graph *g, const bool *roots, uint32_t gone, bool *met)
{
	uint32_t todo[NODES], count = 0;

	memset(met, 0, NODES);
	for (uint32_t i = 0; i < g->csr.count; i++)
		if (roots[i] && i != gone) {
			met[i] = true;
			todo[count++] = i;
		}
	while (count) {
		uint32_t i = todo[--count];

		for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++)
			if (g->edges[k] != gone && !met[g->edges[k]]) {
				met[g->edges[k]] = true;
				todo[count++] = g->edges[k];
			}
	}
}

static bool is_under(const struct lh_dominators *t, uint32_t place, uint32_t above)
{
	while (place > above)
		place = t->dominator[place];
	return place == above;
}

/* A dominates B when B is not met any more once A is gone. */
static void check_dominators(const struct graph *g, const bool *roots, const struct lh_dominators *t)
{
	bool all[NODES], left[NODES];

	reach(g, roots, UINT32_MAX, all);
	for (uint32_t a = 0; a < g->csr.count; a++) {
		assert_int_equal(t->place[a] != 0, all[a]);
		if (!all[a])
			continue;
		assert_int_equal(t->node[t->place[a]], a);
		reach(g, roots, a, left);
		for (uint32_t b = 0; b < g->csr.count; b++)
			if (all[b])
				assert_int_equal(is_under(t, t->place[b], t->place[a]), !left[b]);
	}
}

static void test_dominators(void **state)
{
	static struct graph g;
	struct lh_ctx ctx = {0};

	srand(6);
	for (unsigned round = 0; round < 4 * ROUNDS; round++) {
		struct lh_dominators t;
		bool roots[NODES] = {false};

		make(&g);
		assert_int_equal(lh_dominators_init(&ctx, &g.csr, &t), 0);
		for (uint32_t n = chance(4); n; n--) {
			uint32_t root = chance(g.csr.count);

			roots[root] = true;
			assert_int_equal(lh_dominators_root(&t, root, true), 0);
		}
		assert_int_equal(lh_dominators_find(&t), 0);
		check_dominators(&g, roots, &t);
		lh_dominators_fini(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_components),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_shortest_cycles),
		cmocka_unit_test(test_dominators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
