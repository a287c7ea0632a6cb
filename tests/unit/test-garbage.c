/* SPDX-License-Identifier: Apache-2.0 */
/* What a collection would find, on graphs of lists made by hand and by chance. */
#include "analyze/garbage.h"
#include "fake-heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NODES 200
#define EDGES_MAX 4

/* A graph of lists: who refers to whom, and how many references come from elsewhere. */
struct graph {
	unsigned count, edge_count[NODES], edges[NODES][EDGES_MAX], outside[NODES];
};

static void add_edge(struct graph *g, unsigned from, unsigned to)
{
	g->edges[from][g->edge_count[from]++] = to;
}

static struct fake *make(const struct graph *g, struct lh_garbage *ret)
{
	struct fake *f = fake_new();
	unsigned refcnt[NODES] = {0};
	uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);

	for (unsigned i = 0; i < g->count; i++)
		for (unsigned k = 0; k < g->edge_count[i]; k++)
			refcnt[g->edges[i][k]]++;
	for (unsigned i = 0; i < g->count; i++) {
		uint64_t items[EDGES_MAX];

		for (unsigned k = 0; k < g->edge_count[i]; k++)
			items[k] = fake_object(g->edges[i][k]);
		fake_list(f, i, list, refcnt[i] + g->outside[i], items, g->edge_count[i]);
	}
	fake_ring(f, fake_ring_head(f, 0), 0, g->count / 2);
	fake_ring(f, fake_ring_head(f, 2), g->count / 2, g->count - g->count / 2);
	fake_open(f);
	assert_int_equal(lh_garbage_find(&f->heap, ret), 0);
	assert_int_equal(ret->graph.count, g->count);
	return f;
}

static void end(struct fake *f, struct lh_garbage *garbage)
{
	lh_garbage_fini(garbage);
	fake_free(f);
}

static bool is_garbage(const struct lh_garbage *garbage, unsigned i)
{
	for (uint32_t k = 0; k < garbage->count; k++)
		if (lh_addrset_nth(&garbage->graph.rings.tracked, garbage->items[k]) == fake_object(i))
			return true;
	return false;
}

static void test_cycles(void **state)
{
	/* 0 <-> 1 nobody holds, nor 2, which they hold; 3 <-> 4 somebody does; 5 holds itself */
	struct graph g = {.count = 6, .outside = {[3] = 1}};
	struct lh_garbage garbage;
	struct fake *f;

	add_edge(&g, 0, 1);
	add_edge(&g, 1, 0);
	add_edge(&g, 1, 2);
	add_edge(&g, 3, 4);
	add_edge(&g, 4, 3);
	add_edge(&g, 5, 5);
	f = make(&g, &garbage);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(is_garbage(&garbage, i), i != 3 && i != 4);
	assert_int_equal(garbage.components, 2);
	assert_int_equal(garbage.component[0], garbage.component[2]);
	assert_int_not_equal(garbage.component[0], garbage.component[3]);
	assert_int_equal(garbage.doubtful, 0);
	end(f, &garbage);
}

static void test_held_by_garbage_and_from_outside(void **state)
{
	/* 0 -> 0 -> 1; 1 is held from outside as well, and so is alive. */
	struct graph g = {.count = 2, .outside = {[1] = 1}};
	struct lh_garbage garbage;
	struct fake *f;

	add_edge(&g, 0, 0);
	add_edge(&g, 0, 1);
	f = make(&g, &garbage);
	assert_true(is_garbage(&garbage, 0));
	assert_false(is_garbage(&garbage, 1));
	end(f, &garbage);
}

/* A count lower than the references found: not believed, the object stays alive, and is told. */
static void test_count_too_low(void **state)
{
	struct graph g = {.count = 3};
	struct lh_garbage garbage;
	struct fake *f;

	add_edge(&g, 0, 1);
	add_edge(&g, 0, 1);
	add_edge(&g, 0, 1);
	add_edge(&g, 1, 0);
	g.outside[1] = (unsigned)-2; /* a count of 1 */
	f = make(&g, &garbage);
	assert_int_equal(garbage.doubtful, 1);
	assert_int_equal(garbage.first_doubtful, fake_object(1));
	assert_false(is_garbage(&garbage, 0) || is_garbage(&garbage, 1));
	end(f, &garbage);
}

static void mark(const struct graph *g, bool *alive, unsigned i)
{
	if (alive[i])
		return;
	alive[i] = true;
	for (unsigned k = 0; k < g->edge_count[i]; k++)
		mark(g, alive, g->edges[i][k]);
}

/* Against the plain definition: what no object that is held from outside reaches. */
static void test_graphs_by_chance(void **state)
{
	srand(20261121);
	for (unsigned round = 0; round < 200; round++) {
		struct graph g = {.count = 1 + (unsigned)rand() % NODES};
		unsigned edges = (unsigned)rand() % (2 * g.count), holders = (unsigned)rand() % 8;
		bool alive[NODES] = {0}, held[NODES] = {0};
		struct lh_garbage garbage;
		struct fake *f;

		for (unsigned k = 0; k < edges; k++) {
			unsigned from = (unsigned)rand() % g.count, to = (unsigned)rand() % g.count;

			if (g.edge_count[from] == EDGES_MAX)
				continue;
			add_edge(&g, from, to);
			held[to] = true;
		}
		/* A count of 0 is no live object: one that nobody refers to is held from outside. */
		for (unsigned i = 0; i < g.count; i++)
			g.outside[i] = !held[i] || (unsigned)rand() % g.count < holders;
		for (unsigned i = 0; i < g.count; i++)
			if (g.outside[i])
				mark(&g, alive, i);
		f = make(&g, &garbage);
		for (unsigned i = 0; i < g.count; i++)
			assert_int_equal(is_garbage(&garbage, i), !alive[i]);
		end(f, &garbage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_held_by_garbage_and_from_outside),
		cmocka_unit_test(test_count_too_low),
		cmocka_unit_test(test_graphs_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
