/* SPDX-License-Identifier: Apache-2.0 */
/* Room for mappings that change until the process is stopped. */
#include "target/live_room.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MB ((uint64_t)1 << 20)
#define BASE ((uint64_t)1 << 40)

struct fixture {
	struct lh_ctx *ctx;
	struct lh_target *target;
	struct lh_rooms rooms;
};

static int setup(void **state)
{
	static struct fixture f;

	if (lh_ctx_new(&f.ctx) < 0 || lh_target_new(f.ctx, LH_TARGET_PROCESS, NULL, &f.target) < 0)
		return -1;
	f.rooms = (struct lh_rooms){.target = f.target};
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	lh_rooms_fini(&f->rooms);
	lh_target_free(f->target);
	lh_ctx_free(f->ctx);
	return 0;
}

/* Two mappings of 16 MB with 1 MB between them, and one far away. */
static void foresee(struct fixture *f)
{
	assert_int_equal(lh_rooms_foresee(&f->rooms, BASE, BASE + 16 * MB), 0);
	assert_int_equal(lh_rooms_foresee(&f->rooms, BASE + 17 * MB, BASE + 33 * MB), 0);
	assert_int_equal(lh_rooms_foresee(&f->rooms, 2 * BASE, 2 * BASE + 4096), 0);
	lh_rooms_reserve(&f->rooms);
	assert_int_equal(f->rooms.count, 2);
}

static bool is_prepared(const struct fixture *f, uint64_t start, uint64_t end)
{
	size_t before = f->target->map_count;
	uint8_t *data = NULL;

	assert_int_equal(lh_rooms_get(&f->rooms, start, end, &data), 0);
	data[0] = data[end - start - 1] = 1;
	return f->target->map_count == before;
}

static void test_mappings_that_grow(void **state)
{
	struct fixture *f = *state;
	uint8_t *first, *second;

	foresee(f);
	assert_true(is_prepared(f, BASE, BASE + 16 * MB));
	assert_true(is_prepared(f, BASE - MB, BASE + 16 * MB));
	assert_true(is_prepared(f, BASE, BASE + 33 * MB)); /* what was between them is mapped, too */
	assert_true(is_prepared(f, BASE - 4 * MB, BASE + 37 * MB));
	assert_true(is_prepared(f, 2 * BASE, 2 * BASE + 4096));
	assert_int_equal(lh_rooms_get(&f->rooms, BASE, BASE + 16 * MB, &first), 0);
	assert_int_equal(lh_rooms_get(&f->rooms, BASE + 17 * MB, BASE + 33 * MB, &second), 0);
	assert_ptr_equal(first + 17 * MB, second);
}

static void test_mappings_that_nobody_foresaw(void **state)
{
	struct fixture *f = *state;

	foresee(f);
	assert_false(is_prepared(f, BASE - 5 * MB, BASE));
	assert_false(is_prepared(f, BASE, BASE + 40 * MB));
	assert_false(is_prepared(f, 3 * BASE, 3 * BASE + 4096));
	assert_false(is_prepared(f, 4096, 8192));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mappings_that_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mappings_that_nobody_foresaw, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
