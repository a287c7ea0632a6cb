/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gc rings, broken in one way each. A heap is a buffer of nodes (3.11's layout), one generation's ring
 * through them.
 */
#include "fake_heap.h"
#include "inventory/rings.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* @count nodes in the oldest generation */
static struct fake *ring_new(unsigned count)
{
	struct fake *f = fake_new();

	fake_ring(f, fake_ring_head(f, 2), 0, count);
	return f;
}

static void read_rings(struct fake *f, struct lh_rings *rings)
{
	fake_open(f);
	assert_int_equal(lh_rings_read(&f->heap, NULL, rings), 0);
}

static void ring_free(struct fake *f, struct lh_rings *rings)
{
	lh_rings_fini(rings);
	fake_free(f);
}

static bool found(const struct lh_rings *rings, unsigned i)
{
	return lh_addrset_has(&rings->tracked, fake_object(i));
}

static void test_whole_rings(void **state)
{
	static const unsigned counts[] = {0, 1, 2, 3, 4, 5, 100, FAKE_NODES_MAX};

	for (unsigned k = 0; k < LH_ARRAY_SIZE(counts); k++) {
		struct fake *f = ring_new(counts[k]);
		struct lh_rings rings;

		read_rings(f, &rings);
		assert_int_equal(rings.tracked.count, counts[k]);
		assert_int_equal(rings.broken, 0);
		for (unsigned i = 0; i < counts[k]; i++)
			assert_true(found(&rings, i));
		ring_free(f, &rings);
	}
}

/* One link is wrong: what lies on both sides of it is found, and the tear is told. */
static void test_torn_rings(void **state)
{
	static const unsigned places[] = {0, 1, 2, 49, 97, 98, 99};
	static const uint64_t wrong[] = {0, 8, 0x5000, FAKE_BASE + 0x20001, 0xffffffffffffffff};

	for (unsigned p = 0; p < LH_ARRAY_SIZE(places); p++) {
		for (unsigned k = 0; k < 2 * LH_ARRAY_SIZE(wrong); k++) {
			struct fake *f = ring_new(100);
			struct lh_rings rings;

			fake_put(f, fake_node(places[p]) + (k & 1 ? 8 : 0), wrong[k / 2]);
			read_rings(f, &rings);
			assert_int_not_equal(rings.broken, 0);
			assert_true(rings.tracked.count >= 98);
			ring_free(f, &rings);
		}
	}
}

static void test_ring_that_runs_into_itself(void **state)
{
	struct fake *f = ring_new(100);
	struct lh_rings rings;

	fake_link(f, fake_node(60), fake_node(30)); /* 31 to 60 are a ring of their own */
	read_rings(f, &rings);
	assert_int_not_equal(rings.broken, 0);
	assert_true(rings.tracked.count <= 100);
	assert_true(found(&rings, 0) && found(&rings, 99));
	ring_free(f, &rings);
}

static void test_node_of_two_generations(void **state)
{
	struct fake *f = ring_new(10);
	struct lh_rings rings;

	fake_link(f, fake_ring_head(f, 0), fake_node(5));
	read_rings(f, &rings);
	assert_int_not_equal(rings.broken, 0);
	ring_free(f, &rings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_rings),
		cmocka_unit_test(test_torn_rings),
		cmocka_unit_test(test_ring_that_runs_into_itself),
		cmocka_unit_test(test_node_of_two_generations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
