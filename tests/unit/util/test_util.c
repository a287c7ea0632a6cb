/* SPDX-License-Identifier: Apache-2.0 */
#include "util/array.h"
#include "util/bits.h"
#include "util/index.h"
#include "util/populate.h"
#include "util/sort.h"
#include "util/string.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_failure_keeps_its_sentence(void **state)
{
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(lh_ctx_error(ctx)->code, 0);
	assert_int_equal(lh_fail_at(ctx, LH_ECORRUPT, 0x1234, "ring %d", 7), -LH_ECORRUPT);
	assert_int_equal(lh_ctx_error(ctx)->code, LH_ECORRUPT);
	assert_true(lh_ctx_error(ctx)->has_addr);
	assert_int_equal(lh_ctx_error(ctx)->addr, 0x1234);
	assert_string_equal(lh_ctx_error(ctx)->text, "ring 7");
	assert_string_equal(lh_ctx_error(ctx)->where, __func__);
	assert_int_equal(lh_fail(ctx, LH_EIO, "again: %s", lh_ctx_error(ctx)->text), -LH_EIO);
	assert_string_equal(lh_ctx_error(ctx)->text, "again: ring 7");
	assert_false(lh_ctx_error(ctx)->has_addr);
	lh_ctx_free(ctx);
}

static int compare_words(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* As qsort() does: few and many, of all bits, of two digits that are not neighbours, and all the same. */
static void test_sort_words(void **state)
{
	static const uint64_t masks[] = {UINT64_MAX, 0xff00000003f8, 0};
	enum { MOST = 100000 };
	uint64_t *words = malloc(MOST * 8), *sorted = malloc(MOST * 8), seed = 88172645463325252;

	lh_sort_words(NULL, 0);
	for (size_t m = 0; m < 3; m++)
		for (size_t n = 1; n <= MOST; n = n * 7 + 1) {
			for (size_t i = 0; i < n; i++) {
				seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
				words[i] = sorted[i] = seed & masks[m];
			}
			qsort(sorted, n, 8, compare_words);
			lh_sort_words(words, n);
			assert_memory_equal(words, sorted, n * 8);
		}
	free(words);
	free(sorted);
}

static void test_text_is_one_line(void **state)
{
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	lh_fail(ctx, LH_EIO, "open a\nb\033[31m");
	assert_string_equal(lh_ctx_error(ctx)->text, "open a?b?[31m");
	lh_ctx_free(ctx);
}

static int count_calls(const struct lh_progress *progress, void *arg)
{
	return ++*(int *)arg == 3;
}

static void test_hints_are_the_front_ends(void **state)
{
	static const char *const texts[] = {"--exe", NULL};
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_string_equal(lh_hint(ctx, LH_HINT_EXE), "exe");
	assert_string_equal(lh_hint(ctx, LH_HINT_ALL_COLUMNS), "format json");
	lh_ctx_set_hints(ctx, texts, 2);
	assert_string_equal(lh_hint(ctx, LH_HINT_EXE), "--exe");
	assert_string_equal(lh_hint(ctx, LH_HINT_SYSROOT), "sysroot");
	assert_string_equal(lh_hint(ctx, LH_HINT_ALL_COLUMNS), "format json");
	lh_ctx_set_hints(ctx, NULL, 8);
	assert_string_equal(lh_hint(ctx, LH_HINT_EXE), "exe");
	lh_ctx_free(ctx);
}

static void test_progress_is_rare(void **state)
{
	struct lh_ctx *ctx;
	int calls = 0;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	lh_ctx_set_progress(ctx, count_calls, &calls);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(lh_progress(ctx, "counting", (uint64_t)i, 1000), 0);
	assert_in_range(calls, 1, 2);
	ctx->progress_next_ns = 0;
	calls = 2;
	assert_int_equal(lh_progress(ctx, "counting", 1, 2), -LH_EINTR);
	lh_ctx_free(ctx);
}

static void test_interrupt_stops_once(void **state)
{
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	lh_ctx_interrupt(ctx);
	assert_int_equal(lh_progress(ctx, "counting", 0, 0), -LH_EINTR);
	assert_string_equal(lh_ctx_error(ctx)->text, "counting: interrupted");
	assert_int_equal(lh_progress(ctx, "counting", 0, 0), 0);
	lh_ctx_free(ctx);
}

static void test_array_grows_and_refuses_overflow(void **state)
{
	struct lh_ctx *ctx;
	uint64_t *all = NULL;
	size_t count = 0, capacity = 0;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(lh_append(ctx, all, count, capacity, i * 3), 0);
	assert_int_equal(count, 1000);
	assert_int_equal(all[999], 2997);
	assert_int_equal(lh_grow(ctx, &all, &capacity, SIZE_MAX / 4, sizeof(*all)), -LH_ENOMEM);
	assert_int_equal(lh_grow(ctx, &all, &capacity, SIZE_MAX, sizeof(*all)), -LH_ENOMEM);
	assert_int_equal(lh_grow_zeroed(ctx, &all, &capacity, SIZE_MAX, sizeof(*all)), -LH_ENOMEM);
	assert_int_equal(all[999], 2997);
	free(all);
	lh_ctx_free(ctx);
}

static void test_what_grows_may_be_zeros(void **state)
{
	struct lh_ctx *ctx;
	uint64_t *all = NULL;
	size_t capacity = 0;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	for (size_t want = 1; want < 1000; want = want * 3 + 1) {
		size_t old = capacity;

		assert_int_equal(lh_grow_zeroed(ctx, &all, &capacity, want, sizeof(*all)), 0);
		assert_true(capacity >= want);
		for (size_t i = 0; i < capacity; i++)
			assert_int_equal(all[i], i < old ? 7 : 0);
		for (size_t i = 0; i < capacity; i++)
			all[i] = 7;
	}
	free(all);
	lh_ctx_free(ctx);
}

static void test_string_grows(void **state)
{
	struct lh_string s = {0};
	char *text = lh_string_take(&s);

	assert_string_equal(text, "");
	free(text);
	for (int i = 0; i < 1000; i++)
		lh_string_addf(&s, "%d,", i);
	lh_string_add(&s, "end");
	lh_string_add_bytes(&s, "", 0);
	assert_int_equal(s.len, strlen(s.text));
	text = lh_string_take(&s);
	assert_memory_equal(text, "0,1,2,3,", 8);
	assert_string_equal(text + strlen(text) - 7, "999,end");
	free(text);
	assert_null(s.text);
	lh_string_add(&s, "x");
	s.failed = true;
	assert_null(lh_string_take(&s));
}

static void test_string_cleared(void **state)
{
	_cleanup_string_ struct lh_string s = {0};
	const char *text;

	lh_string_clear(&s);
	assert_null(s.text);
	lh_string_add(&s, "some");
	text = s.text;
	s.failed = true;
	lh_string_clear(&s);
	assert_int_equal(s.len, 0);
	assert_ptr_equal(s.text, text);
	assert_string_equal(s.text, "");
	assert_true(s.failed);
}

static void test_bits(void **state)
{
	uint64_t bits[3] = {0};

	lh_bit_set(bits, 0);
	lh_bit_set(bits, 63);
	lh_bit_set(bits, 64);
	lh_bit_set(bits, 191);
	lh_bit_clear(bits, 0);
	lh_bit_clear(bits, 65);
	for (unsigned i = 0; i < 192; i++)
		assert_int_equal(lh_bit_has(bits, i), i == 63 || i == 64 || i == 191);
	assert_int_equal(lh_bit_count(bits[0]) + lh_bit_count(bits[1]) + lh_bit_count(bits[2]), 3);
	assert_int_equal(lh_bit_count(UINT64_MAX), 64);
}

static void test_base_name(void **state)
{
	assert_null(lh_base_name(NULL));
	assert_string_equal(lh_base_name("/usr/lib/libc.so.6"), "libc.so.6");
	assert_string_equal(lh_base_name("[heap]"), "[heap]");
	assert_string_equal(lh_base_name("/usr/lib/"), "");
}

static void test_numbers_for_people(void **state)
{
	assert_string_equal(LH_COUNTED(0), "0");
	assert_string_equal(LH_COUNTED(999), "999");
	assert_string_equal(LH_COUNTED(1000), "1,000");
	assert_string_equal(LH_COUNTED(16003), "16,003");
	assert_string_equal(LH_COUNTED(UINT64_MAX), "18,446,744,073,709,551,615");
}

static void test_index(void **state)
{
	struct lh_index index = {0};
	struct lh_ctx *ctx;
	size_t probe = 0;
	uint32_t n;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_false(lh_index_next(&index, 7, &probe, &n));
	/* each hash twice, crowded, and each the same in 32 bits as another */
	for (uint32_t i = 0; i < 2000; i++)
		assert_int_equal(lh_index_add(ctx, &index, i / 2 % 500 | (uint64_t)(i / 1000) << 40, i), 0);
	assert_int_equal(index.count, 2000);
	for (uint32_t i = 0; i < 2000; i++) {
		size_t found = 0;

		for (probe = 0; lh_index_next(&index, i / 2 % 500 | (uint64_t)(i / 1000) << 40, &probe, &n);)
			found += n == i;
		assert_int_equal(found, 1);
	}
	probe = 0;
	assert_false(lh_index_next(&index, 100000, &probe, &n));
	lh_index_fini(&index);
	lh_ctx_free(ctx);
}

static void test_populated_memory_keeps_its_contents(void **state)
{
	size_t bytes = (33u << 20) + 123;
	uint8_t *memory = malloc(bytes);
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_non_null(memory);
	ctx->threads = 3;
	for (size_t i = 0; i < bytes; i += 4001)
		memory[i] = (uint8_t)(i / 4001);
	assert_int_equal(lh_populate(ctx, memory + 1, bytes - 1), 0);
	assert_int_equal(lh_populate(ctx, memory, 1), 0);
	for (size_t i = 0; i < bytes; i += 4001)
		assert_int_equal(memory[i], (uint8_t)(i / 4001));
	free(memory);
	lh_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_populated_memory_keeps_its_contents),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_failure_keeps_its_sentence),
		cmocka_unit_test(test_sort_words),
		cmocka_unit_test(test_text_is_one_line),
		cmocka_unit_test(test_hints_are_the_front_ends),
		cmocka_unit_test(test_progress_is_rare),
		cmocka_unit_test(test_interrupt_stops_once),
		cmocka_unit_test(test_array_grows_and_refuses_overflow),
		cmocka_unit_test(test_what_grows_may_be_zeros),
		cmocka_unit_test(test_string_grows),
		cmocka_unit_test(test_string_cleared),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_base_name),
		cmocka_unit_test(test_numbers_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
