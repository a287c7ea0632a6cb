/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of objects that are alike: what they retain together, compared with what is left without them. */
#include "lists.h"
#include "verdict/alike.h"
#include "verdict/alone.h"

#define KEYS 4

static const struct lh_leak_rule named = {"test", NULL};

static bool stands_out(const struct lh_leaks *leaks, const struct lh_alike_group *group)
{
	return group->bytes >= leaks->least;
}

static int describe(void *arg, const struct lh_alike_group *group, struct lh_leak *leak)
{
	lh_string_addf(&leak->title, "%zu members, %zu items", group->count, group->items);
	lh_string_add(&leak->reason, "because");
	lh_string_add(&leak->next, "next");
	return 0;
}

static void find(struct graph *g, const unsigned *key)
{
	struct lh_crowds crowds = {.leaks = &g->leaks};

	for (unsigned i = FIRST; i < g->count; i++)
		if (key[i])
			assert_int_equal(lh_crowds_add(&crowds, fake_object(i),
						       &(struct lh_alike){.code = key[i], .item = i / 2}),
					 0);
	assert_int_equal(lh_crowds_find(&crowds, &(struct lh_alike_rule){&named, stands_out, describe, NULL}),
			 0);
	lh_crowds_fini(&crowds);
}

/* Bytes of all that the lists with this key lead down to, by walking up from each list: a tree has one way up. */
static uint64_t below(const struct graph *g, const unsigned *key, unsigned wanted, const bool *taken)
{
	uint64_t bytes = 0;

	for (unsigned i = FIRST; i < g->count; i++) {
		bool within = false;

		for (unsigned up = i; up >= FIRST; up = g->holder[up][0])
			within |= key[up] == wanted;
		if (within && !taken[i])
			bytes += bytes_of(g, i);
	}
	return bytes;
}

static void take(const struct graph *g, const unsigned *key, unsigned wanted, bool *taken)
{
	for (unsigned i = FIRST; i < g->count; i++)
		for (unsigned up = i; up >= FIRST; up = g->holder[up][0])
			taken[i] |= key[up] == wanted;
}

/* Trees, with some of the lists in groups, in each other, too: the group with most is a suspect, then the one that has most of
 * what is left. */
static void test_by_chance(void **state)
{
	unsigned suspects = 0;

	srand(5);
	for (unsigned round = 0; round < 60; round++) {
		struct graph *g = graph_new();
		unsigned key[NODES] = {0};
		bool taken[NODES] = {false}, done[KEYS + 1] = {false};
		uint64_t found = 0;

		for (unsigned n = 0; n < 100; n++) {
			unsigned i = add(g, g->count > FIRST && rand() % 8
						    ? FIRST + (unsigned)rand() % (g->count - FIRST)
						    : MODULES);

			key[i] = (unsigned)rand() % 5 ? 0 : 1 + (unsigned)rand() % KEYS;
			g->room[i] = (unsigned)rand() % 30;
		}
		begin(g, 1000 + (unsigned)rand() % 3000);
		find(g, key);
		for (size_t i = 0; i < g->leaks.count; i++) {
			uint64_t most = 0;
			unsigned best = 0;

			for (unsigned k = 1; k <= KEYS; k++)
				if (!done[k] && below(g, key, k, (bool[NODES]){false}) > most) {
					most = below(g, key, k, (bool[NODES]){false});
					best = k;
				}
			done[best] = true;
			if (below(g, key, best, taken) < g->leaks.least) {
				i--;
				continue;
			}
			assert_int_equal(g->leaks.items[i].bytes, below(g, key, best, taken));
			found += g->leaks.items[i].bytes;
			take(g, key, best, taken);
		}
		for (unsigned i = FIRST; i < g->count; i++)
			found -= taken[i] ? bytes_of(g, i) : 0;
		assert_int_equal(found, 0);
		assert_int_equal(lh_leaks_left(&g->leaks), 0);
		for (unsigned i = FIRST; i < g->count; i++) {
			uint32_t node = lh_addrset_index(&g->leaks.retained->graph.set, fake_object(i));

			assert_int_equal(g->leaks.claimed[node], taken[i]);
		}
		suspects += (unsigned)g->leaks.count;
		graph_free(g);
	}
	assert_true(suspects > 60);
}

/* Members in each other's subtrees count once, items once, and what is of a suspect not at all. */
static void test_nested(void **state)
{
	struct graph *g = graph_new();
	unsigned top = add(g, MODULES), in = add(g, top), deep = add(g, add(g, in));
	unsigned key[NODES] = {0};

	key[top] = key[in] = key[deep] = 1;
	begin(g, 1);
	find(g, key);
	assert_int_equal(g->leaks.count, 1);
	assert_int_equal(g->leaks.items[0].objects, 4);
	assert_string_equal(g->leaks.items[0].title.text, "3 members, 2 items");
	find(g, key);
	assert_int_equal(g->leaks.count, 1);
	graph_free(g);
}

/* ---- what only some roots lead to ---- */

static bool is_sys(const void *arg, const struct lh_root *root)
{
	return root->to == fake_object(SYSDICT);
}

/* No list of the ring dominates the others, but one root leads to all of them. What another root leads to stays. */
static void test_alone(void **state)
{
	struct graph *g = graph_new();
	struct lh_alone alone = {.is_theirs = is_sys};
	unsigned shared = add(g, MODULES), one = add(g, SYSDICT), other = add(g, SYSDICT), both;

	both = add(g, one);
	hold(g, both, other);
	hold(g, shared, one);
	begin(g, 1);
	assert_int_equal(lh_leaks_claim_alone(&g->leaks, &alone), 0);
	assert_int_equal(alone.objects, 4); /* sys.__dict__ itself, too */
	assert_int_equal(alone.bytes,
			 bytes_of(g, SYSDICT) + bytes_of(g, one) + bytes_of(g, other) + bytes_of(g, both));
	alone = (struct lh_alone){.is_theirs = is_sys};
	assert_int_equal(lh_leaks_claim_alone(&g->leaks, &alone), 0);
	assert_int_equal(alone.objects, 0);
	graph_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_chance),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
