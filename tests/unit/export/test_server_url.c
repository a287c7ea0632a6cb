/* SPDX-License-Identifier: Apache-2.0 */
/* URLs of servers as messages show them: never with a password, whatever is mistyped. */
#include "export/server_url.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *url, const char *expected)
{
	_cleanup_string_ struct lh_string name = {0};

	lh_server_name(url, &name);
	assert_false(name.failed);
	assert_string_equal(name.text, expected);
}

static void test_what_is_a_url(void **state)
{
	assert_true(lh_server_is_url("postgresql://"));
	assert_true(lh_server_is_url("postgres://h"));
	assert_false(lh_server_is_url("postgresql:/h"));
	assert_false(lh_server_is_url("postgresql"));
	assert_false(lh_server_is_url("mysql://h"));
	assert_false(lh_server_is_url(""));
	assert_false(lh_server_is_url(NULL));
}

static void test_names(void **state)
{
	check("postgresql://", "postgresql://");
	check("postgresql:///db", "postgresql:///db");
	check("postgres://h:5432/db", "postgres://h:5432/db");
	check("postgresql://u@h/db", "postgresql://u@h/db");
	check("postgresql://u:secret@h/db", "postgresql://u@h/db");
	check("postgresql://u:@h/db", "postgresql://u@h/db");
	check("postgresql://:secret@h/db", "postgresql://@h/db");
	check("postgresql://u:se?cret@h/db", "postgresql://u@h/db");
	check("postgresql://u:se:cret@h:1,[::1]:2,k/db", "postgresql://u@h:1,[::1]:2,k/db");
	check("postgresql://u@%2Frun%2Fpg:5433/db", "postgresql://u@%2Frun%2Fpg:5433/db");
}

static void test_keys(void **state)
{
	check("postgresql:///db?host=/run/pg&password=secret&port=5", "postgresql:///db?host=/run/pg&port=5");
	check("postgresql:///db?password=secret", "postgresql:///db");
	check("postgresql:///db?pass%77ord=secret&user=a@b", "postgresql:///db?user=a@b");
	check("postgresql:///db?sslpassword=secret&options=-csearch_path%3Dheap",
	      "postgresql:///db?options=-csearch_path%3Dheap");
	check("postgresql:///db?&&PASSWORD=secret&host", "postgresql:///db");
	check("postgresql://h?", "postgresql://h");
}

/* A terminal and a shell take them as they are. */
static void test_what_a_url_may_not_have(void **state)
{
	check("postgresql://it's\x1b[31m@h/d b\n", "postgresql://it%27s%1B[31m@h/d%20b%0A");
	check("postgresql:///db?host=/\xc3\xa4\"", "postgresql:///db?host=/%C3%A4%22");
}

static void test_ambiguous(void **state)
{
	static const char *const urls[] = {
		"postgresql://u:se@cret@h/db", "postgresql://u:se/cret@h/db", "postgresql://u:secret",
		"postgresql://u:secret/db",    "postgresql://h/db@secret",    "postgresql://h:1x/db",
		"postgresql://[::1:secret",    "postgresql://h,k:secret/db",  "secret",
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(urls); i++) {
		assert_false(lh_server_is_plain(urls[i]));
		check(urls[i], "postgresql://...");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_a_url), cmocka_unit_test(test_names),
		cmocka_unit_test(test_keys),          cmocka_unit_test(test_what_a_url_may_not_have),
		cmocka_unit_test(test_ambiguous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
