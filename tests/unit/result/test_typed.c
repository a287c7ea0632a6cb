/* SPDX-License-Identifier: Apache-2.0 */
/* A result as values: every kind of cell, and the rows that JSON has, whatever the format. */
#include "small_result.h"

#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct small_row rows[] = {
	{"list", 5, 300, 0x10}, {"dict", 5, 900, 0x20}, {"str", 7, -1, 0x30}, {"int", 9, 300, 0x40}};

static struct lh_ctx *ctx;
static struct lh_result *result;

static int setup(void **state)
{
	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(small_result(ctx, rows, 4, &result), 0);
	return 0;
}

static int teardown(void **state)
{
	result = lh_result_free(result);
	lh_ctx_free(ctx);
	return 0;
}

static void expect_types(const char *expected)
{
	struct lh_result_info info = {.size = sizeof(info)};
	char shown[16] = "";

	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(lh_result_info(result, &info), 0);
	for (size_t row = 0; row < info.rows; row++)
		strncat(shown, lh_result_value(result, row, 0).text, 1);
	assert_string_equal(shown, expected);
	assert_int_equal(info.row_count, 4);
}

static void test_rows_are_those_of_json(void **state)
{
	static const enum lh_format formats[] = {LH_FORMAT_TEXT, LH_FORMAT_JSON, LH_FORMAT_CSV};

	for (size_t i = 0; i < LH_ARRAY_SIZE(formats); i++) {
		result->format = formats[i];
		result->limited = false;
		expect_types("dlis");
		result->sort = "-count";
		expect_types("dlsi");
		result->sort = NULL;
		result->limited = true;
		result->limit = 2;
		expect_types("dl");
		result->limit = 0;
		expect_types("dlis");
	}
}

static void test_text_limit_is_not_applied(void **state)
{
	for (int i = 0; i < 100; i++)
		assert_int_equal(lh_result_row(result, (struct lh_value[]){LH_TEXT("x"), LH_COUNT(i), LH_NULL,
									   LH_NULL}),
				 0);
	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(result->shown, 20);
	assert_int_equal(lh_result_value(result, 103, 0).kind, LH_K_TEXT);
	assert_int_equal(lh_result_value(result, 104, 0).kind, LH_K_NULL);
}

static void test_cells(void **state)
{
	struct lh_value values[12];
	size_t count = 0;

	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(lh_result_value(result, 3, 2).kind, LH_K_NULL);
	assert_int_equal(lh_result_value(result, 0, 2).kind, LH_K_BYTES);
	assert_int_equal(lh_result_value(result, 0, 2).number, 900);
	assert_int_equal(lh_result_value(result, 0, 3).addr, 0x20);
	assert_int_equal(lh_result_value(result, 0, 4).kind, LH_K_NULL);
	assert_int_equal(lh_result_value(result, SIZE_MAX, SIZE_MAX).kind, LH_K_NULL);
	assert_int_equal(lh_result_values(result, 2, values, 3, &count), 0);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count * 4; i++) {
		struct lh_value one = lh_result_value(result, 2 + i / 4, i % 4);

		assert_true(lh_value_same(&values[i], &one));
	}
	assert_int_equal(lh_result_values(result, 4, values, 3, &count), LH_DONE);
	assert_int_equal(lh_result_values(result, SIZE_MAX, values, 3, &count), LH_DONE);
	assert_int_equal(lh_result_values(result, 0, values, 0, &count), LH_DONE);
	assert_int_equal(count, 0);
}

static void test_columns(void **state)
{
	struct lh_column_info info = {.size = sizeof(info)};

	lh_result_hide(result, "count");
	assert_int_equal(lh_result_column_at(result, 2, &info), 0);
	assert_string_equal(info.key, "bytes");
	assert_string_equal(info.title, "SIZE");
	assert_int_equal(info.kind, LH_K_BYTES);
	assert_false(info.hidden);
	assert_int_equal(lh_result_column_at(result, 1, &info), 0);
	assert_null(info.title);
	assert_true(info.hidden);
	assert_int_equal(lh_result_column_at(result, 4, &info), LH_DONE);
}

static void add_words(void)
{
	lh_result_headline(result, "Four \xff types");
	lh_result_summary(result, "objects", "Objects", LH_COUNT(26));
	lh_result_summary(result, "delta", NULL, LH_BYTES(-5));
	lh_result_warn(result, "cut", &(uint64_t){0x99}, "a %s", "\xed\xa0\x80");
	lh_result_note(result, "First.");
	lh_result_note(result, "Second.");
	lh_result_next(result, "the biggest", "object 0x%x", 0x20);
	lh_result_incomplete(result);
}

static void test_words(void **state)
{
	struct lh_result_info info = {.size = sizeof(info)};
	struct lh_summary_info entry = {.size = sizeof(entry)};
	struct lh_warning_info warning = {.size = sizeof(warning)};
	struct lh_next_info next = {.size = sizeof(next)};

	add_words();
	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(lh_result_info(result, &info), 0);
	assert_string_equal(info.command, "small");
	assert_string_equal(info.headline, "Four \xef\xbf\xbd types"); /* texts are UTF-8 */
	assert_false(info.complete);
	assert_int_equal(lh_result_summary_at(result, 1, &entry), 0);
	assert_string_equal(entry.key, "delta");
	assert_null(entry.label);
	assert_int_equal(entry.value.number, -5);
	assert_int_equal(lh_result_summary_at(result, 2, &entry), LH_DONE);
	assert_int_equal(lh_result_warning_at(result, 0, &warning), 0);
	assert_string_equal(warning.code, "cut");
	assert_string_equal(warning.text, "a \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_true(warning.has_addr && warning.addr == 0x99);
	assert_int_equal(lh_result_warning_at(result, 1, &warning), LH_DONE);
	assert_string_equal(lh_result_note_at(result, 1), "Second.");
	assert_null(lh_result_note_at(result, 2));
	assert_int_equal(lh_result_next_at(result, 0, &next), 0);
	assert_string_equal(next.command, "object 0x20");
	assert_int_equal(lh_result_next_at(result, 1, &next), LH_DONE);
}

/* Text folds rows that repeat; values have them all, in the order of JSON. */
static void test_folded_rows_are_there(void **state)
{
	static const struct lh_column columns[] = {{"block", NULL, LH_K_TEXT},
						   {"line", NULL, LH_K_NUMBER, .alike = true},
						   {"repeat", NULL, LH_K_COUNT},
						   {}};

	result = lh_result_free(result);
	assert_int_equal(lh_result_new(ctx, "folds", &result), 0);
	lh_result_columns(result, columns, NULL);
	lh_result_fold(result, &(struct lh_fold){.block = "block", .noun = "task", .most_first = true},
		       false);
	for (int i = 0; i < 8; i++)
		lh_result_row(result, (struct lh_value[]){LH_TEXT(i < 2 ? "a" : "b"),
							  LH_NUMBER(i < 2 ? i : 7), LH_NULL});
	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(result->shown, 3);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(lh_result_value(result, i, 1).number, i < 2 ? i : 7);
	assert_int_equal(lh_result_value(result, 2, 2).number, 6);
	assert_int_equal(lh_result_value(result, 3, 2).number, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows_are_those_of_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_text_limit_is_not_applied, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cells, setup, teardown),
		cmocka_unit_test_setup_teardown(test_columns, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folded_rows_are_there, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
