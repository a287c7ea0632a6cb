/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures: the mark for a part of a whole, marks as characters and as half blocks in colours, in a table. */
#include "fake_heap.h"
#include "result/result_impl.h"
#include "result/shades.h"
#include "result/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_shade(void **state)
{
	static const struct {
		uint64_t part, whole;
		char mark;
	} cases[] = {{0, 0, '0'},   {0, 8, '0'},   {5, 0, '0'},   {1, 1 << 20, '1'}, {1, 8, '1'},
		     {2, 8, '2'},   {19, 80, '1'}, {20, 80, '2'}, {7, 8, '7'},       {79, 80, '7'},
		     {80, 80, '8'}, {81, 80, '8'}, {9, 1, '8'},   {255, 256, '7'},   {UINT64_MAX, 1, '8'}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(lh_shade(cases[i].part, cases[i].whole), cases[i].mark);
}

static void assert_shown(void (*show)(struct lh_string *, const char *), const char *marks, const char *shown)
{
	_cleanup_string_ struct lh_string out = {0};

	show(&out, marks);
	assert_string_equal(out.text ? out.text : "", shown);
}

/* Each mark has one column, what is none of them is not known. */
static void test_shades(void **state)
{
	_cleanup_string_ struct lh_string out = {0};

	assert_shown(lh_show_shades, "", "");
	assert_shown(lh_show_shades, "0123456 78", "·░░▒▒▓▓ ██");
	assert_shown(lh_show_shades, "?9/a\x7f\xff", "??????");
	lh_show_shades(&out, "012345678 ?");
	assert_int_equal(lh_show_width(out.text), 11);
}

#define COLOR(n) "\033[38;5;" #n "m"
#define BEHIND(n) "\033[48;5;" #n "m"
#define END "\033[0m"

/* Two marks have one column; the second of an odd number is not there. */
static void test_halves(void **state)
{
	assert_shown(lh_show_halves, "", "");
	assert_shown(lh_show_halves, "08", COLOR(236) BEHIND(160) "▀" END);
	assert_shown(lh_show_halves, "8", COLOR(160) "▀" END);
	assert_shown(lh_show_halves, " 4", COLOR(70) "▄" END);
	assert_shown(lh_show_halves, "4 ", COLOR(70) "▀" END);
	assert_shown(lh_show_halves, "  ", " ");
	assert_shown(lh_show_halves, " ", " ");
	assert_shown(lh_show_halves, "?x", COLOR(201) "▀" END);
}

/* ---- in a table ---- */

static const struct lh_column columns[] = {
	{"arena", NULL, LH_K_COUNT}, {"map", NULL, LH_K_TEXT, .shades = true}, {}};

static void render(bool color, const char *wanted)
{
	static const char *const maps[] = {"0808 8", "8", "88888888"};
	const struct lh_style style = {.width = 40, .color = color};
	_cleanup_string_ struct lh_string out = {0};
	_cleanup_(lh_result_freep) struct lh_result *result = NULL;
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(lh_result_new(ctx, "small", &result), 0);
	lh_result_columns(result, columns, NULL);
	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		assert_int_equal(
			lh_result_row(result, (struct lh_value[]){LH_COUNT((int64_t)i), LH_TEXT(maps[i])}),
			0);
	assert_int_equal(lh_result_finish(result), 0);
	assert_int_equal(lh_render_table(result, &style, &out), 0);
	assert_string_equal(out.text, wanted);
	result = lh_result_free(lh_take(result));
	lh_ctx_free(ctx);
}

/* Pictures begin below their title, however wide they are. */
static void test_in_a_table(void **state)
{
	render(false, "ARENA  MAP\n"
		      "    0  ·█·█ █\n"
		      "    1  █\n"
		      "    2  ████████\n");
}

static void test_in_colours(void **state)
{
#define PAIR(a, b) COLOR(a) BEHIND(b) "▀" END
	render(true, "\033[1mARENA  MAP" END "\n"
		     "    0  " PAIR(236, 160) PAIR(236, 160)
			     COLOR(160) "▄" END "\n"
					"    1  " COLOR(160) "▀" END "\n"
							     "    2  " PAIR(160, 160) PAIR(160, 160)
								     PAIR(160, 160) PAIR(160, 160) "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shade),      cmocka_unit_test(test_shades),
		cmocka_unit_test(test_halves),     cmocka_unit_test(test_in_a_table),
		cmocka_unit_test(test_in_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
