/* SPDX-License-Identifier: Apache-2.0 */
/* The rule of references: how many stand out, and what is not accused. */
#include "lists.h"

/* @count lists below one, each counted @more times too often; or once too little. */
static struct graph *make(unsigned count, int more)
{
	struct graph *g = graph_new();
	unsigned holder = add(g, MODULES);

	for (unsigned i = 0; i < count; i++)
		g->more[add(g, holder)] = (unsigned)more;
	return g;
}

/* A hundred references stand out, whatever they take. */
static void test_excess(void **state)
{
	for (unsigned count = 99; count <= 100; count++) {
		struct graph *g = make(count, 1);

		ask(g, lh_rule_references, UINT64_MAX);
		assert_int_equal(g->leaks.count, count == 100);
		if (count == 100) {
			assert_string_equal(g->leaks.items[0].title.text,
					    "100 list objects with references that nothing holds");
			assert_int_equal(g->leaks.items[0].bytes, 100 * EMPTY);
			assert_int_equal(g->leaks.items[0].objects, 100);
			assert_says(&g->leaks.items[0].reason, "The objects are never freed.");
			assert_int_equal(lh_leaks_left(&g->leaks), 0);
		} else {
			assert_says(&g->leaks.looked, "that nothing holds, too few to matter (refaudit).");
			for (uint32_t i = 0; i < g->leaks.retained->graph.count; i++)
				assert_false(g->leaks.claimed[i]);
		}
		graph_free(g);
	}
}

/* Few references to much. */
static void test_bytes(void **state)
{
	struct graph *g = make(1, 1);

	g->room[FIRST + 1] = 100;
	ask(g, lh_rule_references, EMPTY + 800);
	assert_int_equal(g->leaks.count, 1);
	assert_int_equal(g->leaks.items[0].bytes, EMPTY + 800);
	graph_free(g);
}

/* One that is released too often always stands out. */
static void test_deficit(void **state)
{
	struct graph *g = make(1, 0);

	hold(g, FIRST + 1, MODULES);
	g->more[FIRST + 1] = -1u;
	ask(g, lh_rule_references, UINT64_MAX);
	assert_int_equal(g->leaks.count, 1);
	assert_says(&g->leaks.items[0].title, "a reference that no count includes");
	graph_free(g);
}

static void test_clear(void **state)
{
	struct graph *g = make(300, 0);

	ask(g, lh_rule_references, UINT64_MAX);
	assert_int_equal(g->leaks.count, 0);
	assert_false(g->leaks.partly);
	graph_free(g);
}

/* Storage that is missing may hold them: not even a hundred are accused, and nothing is all clear. */
static void test_missing(void **state)
{
	struct graph *g = make(100, 1);
	const struct lh_layout *l;
	uint64_t list;

	g->more[FIRST] = 0;
	list = fake_object(FIRST);
	open_graph(g);
	l = &g->fake->heap.layout;
	fake_put(g->fake, list + lh_layout_at(l, LH_F_LIST_ITEMS), 0x414141410000);
	g->leaks = (struct lh_leaks){.heap = &g->fake->heap, .least = UINT64_MAX};
	assert_int_equal(lh_retained_get(&g->fake->heap, &g->leaks.retained), 0);
	g->leaks.claimed = calloc(1, (size_t)g->leaks.retained->graph.count + 1);
	assert_int_equal(lh_rule_references(&g->leaks, &(struct lh_leak_rule){"test", NULL}), 0);
	assert_int_equal(g->leaks.count, 0);
	assert_true(g->leaks.partly);
	assert_says(&g->leaks.looked, "that nothing holds (refaudit), as far as memory could be read.");
	graph_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_excess), cmocka_unit_test(test_bytes),   cmocka_unit_test(test_deficit),
		cmocka_unit_test(test_clear),  cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
