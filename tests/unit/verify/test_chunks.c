/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks of malloc's with one size that was overwritten: it is named, and what was not looked at after it is said. */
#include "fake_heap.h"
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_lists.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "checked.h"
#include "fake_glibc.h"

static void check(struct fake *f, struct lh_verify *v)
{
	give_module(f);
	check_with(f, v, LH_CHECK_MALLOC);
}

static void test_whole(void **state)
{
	struct fake *f = arena();
	struct lh_verify v;

	check(f, &v);
	assert_int_equal(v.errors + v.now->skipped + v.now->moving, 0);
	assert_int_equal(v.now->checked, CHUNKS + 2);
	done(f, &v);
}

static void test_sizes(void **state)
{
	static const uint64_t wrong[] = {0, 0x6161616161616161, UINT64_MAX, 1 << 30 | 1, CHUNK | 2 | 1};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct fake *f = arena();
		struct lh_verify v;

		fake_put(f, chunk(5) + 8, wrong[i]);
		check(f, &v);
		assert_int_equal(v.errors, 1);
		assert_damage(&v, 0, "malloc chunk", chunk(5) + 8);
		assert_int_equal(v.damages[0].neighbour, chunk(4));
		assert_int_equal(v.now->skipped, 1);
		done(f, &v);
	}
}

/* free() has said that chunk 4 is free, and not yet how long it is: while it has the arena locked. */
static void test_in_the_middle_of_a_change(void **state)
{
	for (uint32_t locked = 0; locked < 2; locked++) {
		struct fake *f = arena();
		struct lh_verify v;

		put_chunk(f, chunk(5), 0, CHUNK);
		fake_put_u32(f, STATE, locked);
		check(f, &v);
		assert_int_equal(v.errors, !locked);
		assert_int_equal(v.now->moving, locked);
		done(f, &v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_in_the_middle_of_a_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
