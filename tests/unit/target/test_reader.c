/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a caller reads: with holes, with failures, each read failing once. */
#include "target/target.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BASE 0x7000000000u
#define SIZE (300u << 10)
#define PAGE 4096u

/* Memory of SIZE bytes at BASE, of which [hole, hole_end) cannot be read; read number 'fail_at' fails. */
struct memory {
	uint8_t bytes[SIZE];
	uint64_t hole, hole_end;
	int reads, fail_at, error;
};

static struct lh_ctx *ctx;
static struct memory memory;

static int64_t read_memory(void *arg, uint64_t addr, void *buf, uint64_t len)
{
	struct memory *m = arg;
	uint64_t at = addr - BASE, n;

	if (m->reads++ == m->fail_at)
		return m->error;
	if (addr < BASE || at >= SIZE || (at >= m->hole && at < m->hole_end))
		return 0;
	n = at < m->hole ? m->hole - at : SIZE - at;
	n = n < len ? n : len;
	memcpy(buf, m->bytes + at, n);
	return (int64_t)n;
}

static int setup(void **state)
{
	memset(&memory, 0, sizeof(memory));
	for (size_t i = 0; i < SIZE; i++)
		memory.bytes[i] = (uint8_t)(i * 13 + i / 1000 + 1);
	memory.hole = memory.hole_end = SIZE;
	memory.fail_at = -1;
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	lh_ctx_free(ctx);
	return 0;
}

static int open_memory(struct lh_target **ret)
{
	const struct lh_region regions[] = {
		{.start = BASE, .end = BASE + SIZE, .readable = true, .writable = true},
		{.start = BASE + SIZE, .end = BASE + 2 * SIZE, .path = "/dev/guard"},
	};
	struct lh_reader reader = {.size = sizeof(reader),
				   .read = read_memory,
				   .arg = &memory,
				   .regions = regions,
				   .region_count = 2,
				   .pid = 42};

	return lh_target_open_reader(ctx, &reader, NULL, ret);
}

static void test_blocks_are_read_once(void **state)
{
	struct lh_target *target;
	uint8_t *buf = malloc(SIZE);

	assert_int_equal(open_memory(&target), 0);
	assert_int_equal(target->pid, 42);
	assert_int_equal(memory.reads, 0);
	assert_int_equal(lh_target_read(target, BASE + 10, buf, 8), 0);
	assert_memory_equal(buf, memory.bytes + 10, 8);
	assert_int_equal(memory.reads, 1);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(lh_target_read(target, BASE + i * 8, buf, 8), 0);
	assert_int_equal(memory.reads, 1);
	assert_int_equal(lh_target_read(target, BASE, buf, SIZE), 0);
	assert_memory_equal(buf, memory.bytes, SIZE);
	assert_int_equal(memory.reads, 5);
	assert_int_equal(target->missing_bytes, 0);
	assert_int_equal(lh_target_read(target, BASE + SIZE - 4, buf, 8), -LH_EFAULT);
	assert_int_equal(lh_ctx_error(ctx)->addr, BASE + SIZE);
	lh_target_free(target);
	free(buf);
}

/* What was not read is missing, not zero; what lies around it is there. */
static void test_hole(void **state)
{
	struct lh_target *target;
	struct lh_view view;
	uint8_t buf[16];

	memory.hole = 70 * 1024 + 100; /* in the second block, and not on a page's edge */
	memory.hole_end = memory.hole + 10000;
	assert_int_equal(open_memory(&target), 0);
	view = lh_view_of(target);
	for (uint64_t at = 0; at + 16 <= SIZE; at += 16) {
		/* pages that the hole touches cannot be had, all others can */
		uint64_t page = at & ~(uint64_t)(PAGE - 1);
		bool gone = page + PAGE > memory.hole && page < memory.hole_end;
		const uint8_t *p = lh_view_at(&view, BASE + at, 16);

		assert_int_equal(p == NULL, gone);
		assert_int_equal(lh_target_read(target, BASE + at, buf, 16), gone ? -LH_EFAULT : 0);
		if (!gone) {
			assert_memory_equal(p, memory.bytes + at, 16);
			assert_memory_equal(buf, memory.bytes + at, 16);
		}
	}
	assert_null(lh_view_at(&view, BASE + 69 * 1024, 4096));
	assert_true(target->missing_bytes >= 10000 && target->missing_bytes <= 10000 + 2 * PAGE);
	lh_target_free(target);
}

static void test_interrupt(void **state)
{
	struct lh_target *target;
	struct lh_view view;
	uint64_t value;

	memory.fail_at = 0;
	memory.error = -EINTR;
	assert_int_equal(open_memory(&target), 0);
	assert_int_equal(lh_target_u64(target, BASE, &value), -LH_EINTR);
	assert_int_equal(lh_progress(ctx, "walking", 0, 0), 0);
	memory.fail_at = memory.reads;
	view = lh_view_of(target);
	assert_null(lh_view_at(&view, BASE, 8));
	assert_int_equal(lh_progress(ctx, "walking", 0, 0), -LH_EINTR);
	assert_non_null(lh_view_at(&view, BASE, 8)); /* asked again, not remembered as missing */
	lh_target_free(target);
}

/* Every read has its turn to fail; afterwards the same walk succeeds. */
static void test_each_read_fails_once(void **state)
{
	uint8_t *buf = malloc(SIZE);

	memory.error = -EIO;
	for (int k = 0;; k++) {
		struct lh_target *target;
		int r;

		memory.reads = 0;
		memory.fail_at = k;
		assert_int_equal(open_memory(&target), 0);
		r = lh_target_read(target, BASE, buf, SIZE);
		if (memory.reads <= k) {
			assert_int_equal(r, 0);
			assert_true(k >= 5);
			lh_target_free(target);
			break;
		}
		assert_int_equal(r, -LH_EIO);
		assert_non_null(strstr(lh_ctx_error(ctx)->text, "reader failed"));
		assert_int_equal(lh_target_read(target, BASE, buf, SIZE), 0);
		assert_memory_equal(buf, memory.bytes, SIZE);
		lh_target_free(target);
	}
	free(buf);
}

/* Regions may overlap, wrap or be empty. */
static void test_odd_regions(void **state)
{
	const struct lh_region regions[] = {
		{.start = BASE, .end = BASE + 1000, .readable = true},
		{.start = BASE + 500, .end = BASE + 2000, .readable = true},
		{.start = BASE + 5000, .end = BASE + 5000, .readable = true},
		{.start = UINT64_MAX - 10, .end = 5, .readable = true},
		{.start = BASE + 3001, .end = BASE + 3002, .readable = true},
	};
	struct lh_reader reader = {.size = sizeof(reader),
				   .read = read_memory,
				   .arg = &memory,
				   .regions = regions,
				   .region_count = 5};
	struct lh_target *target;
	uint8_t buf[2000];

	assert_int_equal(lh_target_open_reader(ctx, &reader, NULL, &target), 0);
	assert_int_equal(target->segment_count, 3);
	assert_int_equal(lh_target_read(target, BASE, buf, 2000), 0);
	assert_memory_equal(buf, memory.bytes, 2000);
	assert_int_equal(lh_target_read(target, BASE + 3001, buf, 1), 0);
	assert_int_equal(lh_target_read(target, BASE + 3001, buf, 2), -LH_EFAULT);
	lh_target_free(target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_blocks_are_read_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interrupt, setup, teardown),
		cmocka_unit_test_setup_teardown(test_each_read_fails_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_regions, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
