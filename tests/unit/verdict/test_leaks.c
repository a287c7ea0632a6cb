/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of the verdict on graphs of lists made by hand: who holds much, chains, several holders, parts of the program. */
#include "lists.h"

/* ---- one that holds many ---- */

/* A list with 300 of them stands out from so many bytes on as it retains, and not from one more. */
static void test_holder(void **state)
{
	for (unsigned more = 0; more < 2; more++) {
		struct graph *g = graph_new();
		unsigned holder = add(g, MODULES);
		uint64_t bytes;

		for (unsigned i = 0; i < 300; i++)
			add(g, holder);
		bytes = bytes_of(g, holder) + 300 * EMPTY;
		ask(g, lh_rule_holders, bytes + more);
		assert_int_equal(g->leaks.count, 1 - more);
		if (!more) {
			assert_int_equal(g->leaks.items[0].bytes, bytes);
			assert_int_equal(g->leaks.items[0].objects, 301);
			assert_string_equal(g->leaks.items[0].title.text, "sys.modules[0]");
			assert_says(&g->leaks.items[0].reason,
				    "One list keeps it all alive. Most of it: 300 list");
			assert_next(&g->leaks.items[0], "retained --under", holder);
		}
		graph_free(g);
	}
}

/* The same objects right in sys.modules, or in sys: parts of the program, however many. */
static void test_namespace(void **state)
{
	struct graph *g = graph_new();

	for (unsigned i = 0; i < 600; i++)
		add(g, i % 2 ? MODULES : SYSDICT);
	ask(g, lh_rule_holders, 100 * EMPTY);
	assert_int_equal(g->leaks.count, 0);
	graph_free(g);
}

/* What is claimed already does not count. */
static void test_claimed(void **state)
{
	struct graph *g = graph_new();
	unsigned holder = add(g, MODULES);
	static const struct lh_leak_rule named = {"test", NULL};

	for (unsigned i = 0; i < 300; i++)
		add(g, holder);
	ask(g, lh_rule_holders, UINT64_MAX);
	g->leaks.least = 300 * EMPTY;
	for (unsigned i = 1; i <= 300; i++)
		lh_leaks_claim(&g->leaks, fake_object(holder + i));
	lh_leaks_claim(&g->leaks, 0x4141414141414141); /* no object */
	assert_int_equal(lh_rule_holders(&g->leaks, &named), 0);
	assert_int_equal(g->leaks.count, 0);
	graph_free(g);
}

/* ---- chains ---- */

/* Each link holds the next one: one suspect, the first link, with all of them. */
static void test_chain(void **state)
{
	struct graph *g = graph_new();
	unsigned links = 700, last = MODULES, first = g->count;

	for (unsigned i = 0; i < links; i++) {
		last = add(g, last);
		g->is_link[last] = true;
	}
	ask(g, lh_rule_holders, 150 * (EMPTY + 8));
	assert_int_equal(g->leaks.count, 1);
	assert_int_equal(g->leaks.items[0].objects, links);
	assert_int_equal(g->leaks.items[0].bytes, links * (EMPTY + 8) - 8);
	assert_string_equal(g->leaks.items[0].reason.text,
			    "It is the first link of a chain: each app.Link holds the next.");
	assert_next(&g->leaks.items[0], "retained --under", first);
	graph_free(g);
}

/* Containers in containers are not a chain: each level is a suspect of its own. */
static void test_no_chain(void **state)
{
	struct graph *g = graph_new();
	unsigned last = MODULES;

	for (unsigned level = 0; level < 10; level++) {
		last = add(g, last);
		for (unsigned i = 0; i < 60; i++)
			add(g, last);
	}
	ask(g, lh_rule_holders, 60 * EMPTY);
	assert_int_equal(g->leaks.count, 10);
	for (size_t i = 0; i < g->leaks.count; i++)
		assert_int_equal(g->leaks.items[i].objects, 61);
	graph_free(g);
}

/* ---- large objects in the same sort of place ---- */

static void test_alike(void **state)
{
	struct graph *g = graph_new();
	unsigned holder = add(g, MODULES);

	for (unsigned i = 0; i < 3; i++)
		g->room[add(g, holder)] = 1000;
	ask(g, lh_rule_holders, 8000);
	assert_int_equal(g->leaks.count, 1);
	assert_int_equal(g->leaks.items[0].bytes, 3 * (EMPTY + 8000));
	assert_int_equal(g->leaks.items[0].objects, 3);
	assert_says(&g->leaks.items[0].reason, "3 objects of type list, of which this is one");
	graph_free(g);
}

/* ---- several holders ---- */

/* No single object holds them: from a thousand on, if they are of Python's own containers. */
static void test_several_holders(void **state)
{
	for (unsigned count = 999; count <= 1000; count++) {
		struct graph *g = graph_new();
		unsigned one = add(g, MODULES), other = add(g, SYSDICT);

		for (unsigned i = 0; i < count; i++)
			hold(g, add(g, one), other);
		ask(g, lh_rule_holders, 900 * EMPTY);
		assert_int_equal(g->leaks.count, count == 1000);
		if (count == 1000) {
			assert_int_equal(g->leaks.items[0].bytes, 1000 * EMPTY);
			assert_int_equal(g->leaks.items[0].objects, 1000);
			assert_string_equal(g->leaks.items[0].title.text,
					    "1,000 list that no single object holds");
			assert_string_equal(g->leaks.items[0].next.text, "why --type list");
		}
		graph_free(g);
	}
}

/* ---- garbage ---- */

static void test_garbage(void **state)
{
	for (unsigned more = 0; more < 2; more++) {
		struct graph *g = graph_new();
		unsigned a = g->count, b;
		uint64_t bytes;

		g->count++;
		b = add(g, a);
		hold(g, a, b);
		g->room[b] = 50;
		add(g, MODULES);
		bytes = EMPTY + 8 + EMPTY + 50 * 8;
		ask(g, lh_rule_garbage, bytes + more);
		assert_int_equal(g->leaks.count, 1 - more);
		if (!more) {
			assert_int_equal(g->leaks.items[0].bytes, bytes);
			assert_int_equal(g->leaks.items[0].objects, 2);
			assert_says(&g->leaks.items[0].reason, "2 list");
		} else {
			assert_says(&g->leaks.looked, "a collection would free 2 objects");
		}
		graph_free(g);
	}
}

/* ---- by chance ---- */

/* From the leaves up: what reaches @least is a suspect, and adds nothing further up. */
static void add_up(const struct graph *g, uint64_t least, uint64_t *ret_bytes, uint64_t *ret_objects)
{
	static uint64_t bytes[NODES], objects[NODES];

	*ret_bytes = *ret_objects = 0;
	for (unsigned i = 0; i < g->count; i++) {
		bytes[i] = bytes_of(g, i);
		objects[i] = 1;
	}
	for (unsigned i = g->count; i-- > FIRST;) {
		unsigned above = g->holder[i][0];

		if (bytes[i] >= least) {
			*ret_bytes += bytes[i];
			*ret_objects += objects[i];
		} else {
			bytes[above] += bytes[i];
			objects[above] += objects[i];
		}
	}
}

/* Trees of lists: no byte is in two suspects, and they have what the plain definition says. */
static void test_by_chance(void **state)
{
	unsigned suspects = 0;

	srand(11);
	for (unsigned round = 0; round < 60; round++) {
		struct graph *g = graph_new();
		uint64_t bytes = 0, objects = 0, all = 0, least;
		unsigned count = 20 + (unsigned)rand() % 200;

		while (g->count < count) {
			unsigned up = g->count > FIRST + 5 && rand() % 8 ? g->count - 1 - (unsigned)rand() % 5
									 : MODULES;
			unsigned i = add(g, up);

			g->room[i] = rand() % 20 ? 0 : (unsigned)rand() % 300;
		}
		for (unsigned i = 0; i < g->count; i++)
			all += bytes_of(g, i);
		least = all / (4 + (unsigned)rand() % 6);
		least = least < TYPE_BYTES ? TYPE_BYTES : least;
		add_up(g, least, &bytes, &objects);
		ask(g, lh_rule_holders, least);
		for (size_t i = 0; i < g->leaks.count; i++) {
			assert_true(g->leaks.items[i].bytes >= least);
			bytes -= g->leaks.items[i].bytes;
			objects -= g->leaks.items[i].objects;
		}
		assert_int_equal(bytes, 0);
		assert_int_equal(objects, 0);
		suspects += (unsigned)g->leaks.count;
		graph_free(g);
	}
	assert_true(suspects > 60);
}

/* All rules on a heap with nothing in it: nothing stands out, and it says what was looked at. */
static void test_all_rules(void **state)
{
	struct graph *g = graph_new();

	add(g, MODULES);
	open_graph(g);
	assert_int_equal(lh_leaks_find(&g->fake->heap, &g->leaks), 0);
	assert_int_equal(g->leaks.count, 0);
	assert_int_equal(g->leaks.least, 1 << 20);
	assert_says(&g->leaks.looked, "Garbage: a collection would free 0 objects");
	assert_says(&g->leaks.looked, "of all writable memory");
	graph_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holder),          cmocka_unit_test(test_namespace),
		cmocka_unit_test(test_claimed),         cmocka_unit_test(test_chain),
		cmocka_unit_test(test_no_chain),        cmocka_unit_test(test_alike),
		cmocka_unit_test(test_several_holders), cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_by_chance),       cmocka_unit_test(test_all_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
