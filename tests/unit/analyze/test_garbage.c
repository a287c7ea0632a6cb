/* SPDX-License-Identifier: Apache-2.0 */
/* What a collection would find, on graphs of lists made by hand and by chance. */
#include "analyze/garbage.h"
#include "cpython/type_name.h"
#include "fake_heap.h"
#include "inventory/doubts.h"

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

static struct fake *make(const struct graph *g, const struct lh_garbage **ret)
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
	assert_int_equal(lh_garbage_get(&f->heap, ret), 0);
	assert_int_equal((*ret)->graph.count, g->count);
	return f;
}

static bool is_garbage(const struct lh_garbage *garbage, unsigned i)
{
	for (uint32_t k = 0; k < garbage->count; k++)
		if (lh_addrset_nth(&garbage->graph.rings->tracked, garbage->items[k]) == fake_object(i))
			return true;
	return false;
}

static void test_cycles(void **state)
{
	/* 0 <-> 1 nobody holds, nor 2, which they hold; 3 <-> 4 somebody does; 5 holds itself */
	struct graph g = {.count = 6, .outside = {[3] = 1}};
	const struct lh_garbage *garbage;
	struct fake *f;

	add_edge(&g, 0, 1);
	add_edge(&g, 1, 0);
	add_edge(&g, 1, 2);
	add_edge(&g, 3, 4);
	add_edge(&g, 4, 3);
	add_edge(&g, 5, 5);
	f = make(&g, &garbage);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(is_garbage(garbage, i), i != 3 && i != 4);
	assert_int_equal(garbage->components, 2);
	assert_int_equal(garbage->component[0], garbage->component[2]);
	assert_int_not_equal(garbage->component[0], garbage->component[3]);
	assert_int_equal(garbage->doubtful, 0);
	fake_free(f);
}

static void test_held_by_garbage_and_from_outside(void **state)
{
	/* 0 -> 0 -> 1; 1 is held from outside as well, and so is alive. */
	struct graph g = {.count = 2, .outside = {[1] = 1}};
	const struct lh_garbage *garbage;
	struct fake *f;

	add_edge(&g, 0, 0);
	add_edge(&g, 0, 1);
	f = make(&g, &garbage);
	assert_true(is_garbage(garbage, 0));
	assert_false(is_garbage(garbage, 1));
	fake_free(f);
}

/* A count lower than the references found: not believed, the object stays alive, and is told. */
static void test_count_too_low(void **state)
{
	struct graph g = {.count = 3};
	const struct lh_garbage *garbage;
	struct fake *f;

	add_edge(&g, 0, 1);
	add_edge(&g, 0, 1);
	add_edge(&g, 0, 1);
	add_edge(&g, 1, 0);
	g.outside[1] = (unsigned)-2; /* a count of 1 */
	f = make(&g, &garbage);
	assert_int_equal(garbage->doubtful, 1);
	assert_int_equal(garbage->first_doubtful, fake_object(1));
	assert_false(is_garbage(garbage, 0) || is_garbage(garbage, 1));
	fake_free(f);
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
		const struct lh_garbage *garbage;
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
			assert_int_equal(is_garbage(garbage, i), !alive[i]);
		fake_free(f);
	}
}

/*
 * Objects of an extension's type, whose bodies are scanned: three words each. Lists hold what known
 * containers hold.
 */
#define BODY 16

static void put_body(struct fake *f, unsigned i, uint64_t type, uint64_t count, const int words[3])
{
	fake_list(f, i, type, count, NULL, 0);
	for (unsigned k = 0; k < 3; k++)
		fake_put(f, fake_object(i) + BODY + 8 * k,
			 words[k] < 0 ? 0 : fake_object((unsigned)words[k]));
}

static void open_bodies(struct fake *f, unsigned count, const struct lh_garbage **ret)
{
	fake_ring(f, fake_ring_head(f, 0), 0, count);
	fake_open(f);
	assert_int_equal(lh_garbage_get(&f->heap, ret), 0);
	assert_int_equal((*ret)->graph.count, count);
}

/* A closure: 0 <-> 1, and 0 keeps a pointer to itself that it does not count. 2 holds itself for sure. */
static void test_borrowed_pointer_to_itself(void **state)
{
	struct fake *f = fake_new();
	uint64_t ext = fake_type(f, 1, "ext.Closure", 40, LH_TPFLAG_HAVE_GC);
	struct lh_doubt_groups groups;
	const struct lh_garbage *garbage;
	struct lh_doubts doubts;

	put_body(f, 0, ext, 1, (int[]){0, 1, -1});
	put_body(f, 1, ext, 1, (int[]){-1, 0, -1});
	put_body(f, 2, ext, 1, (int[]){2, -1, -1});
	open_bodies(f, 3, &garbage);
	assert_int_equal(garbage->count, 3);
	assert_int_equal(garbage->doubtful, 0);
	assert_int_equal(garbage->graph.doubt_count, 1);
	assert_int_equal(garbage->graph.offsets[1], 1); /* the word is no edge */
	doubts = lh_doubts_of(&garbage->graph, LH_GARBAGE_ALIVE);
	assert_int_equal(lh_doubts_group(&doubts, &groups), 0);
	assert_int_equal(groups.count, 1);
	assert_int_equal(groups.items[0].offset, BODY);
	assert_int_equal(groups.items[0].words, 1);
	lh_doubt_groups_fini(&groups);
	fake_free(f);
}

/* 0, alive, keeps a borrowed pointer to 1, whose one reference is a list's, garbage with it. */
static void test_borrowed_pointer_to_garbage(void **state)
{
	struct fake *f = fake_new();
	uint64_t ext = fake_type(f, 1, "ext.Child", 40, LH_TPFLAG_HAVE_GC),
		 list = fake_type(f, 2, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	uint64_t one = fake_object(1);
	const struct lh_garbage *garbage;

	put_body(f, 0, ext, 1, (int[]){1, -1, -1});
	put_body(f, 1, ext, 1, (int[]){2, -1, -1});
	fake_list(f, 2, list, 1, &one, 1);
	open_bodies(f, 3, &garbage);
	assert_false(is_garbage(garbage, 0));
	assert_true(is_garbage(garbage, 1) && is_garbage(garbage, 2));
	assert_int_equal(garbage->doubtful, 0);
	fake_free(f);
}

/* Two words and one count: which of them counts is not known, so what lives keeps it alive. */
static void test_which_pointer_is_borrowed(void **state)
{
	struct fake *f = fake_new();
	uint64_t ext = fake_type(f, 1, "ext.Child", 40, LH_TPFLAG_HAVE_GC);
	const struct lh_garbage *garbage;

	put_body(f, 0, ext, 1, (int[]){2, -1, -1}); /* held from outside */
	put_body(f, 1, ext, 1, (int[]){2, 1, -1});  /* garbage: holds itself */
	put_body(f, 2, ext, 1, (int[]){-1, -1, -1});
	open_bodies(f, 3, &garbage);
	assert_false(is_garbage(garbage, 0) || is_garbage(garbage, 2));
	assert_true(is_garbage(garbage, 1));
	assert_int_equal(garbage->graph.doubt_count, 1);
	fake_free(f);
}

/* Of two words that lead to one object with one count, one is doubted; so many are told, place by place. */
static void test_places_of_doubts(void **state)
{
	struct fake *f = fake_new();
	uint64_t ext = fake_type(f, 1, "ext.Child", 40, LH_TPFLAG_HAVE_GC),
		 other = fake_type(f, 2, "ext.Other", 40, LH_TPFLAG_HAVE_GC);
	struct lh_doubt_groups groups;
	const struct lh_garbage *garbage;
	struct lh_doubts doubts;

	put_body(f, 0, ext, 1, (int[]){3, 3, 1});
	put_body(f, 1, other, 1, (int[]){3, -1, 1});
	put_body(f, 2, ext, 1, (int[]){3, -1, -1});
	put_body(f, 3, ext, 1, (int[]){-1, -1, -1});
	open_bodies(f, 4, &garbage);
	assert_int_equal(garbage->graph.doubt_count, 4); /* 3 of object 3, and 1's of itself */
	doubts = lh_doubts_of(&garbage->graph, 0);
	assert_int_equal(lh_doubts_group(&doubts, &groups), 0);
	assert_int_equal(groups.count, 3);
	assert_int_equal(groups.items[0].words, 2);
	assert_int_equal(groups.items[0].offset, BODY);
	assert_string_equal(lh_type_name(&f->heap, groups.items[0].type), "ext.Child");
	assert_int_equal(groups.items[1].words, 1);
	assert_int_equal(groups.items[2].words, 1);
	assert_ptr_equal(groups.items[1].type, groups.items[2].type);
	assert_int_equal(groups.items[1].offset, BODY);
	assert_int_equal(groups.items[2].offset, BODY + 16);
	lh_doubt_groups_fini(&groups);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_held_by_garbage_and_from_outside),
		cmocka_unit_test(test_count_too_low),
		cmocka_unit_test(test_graphs_by_chance),
		cmocka_unit_test(test_borrowed_pointer_to_itself),
		cmocka_unit_test(test_borrowed_pointer_to_garbage),
		cmocka_unit_test(test_which_pointer_is_borrowed),
		cmocka_unit_test(test_places_of_doubts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
