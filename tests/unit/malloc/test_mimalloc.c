/* SPDX-License-Identifier: Apache-2.0 */
/* A segment of mimalloc 2.1 made by hand: its head, a page of
 * blocks of 64 bytes, a free span; then damaged. */
#include "fake_heap.h"
#include "malloc/mimalloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "free_log.h"
#include "util/array.h"

#define SLICE 0x10000u
#define ENTRY(n) (FAKE_BASE + 264 + 80 * (n))
#define FIRST (FAKE_BASE + SLICE + 3 * 64) /* block of the page */
#define BLOCK(n) (FIRST + 64 * (n))
#define HANDED_OUT 100

/* Free: block 7, then 3; freed since: block 9. */
static struct fake *segment(void)
{
	struct fake *f = fake_new();

	memset(f->memory, 0, sizeof(f->memory));
	fake_put(f, FAKE_BASE + 232, 1);
	fake_put(f, FAKE_BASE + 248, 512);
	fake_put(f, ENTRY(0), 1);
	fake_put(f, ENTRY(1), 1);
	fake_put(f, ENTRY(1) + 8, (uint64_t)HANDED_OUT << 16 | 1000ull << 32);
	fake_put(f, ENTRY(1) + 16, BLOCK(7));
	fake_put(f, ENTRY(1) + 24, 64ull << 32);
	fake_put(f, ENTRY(1) + 32, BLOCK(9));
	fake_put(f, BLOCK(7), BLOCK(3));
	fake_put(f, ENTRY(2), 510);
	return f;
}

/* What is free, and the end of the block that has @addr. */
static struct free_log ask(struct fake *f, uint64_t addr, uint64_t *ret_end)
{
	struct free_log log = {.most = FREE_LOG_MAX};
	struct lh_mimalloc mi;

	fake_open(f);
	assert_int_equal(lh_mimalloc_find(f->target, &mi), 0);
	assert_int_equal(lh_mimalloc_report_free(f->target, &mi, free_log_add, &log), 0);
	*ret_end = lh_mimalloc_block_end(&mi, addr);
	lh_mimalloc_fini(&mi);
	fake_free(f);
	return log;
}

static void test_free_blocks(void **state)
{
	const uint64_t expected[][2] = {
		{FAKE_BASE, SLICE},          /* the head */
		{FAKE_BASE + SLICE, 3 * 64}, /* before the first block */
		{BLOCK(HANDED_OUT), FAKE_BASE + 2 * SLICE - BLOCK(HANDED_OUT)},
		{BLOCK(7), 64},
		{BLOCK(3), 64},
		{BLOCK(9), 64},
		{FAKE_BASE + 2 * SLICE, 510ull * SLICE},
	};
	uint64_t end;
	struct free_log log = ask(segment(), BLOCK(5) + 8, &end);

	assert_int_equal(log.count, LH_ARRAY_SIZE(expected));
	for (unsigned i = 0; i < log.count; i++) {
		assert_int_equal(log.addr[i], expected[i][0]);
		assert_int_equal(log.len[i], expected[i][1]);
	}
	assert_int_equal(end, BLOCK(6));
}

static void test_block_ends(void **state)
{
	uint64_t end;

	ask(segment(), BLOCK(HANDED_OUT), &end); /* never handed out */
	assert_int_equal(end, 0);
	ask(segment(), FIRST - 8, &end);
	assert_int_equal(end, 0);
	ask(segment(), FAKE_BASE + 2 * SLICE + 64, &end); /* a free span */
	assert_int_equal(end, 0);
	ask(segment(), FAKE_BASE - 8, &end);
	assert_int_equal(end, 0);
	ask(segment(), FAKE_BASE + (32 << 20), &end);
	assert_int_equal(end, 0);
}

/* How many blocks are reported as free when word @at is @word. */
static unsigned damaged(uint64_t at, uint64_t word)
{
	struct fake *f = segment();
	uint64_t end;

	fake_put(f, at, word);
	return ask(f, BLOCK(5), &end).count;
}

static void test_damaged(void **state)
{
	const unsigned whole = 7;

	assert_int_equal(damaged(BLOCK(3), BLOCK(7)), whole + HANDED_OUT - 2); /* a ring */
	assert_int_equal(damaged(BLOCK(7), BLOCK(3) + 8), whole - 1);
	assert_int_equal(damaged(BLOCK(7), BLOCK(HANDED_OUT)), whole - 1);
	assert_int_equal(damaged(ENTRY(1) + 16, 0x1234), whole - 2);
	assert_int_equal(damaged(ENTRY(1) + 8, 2000ull << 16 | 2000ull << 32), 2); /* more than a slice has */
	assert_int_equal(damaged(ENTRY(1) + 8, 1001ull << 16 | 1000ull << 32), 2);
	assert_int_equal(damaged(ENTRY(1) + 24, 1ull << 32), 2);
	/* no segment: spans that do not end with it, none, a part of another, no head */
	assert_int_equal(damaged(ENTRY(2), 511), 0);
	assert_int_equal(damaged(ENTRY(2), 0xffffffff), 0);
	assert_int_equal(damaged(ENTRY(1), 0), 0);
	assert_int_equal(damaged(ENTRY(2), 510 | 80ull << 32), 0);
	assert_int_equal(damaged(FAKE_BASE + 232, 0), 0);
	assert_int_equal(damaged(FAKE_BASE + 248, 513), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_free_blocks),
		cmocka_unit_test(test_block_ends),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
