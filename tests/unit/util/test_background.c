/* SPDX-License-Identifier: Apache-2.0 */
/* Work in a thread beside the caller's: its result, what went wrong, and its end when nobody needs it. */
#include "util/background.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int count(void *arg, struct lh_ctx *ctx)
{
	int *n = arg;

	(void)ctx;
	++*n;
	return 0;
}

static void test_result(void **state)
{
	struct lh_background b = {0};
	struct lh_ctx ctx = {0};
	int n = 0;

	(void)state;
	lh_background_start(&b, count, &n);
	assert_int_equal(lh_background_finish(&b, &ctx, "waiting"), 0);
	assert_int_equal(n, 1);
	lh_background_stop(&b);
	assert_int_equal(n, 1);
}

static int go_wrong(void *arg, struct lh_ctx *ctx)
{
	return lh_fail(ctx, LH_ECORRUPT, "%s is not sound", (const char *)arg);
}

static void test_failure(void **state)
{
	struct lh_background b = {0};
	struct lh_ctx ctx = {0};
	char what[] = "a list";

	(void)state;
	lh_background_start(&b, go_wrong, what);
	assert_int_equal(lh_background_finish(&b, &ctx, "waiting"), -LH_ECORRUPT);
	assert_string_equal(ctx.text, "a list is not sound");
}

static int go_on(void *arg, struct lh_ctx *ctx)
{
	int r = 0;

	(void)arg;
	while (r == 0)
		r = lh_progress(ctx, "going on", 0, 1);
	return r;
}

/* Without the interruption these two would not return. */
static void test_interrupted(void **state)
{
	struct lh_background b = {0};
	struct lh_ctx ctx = {0};

	(void)state;
	lh_background_start(&b, go_on, NULL);
	lh_ctx_interrupt(&ctx);
	assert_int_equal(lh_background_finish(&b, &ctx, "waiting"), -LH_EINTR);
	assert_int_equal(b.result, -LH_EINTR);
}

static void test_stop(void **state)
{
	struct lh_background b = {0};

	(void)state;
	lh_background_start(&b, go_on, NULL);
	lh_background_stop(&b);
	assert_int_equal(b.result, -LH_EINTR);
}

static void test_no_work(void **state)
{
	struct lh_background b = {0};

	(void)state;
	lh_background_stop(&b);
	assert_int_equal(b.result, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_result), cmocka_unit_test(test_failure),
					   cmocka_unit_test(test_interrupted), cmocka_unit_test(test_stop),
					   cmocka_unit_test(test_no_work)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
