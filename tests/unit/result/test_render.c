/* SPDX-License-Identifier: Apache-2.0 */
/* Every format, down to the byte, and what hostile text becomes in each. */
#include "small_result.h"

#include "result/show.h"
#include "util/utf8.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct small_row rows[] = {{"dict", 4812, 1258291, 0x7f10}, {"list", 3, 72, 0x7f20}};
static const struct small_row evil[] = {{"a\033[31m\xff\n\"b\",c\xe2\x80\xae", 1, -1, 1}};

static char *render(const struct small_row *of, size_t count, enum lh_format format, unsigned width,
		    size_t limit)
{
	struct lh_style style = {
		.size = sizeof(style), .width = width, .prefix = "py-heap", .target = "core.1"};
	struct lh_ctx *ctx = NULL;
	struct lh_result *result = NULL;
	char *text = NULL;
	size_t len = 0;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(small_result(ctx, of, count, &result), 0);
	result->format = format;
	result->limited = limit > 0;
	result->limit = limit;
	lh_result_headline(result, "%d types", 2);
	lh_result_summary(result, "objects", "Objects", LH_COUNT(4815));
	lh_result_summary(result, "names", NULL, LH_LIST("a\nb"));
	lh_result_warn(result, "truncated", &(uint64_t){0x99}, "cut short");
	lh_result_note(result, "A note.");
	lh_result_next(result, "the biggest", "object 0x%x", 0x7f10);
	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(lh_result_format(result, &style, &text, &len), 0);
	assert_int_equal(strlen(text), len);
	lh_result_free(result);
	lh_ctx_free(ctx);
	return text;
}

static void expect(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void test_text(void **state)
{
	expect(render(rows, 2, LH_FORMAT_TEXT, 0, 1), "2 types\n"
						      "\n"
						      "Objects  4,815\n"
						      "\n"
						      "TYPE  COUNT    SIZE\n"
						      "dict  4,812  1.2 MB\n"
						      "… 1 more row (limit 0 shows all)\n"
						      "\n"
						      "A note.\n"
						      "\n"
						      "Next: py-heap object core.1 0x7f10   # the biggest\n");
}

static void test_json(void **state)
{
	expect(render(rows, 2, LH_FORMAT_JSON, 0, 0),
	       "{\"py_heap\":1,\"command\":\"small\",\"target\":{\"kind\":\"core\",\"path\":\"c\",\"pid\":"
	       "null,"
	       "\"python\":\"3.11.7\",\"debug\":false,\"free_threaded\":false,\"layout\":null},\"complete\":"
	       "true,"
	       "\"warnings\":[{\"code\":\"truncated\",\"text\":\"cut short\",\"address\":\"0x99\"}],"
	       "\"summary\":{\"objects\":4815,\"names\":[\"a\",\"b\"]},\"row_count\":2,\"rows\":[\n"
	       "{\"type\":\"dict\",\"count\":4812,\"bytes\":1258291,\"address\":\"0x7f10\"},\n"
	       "{\"type\":\"list\",\"count\":3,\"bytes\":72,\"address\":\"0x7f20\"}]}\n");
}

static void test_csv(void **state)
{
	expect(render(rows, 2, LH_FORMAT_CSV, 0, 1), "type,count,bytes,address\ndict,4812,1258291,0x7f10\n");
}

static void test_hostile_text_stays_harmless(void **state)
{
	char *text = render(evil, 1, LH_FORMAT_TEXT, 0, 0);

	assert_non_null(strstr(text, "a\\x1b[31m\xef\xbf\xbd\\n\"b\",c\\u202e"));
	assert_null(strchr(text, '\033'));
	free(text);
	expect(render(evil, 1, LH_FORMAT_CSV, 0, 0),
	       "type,count,bytes,address\n\"a\\x1b[31m\xef\xbf\xbd\\n\"\"b\"\",c\\u202e\",1,,0x1\n");
}

static void test_hostile_text_is_valid_json(void **state)
{
	char *text = render(evil, 1, LH_FORMAT_JSON, 0, 0);
	json_t *json = json_loads(text, 0, NULL), *row;

	assert_non_null(json);
	row = json_array_get(json_object_get(json, "rows"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "type")),
			    "a\033[31m\xef\xbf\xbd\n\"b\",c\xe2\x80\xae");
	assert_true(json_is_null(json_object_get(row, "bytes")));
	json_decref(json);
	free(text);
}

static void test_wide_text_gives_way_to_the_terminal(void **state)
{
	static const struct small_row wide[] = {{"package.module.submodule.Class", 1, 2, 3}};
	char *text = render(wide, 1, LH_FORMAT_TEXT, 32, 0);

	assert_non_null(strstr(text, "package.module.sub…      1   2 B\n"));
	free(text);
}

static void expect_shown(struct lh_value value, const char *expected)
{
	struct lh_string out = {};

	lh_show_value(&out, &value);
	assert_string_equal(out.text, expected);
	lh_string_fini(&out);
}

static void test_human_units(void **state)
{
	expect_shown(LH_BYTES(0), "0 B");
	expect_shown(LH_BYTES(1023), "1023 B");
	expect_shown(LH_BYTES(1024), "1.0 KB");
	expect_shown(LH_BYTES(1048575), "1.0 MB");
	expect_shown(LH_BYTES(-2048), "-2.0 KB");
	expect_shown(LH_BYTES(INT64_MAX), "8.0 EB");
	expect_shown(LH_COUNT(1234567), "1,234,567");
	expect_shown(LH_COUNT(INT64_MIN), "-9,223,372,036,854,775,808");
	expect_shown(LH_NULL, "-");
	expect_shown(LH_BOOL(true), "yes");
	expect_shown(LH_LIST("a\nb"), "a, b");
	expect_shown(LH_LIST("1\n2\n3\n4\n5\n6\n7\n8\n9\n10"), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10");
	expect_shown(LH_LIST("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11"), "1, 2, 3, 4, 5, 6, 7, 8, 9, … 2 more");
	expect_shown(LH_NUMBER(1234567), "1234567");
}

static void test_utf8_is_checked(void **state)
{
	struct lh_string out = {};

	lh_utf8_add_text(&out, "\xc3\xa4\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82");
	assert_string_equal(out.text,
			    "ä\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
			    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	lh_string_fini(&out);
	assert_int_equal(lh_show_width("ä漢e\xcc\x81"), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_hostile_text_stays_harmless),
		cmocka_unit_test(test_hostile_text_is_valid_json),
		cmocka_unit_test(test_wide_text_gives_way_to_the_terminal),
		cmocka_unit_test(test_human_units),
		cmocka_unit_test(test_utf8_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
