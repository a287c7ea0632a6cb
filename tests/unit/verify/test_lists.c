/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's lists, broken in one or two words, each of which must be named. */
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "checked.h"

#define COUNT 100
#define OLDEST 2

/* A list of objects with a count and a type */
static struct fake *lists_new(void)
{
	struct fake *f = fake_new();
	uint64_t type = fake_type(f, 1, "list", 40, LH_TPFLAG_HAVE_GC);

	for (unsigned i = 0; i < COUNT; i++)
		fake_list(f, i, type, 1, NULL, 0);
	fake_ring(f, fake_ring_head(f, OLDEST), 0, COUNT);
	return f;
}

static void check(struct fake *f, struct lh_verify *v)
{
	fake_open(f);
	check_with(f, v, LH_CHECK_LISTS);
}

static void test_whole(void **state)
{
	struct fake *f = lists_new();
	struct lh_verify v;

	check(f, &v);
	assert_int_equal(v.errors + v.now->moving + v.now->skipped, 0);
	assert_int_equal(v.now->checked, COUNT);
	done(f, &v);
}

static void test_each_word(void **state)
{
	static const unsigned places[] = {0, 1, 49, 98, 99};
	static const uint64_t wrong[] = {0, 8, 0x5000, FAKE_BASE + 0x20004, UINT64_MAX};

	for (unsigned p = 0; p < LH_ARRAY_SIZE(places); p++) {
		for (unsigned k = 0; k < 2 * LH_ARRAY_SIZE(wrong); k++) {
			struct fake *f = lists_new();
			uint64_t word = fake_node(places[p]) + (k & 1 ? 8 : 0);
			struct lh_verify v;

			fake_put(f, word, wrong[k / 2]);
			check(f, &v);
			assert_int_equal(v.errors, 1);
			assert_damage(&v, 0, "gc list", word);
			done(f, &v);
		}
	}
}

static void test_head(void **state)
{
	for (unsigned k = 0; k < 2; k++) {
		struct fake *f = lists_new();
		uint64_t word = fake_ring_head(f, OLDEST) + 8 * k;
		struct lh_verify v;

		fake_put(f, word, 0x5000);
		check(f, &v);
		assert_int_equal(v.errors, 1);
		assert_damage(&v, 0, "gc list", word);
		done(f, &v);
	}
}

/* What lies between the two is not known, and that is said. */
static void test_two_words(void **state)
{
	struct fake *f = lists_new();
	struct lh_verify v;

	fake_put(f, fake_node(20), 0x5000);
	fake_put(f, fake_node(70) + 8, 0x5000);
	check(f, &v);
	assert_int_equal(v.errors, 2);
	assert_damage(&v, 0, "gc list", fake_node(20));
	assert_damage(&v, 1, "gc list", fake_node(70) + 8);
	assert_int_equal(v.damages[1].neighbour, fake_object(20));
	assert_int_equal(v.now->skipped, 1);
	done(f, &v);
}

static void test_a_circle(void **state)
{
	struct fake *f = lists_new();
	struct lh_verify v;

	fake_put(f, fake_node(60), fake_node(30));
	check(f, &v);
	assert_int_equal(v.errors, 1);
	assert_damage(&v, 0, "gc list", fake_node(60));
	done(f, &v);
}

static void test_what_is_not_an_object(void **state)
{
	struct fake *f = lists_new();
	struct lh_verify v;

	fake_put(f, fake_object(5), 0);
	fake_put(f, fake_object(7) + 8, 0x6161616161616161);
	check(f, &v);
	assert_int_equal(v.errors, 2);
	assert_damage(&v, 0, "object", fake_object(5));
	assert_damage(&v, 1, "object", fake_object(7) + 8);
	done(f, &v);
}

/* A register leads to an object that one neighbour knows and the other does not yet: it is joining the list. */
static void test_in_the_middle_of_a_change(void **state)
{
	for (unsigned here = 0; here < 2; here++) {
		struct fake *f = lists_new();
		struct lh_register one = {.value = here ? fake_node(50) : 0x5000};
		struct lh_verify v;

		fake_put(f, fake_node(49), fake_node(51)); /* 50 leaves: _PyObject_GC_UNTRACK() */
		fake_open(f);
		f->target->registers = &one;
		f->target->register_count = 1;
		check_with(f, &v, LH_CHECK_LISTS);
		assert_int_equal(v.errors, here ? 0 : 1);
		assert_int_equal(v.now->moving, here);
		f->target->registers = NULL;
		f->target->register_count = 0;
		done(f, &v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_each_word),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_two_words),
		cmocka_unit_test(test_a_circle),
		cmocka_unit_test(test_what_is_not_an_object),
		cmocka_unit_test(test_in_the_middle_of_a_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
