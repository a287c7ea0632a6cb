/* SPDX-License-Identifier: Apache-2.0 */
/* Order and number of rows. */
#include "small_result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct small_row rows[] = {
	{"list", 5, 300, 0x10}, {"dict", 5, 900, 0x20}, {"str", 7, -1, 0x30},
	{"int", 9, 300, 0x40},  {"set", 5, 300, 0x50},
};

/* The first letters of the types in the order shown, for easy comparison. */
static void expect_order(const char *sort, const char *limit, const char *expected)
{
	struct lh_ctx *ctx = NULL;
	struct lh_result *result = NULL;
	char shown[16] = "";

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(small_result(ctx, rows, 5, &result), 0);
	result->sort = sort;
	result->limited = limit != NULL;
	result->limit = limit ? strtoul(limit, NULL, 10) : 0;
	assert_int_equal(lh_result_finish(result), 0);
	for (size_t i = 0; i < result->shown; i++)
		strncat(shown, lh_result_cell(result, result->order[i], 0).text, 1);
	assert_string_equal(shown, expected);
	lh_result_free(result);
	lh_ctx_free(ctx);
}

static void test_default_is_biggest_first_unknown_last(void **state)
{
	expect_order(NULL, NULL, "dliss");
}

static void test_text_ascends(void **state)
{
	expect_order("type", NULL, "dilss");
}

static void test_reverse(void **state)
{
	expect_order("-count", NULL, "dlssi");
}

static void test_limit_comes_after_order(void **state)
{
	expect_order("count", "2", "is");
	expect_order("count", "0", "isdls");
	expect_order("count", "99", "isdls");
}

static void test_unknown_column_names_the_likely_one(void **state)
{
	struct lh_ctx *ctx = NULL;
	struct lh_result *result = NULL;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(small_result(ctx, rows, 5, &result), 0);
	result->sort = "conut";
	assert_int_equal(lh_result_finish(result), -LH_EUSAGE);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "did you mean 'count'?"));
	lh_result_free(result);
	lh_ctx_free(ctx);
}

static void test_text_shows_twenty_rows(void **state)
{
	struct lh_ctx *ctx = NULL;
	struct lh_result *result = NULL;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(small_result(ctx, rows, 5, &result), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(lh_result_row(result, (struct lh_value[]){LH_TEXT("x"), LH_COUNT(i), LH_NULL,
									   LH_NULL}),
				 0);
	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(result->shown, 20);
	result->format = LH_FORMAT_CSV;
	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(result->shown, 105);
	lh_result_free(result);
	lh_ctx_free(ctx);
}

static void test_equal_neighbours_share_their_text(void **state)
{
	static const struct small_row same[] = {{"dict", 1, 1, 1}, {"dict", 2, 2, 2}};
	struct lh_ctx *ctx = NULL;
	struct lh_result *result = NULL;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(small_result(ctx, same, 2, &result), 0);
	assert_ptr_equal(lh_result_cell(result, 0, 0).text, lh_result_cell(result, 1, 0).text);
	lh_result_free(result);
	lh_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_is_biggest_first_unknown_last),
		cmocka_unit_test(test_text_ascends),
		cmocka_unit_test(test_reverse),
		cmocka_unit_test(test_limit_comes_after_order),
		cmocka_unit_test(test_unknown_column_names_the_likely_one),
		cmocka_unit_test(test_text_shows_twenty_rows),
		cmocka_unit_test(test_equal_neighbours_share_their_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
