/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are a tree: indented, folded with exact sums, and as they are where a program reads them. */
#include "one_ctx.h"
#include "result/result_impl.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct lh_column columns[] = {
	{"path", "TREE", LH_K_TEXT}, {"bytes", NULL, LH_K_COUNT}, {"percent", "%", LH_K_PERCENT}, {}};

static struct lh_result *tree(enum lh_format format, bool limited, size_t limit)
{
	static const struct lh_tree by = {"path", "bytes"};
	struct lh_result *result;

	assert_int_equal(lh_result_new(ctx, "memory", &result), 0);
	result->format = format;
	result->limited = limited;
	result->limit = limit;
	lh_result_columns(result, columns, NULL);
	lh_result_tree(result, &by);
	return result;
}

static void add(struct lh_result *result, const char *path, int64_t bytes)
{
	assert_int_equal(lh_result_row(result, (struct lh_value[]){LH_TEXT(path), LH_COUNT(bytes),
								   LH_PERCENT(bytes / 10)}),
			 0);
}

static void assert_table(struct lh_result *result, const char *expected)
{
	const struct lh_style style = {.size = sizeof(style)};
	struct lh_string out = {};

	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(lh_render_table(result, &style, &out), 0);
	assert_string_equal(out.text, expected);
	lh_string_fini(&out);
}

static struct lh_result *small(enum lh_format format, bool limited, size_t limit)
{
	struct lh_result *r = tree(format, limited, limit);

	add(r, "a", 900);
	add(r, "a/x", 500);
	add(r, "a/x/deep", 300);
	add(r, "a/x/deeper", 200);
	add(r, "a/y", 300);
	add(r, "a/z", 100);
	add(r, "b", 100);
	return r;
}

static void test_indented(void **state)
{
	struct lh_result *r = small(LH_FORMAT_TEXT, false, 0);
	const char *expected = "TREE        BYTES    %\n"
			       "a             900  90%\n"
			       "  x           500  50%\n"
			       "    deep      300  30%\n"
			       "    deeper    200  20%\n"
			       "  y           300  30%\n"
			       "  z           100  10%\n"
			       "b             100  10%\n";

	assert_table(r, expected);
	assert_table(r, expected); /* again */
	lh_result_free(r);
}

/* What is folded has a line with its sums; one that would be alone in it is shown. */
static void test_limit(void **state)
{
	struct lh_result *r = small(LH_FORMAT_TEXT, true, 1);

	assert_table(r, "TREE        BYTES    %\n"
			"a             900  90%\n"
			"  x           500  50%\n"
			"    deep      300  30%\n"
			"    deeper    200  20%\n"
			"  (2 more)    400  40%\n"
			"b             100  10%\n");
	assert_int_equal(r->typed_count, 6);
	assert_int_equal(lh_result_value(r, 4, 1).number, 400);
	lh_result_free(r);
}

static void test_many_and_light(void **state)
{
	struct lh_result *r = tree(LH_FORMAT_TEXT, false, 0);
	char path[16];
	int64_t sum = 0;

	add(r, "a", 10000);
	for (int i = 0; i < 12; i++) {
		snprintf(path, sizeof(path), "a/t%d", i);
		add(r, path, 10000 / 12);
	}
	assert_int_equal(lh_result_finish(r), 0);
	assert_int_equal(r->shown, 1 + 8 + 1);
	assert_int_equal(r->typed_count, 1 + 12); /* typed rows are all of them */
	assert_int_equal(r->row_count, 1 + 12);
	assert_int_equal(lh_result_value(r, 12, 1).number, 10000 / 12);
	for (size_t i = 1; i < r->shown; i++)
		sum += lh_result_cell(r, r->order[i], 1).number;
	assert_int_equal(sum, 10000 / 12 * 12);
	lh_result_free(r);
}

/* Programs get all rows, and so does who sorts them. */
static void test_flat(void **state)
{
	struct lh_result *r = small(LH_FORMAT_JSON, false, 0);

	assert_int_equal(lh_result_finish(r), 0);
	assert_int_equal(r->shown, 7);
	lh_result_free(r);
	r = small(LH_FORMAT_TEXT, false, 0);
	r->sort = "-bytes";
	assert_table(r, "TREE        BYTES    %\n"
			"a/z           100  10%\n"
			"b             100  10%\n"
			"a/x/deeper    200  20%\n"
			"a/x/deep      300  30%\n"
			"a/y           300  30%\n"
			"a/x           500  50%\n"
			"a             900  90%\n");
	lh_result_free(r);
}

/* Steps without end are shown as if they were fewer. */
static void test_deep(void **state)
{
	struct lh_result *r = tree(LH_FORMAT_TEXT, true, 1);
	char path[256] = "a";

	for (int i = 0; i < 40; i++) {
		add(r, path, 1000);
		strcat(path, "/a");
		add(r, path, 10);
	}
	assert_int_equal(lh_result_finish(r), 0);
	assert_true(r->shown > 1 && r->shown <= r->row_count);
	lh_result_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_indented),       cmocka_unit_test(test_limit),
		cmocka_unit_test(test_many_and_light), cmocka_unit_test(test_flat),
		cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
