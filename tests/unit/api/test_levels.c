/* SPDX-License-Identifier: Apache-2.0 */
/* Objects around an object, level by level, and what addresses are part of: on graphs of lists made by chance. */
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NODES 60
#define EDGES 3

struct graph {
	unsigned edges[NODES][EDGES]; /* NODES: a word that leads to no object */
};

static struct fake *make(struct graph *g, unsigned seed)
{
	struct fake *f = fake_new();
	uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);

	srand(seed);
	for (unsigned i = 0; i < NODES; i++) {
		uint64_t items[EDGES];

		for (unsigned k = 0; k < EDGES; k++) {
			unsigned to = g->edges[i][k] = (unsigned)rand() % (NODES + 10);

			items[k] = to < NODES ? fake_object(to) : to % 2 ? 0 : FAKE_BASE + FAKE_STORAGE + 8;
		}
		fake_list(f, i, list, 9, items, EDGES);
	}
	fake_ring(f, fake_ring_head(f, 0), 0, NODES / 2);
	fake_ring(f, fake_ring_head(f, 2), NODES / 2, NODES - NODES / 2);
	fake_open(f);
	return f;
}

static unsigned node_of(uint64_t addr)
{
	for (unsigned i = 0; i < NODES; i++)
		if (fake_object(i) == addr)
			return i;
	return NODES; /* not a node: their type */
}

static bool leads(const struct graph *g, unsigned from, unsigned to)
{
	for (unsigned k = 0; k < EDGES; k++)
		if (g->edges[from][k] == to)
			return true;
	return false;
}

/* levels[i]: of node i around @start; 0: it is not reached within @depth. The slow way. */
static void levels_of(const struct graph *g, unsigned start, unsigned depth, bool up, unsigned levels[NODES])
{
	for (unsigned i = 0; i < NODES; i++)
		levels[i] = 0;
	for (unsigned level = 1; level <= depth; level++)
		for (unsigned i = 0; i < NODES; i++)
			for (unsigned from = 0; from < NODES && i != start && !levels[i]; from++)
				if ((level == 1 ? from == start : levels[from] == level - 1) &&
				    (up ? leads(g, i, from) : leads(g, from, i)))
					levels[i] = level;
}

static void check_levels(struct fake *f, const struct graph *g, unsigned start, unsigned depth, bool up)
{
	struct lh_reference_info ref = {.size = sizeof(ref)};
	unsigned levels[NODES], met[NODES] = {0}, last = 1;
	struct lh_reference_iter *iter;
	uint64_t addr = fake_object(start);

	levels_of(g, start, depth, up, levels);
	assert_int_equal(up ? lh_referrer_levels_new(&f->heap, addr, depth, &iter)
			    : lh_reference_levels_new(&f->heap, &addr, 1, depth, &iter),
			 0);
	while (lh_reference_iter_next(iter, &ref) == 0) {
		unsigned from = node_of(ref.from), to = node_of(ref.to), now = up ? from : to;
		const char *name;

		if (now == NODES) /* the lists' type, and its */
			continue;
		assert_true(leads(g, from, to));
		assert_int_equal(lh_reference_iter_name(iter, &name), 0);
		assert_int_equal(*name, '[');
		assert_int_equal(g->edges[from][atoi(name + 1)], to);
		assert_true(ref.flags & LH_REFERENCE_VISITED && ref.depth >= last);
		last = (unsigned)ref.depth;
		assert_int_equal(met[now], 0);
		met[now] = last;
	}
	assert_memory_equal(met, levels, sizeof(met));
	assert_true(lh_reference_iter_complete(iter));
	lh_reference_iter_free(iter);
}

static void test_levels(void **state)
{
	for (unsigned seed = 0; seed < 20; seed++) {
		struct graph g;
		struct fake *f = make(&g, seed);

		for (unsigned depth = 1; depth < 8; depth++) {
			check_levels(f, &g, seed, depth, false);
			check_levels(f, &g, seed, depth, true);
		}
		fake_free(f);
	}
}

/* The iterator is left in the midst of a level, and asked again after its end. */
static void test_ends(void **state)
{
	struct lh_reference_info ref = {.size = sizeof(ref)};
	uint64_t starts[] = {fake_object(0), fake_object(0), fake_object(1)};
	struct lh_reference_iter *iter;
	struct graph g;
	struct fake *f = make(&g, 1);

	assert_int_equal(lh_reference_levels_new(&f->heap, starts, LH_ARRAY_SIZE(starts), 4, &iter), 0);
	assert_int_equal(lh_reference_iter_next(iter, &ref), 0);
	assert_null(lh_reference_iter_free(iter));
	assert_int_equal(lh_reference_levels_new(&f->heap, starts, LH_ARRAY_SIZE(starts), 1, &iter), 0);
	while (lh_reference_iter_next(iter, &ref) == 0)
		assert_true(ref.from == starts[0] || ref.from == starts[2]);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(lh_reference_iter_next(iter, &ref), LH_DONE);
	lh_reference_iter_free(iter);
	assert_int_equal(lh_referrer_levels_new(&f->heap, starts[0], UINT64_MAX, &iter), 0);
	while (lh_reference_iter_next(iter, &ref) == 0)
		assert_int_not_equal(ref.from, starts[0]);
	assert_int_equal(lh_reference_iter_next(iter, &ref), LH_DONE);
	lh_reference_iter_free(iter);
	fake_free(f);
}

/* A list with items that are not in memory: what it refers to is not known, and that is said. */
static void test_incomplete(void **state)
{
	struct lh_reference_info ref = {.size = sizeof(ref)};
	struct lh_reference_iter *iter;
	struct graph g;
	struct fake *f = make(&g, 2);
	uint64_t addr = fake_object(3);

	fake_put(f, addr + 24, 0xdead0000); /* ob_item */
	assert_int_equal(lh_reference_levels_new(&f->heap, &addr, 1, 2, &iter), 0);
	while (lh_reference_iter_next(iter, &ref) == 0)
		;
	assert_false(lh_reference_iter_complete(iter));
	lh_reference_iter_free(iter);
	assert_int_equal(lh_reference_iter_new(&f->heap, addr, &iter), 0);
	assert_false(lh_reference_iter_complete(iter));
	lh_reference_iter_free(iter);
	fake_free(f);
}

static void test_places(void **state)
{
	struct lh_place_info place = {.size = sizeof(place)};
	uint64_t now;
	int generation = -7;
	char *file = NULL;
	uint32_t line;
	bool interned;
	struct graph g;
	struct fake *f = make(&g, 3);

	for (unsigned inside = 0; inside < 40; inside += 13) {
		assert_int_equal(lh_place_at(&f->heap, fake_object(5) + inside, &place), 0);
		assert_int_equal(place.kind, LH_PLACE_OBJECT);
		assert_int_equal(place.object, fake_object(5));
	}
	assert_int_equal(lh_place_at(&f->heap, FAKE_BASE + FAKE_MEMORY - 8, &place), 0);
	assert_int_equal(place.kind, LH_PLACE_MEMORY);
	assert_int_equal(place.object, 0);
	for (size_t i = 0; i < 3; i++) {
		const uint64_t unmapped[] = {0, FAKE_BASE - 1, UINT64_MAX};

		assert_int_equal(lh_place_at(&f->heap, unmapped[i], &place), 0);
		assert_int_equal(place.kind, LH_PLACE_UNMAPPED);
		assert_int_equal(lh_object_generation(&f->heap, unmapped[i], &generation), LH_ABSENT);
		assert_int_equal(lh_freed_block(&f->heap, unmapped[i], &now), LH_ABSENT);
	}
	assert_int_equal(generation, -7);
	assert_int_equal(lh_object_generation(&f->heap, fake_object(0), &generation), 0);
	assert_int_equal(generation, 0);
	assert_int_equal(lh_object_generation(&f->heap, fake_object(NODES - 1), &generation), 0);
	assert_int_equal(generation, 2);
	assert_int_equal(lh_object_interned(&f->heap, fake_object(0), &interned), LH_ABSENT);
	assert_int_equal(lh_object_site(&f->heap, fake_object(0), &file, &line), LH_ABSENT);
	assert_int_equal(lh_object_site(&f->heap, 16, &file, &line), LH_ABSENT);
	assert_null(file);
	for (unsigned i = 0; i <= LH_PLACE_UNMAPPED; i++)
		assert_non_null(lh_place_name((enum lh_place_kind)i));
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
