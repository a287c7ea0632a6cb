/* SPDX-License-Identifier: Apache-2.0 */
/* Each allocation of parsing, filling and rendering fails once:
 * an error comes out, nothing leaks or crashes. */
#include "command/invocation.h"
#include "fail_malloc.h"
#include "small_result.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct small_row rows[] = {{"dict", 1, 2, 3}, {"list", 4, 5, 6}};

static int fill(struct lh_result *result)
{
	int r = lh_result_headline(result, "two types");

	if (r == 0)
		r = lh_result_summary(result, "names", "Names", LH_LIST("a\nb"));
	if (r == 0)
		r = lh_result_warn(result, "odd", NULL, "odd");
	if (r == 0)
		r = lh_result_note(result, "note");
	if (r == 0)
		r = lh_result_next(result, "why", "object 1");
	return r ? r : lh_result_finish(result);
}

static int answer(struct lh_ctx *ctx, enum lh_format format)
{
	_cleanup_(lh_result_freep) struct lh_result *result = NULL;
	_cleanup_free_ char *text = NULL;
	int r = small_result(ctx, rows, 2, &result);

	if (r != 0)
		return r;
	result->format = format;
	r = fill(result);
	return r ? r : lh_result_format(result, NULL, &text, NULL);
}

static int parse(struct lh_ctx *ctx)
{
	static const char *const words[] = {"core", "0x10", "-n", "3", "--threads=2", "--sort", "type"};
	_cleanup_(lh_invocation_freep) struct lh_invocation *invocation = NULL;

	return lh_invocation_new(ctx, lh_command_find("refs"), 7, words, true, &invocation);
}

/* @format -1: parse words. */
static void fail_each_once(int format)
{
	struct lh_ctx *ctx = NULL;
	int r;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	for (long i = 0;; i++) {
		failed_once = false;
		fail_after = i;
		r = format < 0 ? parse(ctx) : answer(ctx, (enum lh_format)format);
		fail_after = -1;
		if (!failed_once)
			break;
		assert_int_equal(r, -LH_ENOMEM);
	}
	assert_int_equal(r, 0);
	lh_ctx_free(ctx);
}

static void test_parse(void **state)
{
	fail_each_once(-1);
}

static void test_text(void **state)
{
	fail_each_once(LH_FORMAT_TEXT);
}

static void test_json(void **state)
{
	fail_each_once(LH_FORMAT_JSON);
}

static void test_csv(void **state)
{
	fail_each_once(LH_FORMAT_CSV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
