/* SPDX-License-Identifier: Apache-2.0 */
/* Each text once, and bounded. */
#include "export/names.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct lh_names start(void)
{
	struct lh_names names = {.other = UINT32_MAX};

	assert_int_equal(lh_ctx_new(&names.ctx), 0);
	return names;
}

static void end(struct lh_names *names)
{
	lh_names_fini(names);
	lh_ctx_free(names->ctx);
}

static void test_each_once(void **state)
{
	static const char *const texts[] = {"", "a", "b", "a", "", "ab", "b"};
	static const uint32_t numbers[] = {0, 1, 2, 1, 0, 3, 2};
	struct lh_names names = start();
	uint32_t number;

	for (size_t i = 0; i < LH_ARRAY_SIZE(texts); i++) {
		assert_int_equal(lh_names_number(&names, texts[i], &number), 0);
		assert_int_equal(number, numbers[i]);
		assert_string_equal(lh_names_nth(&names, number), texts[i]);
	}
	assert_int_equal(names.count, 4);
	end(&names);
}

static void test_not_utf8(void **state)
{
	struct lh_names names = start();
	uint32_t number;

	assert_int_equal(lh_names_number(&names, "a", &number), 0);
	assert_int_equal(lh_names_set_other(&names), 0);
	assert_int_equal(names.other, 1);
	assert_int_equal(lh_names_number(&names,
					 "\xff"
					 "b",
					 &number),
			 0);
	assert_int_equal(number, 2);
	assert_string_equal(lh_names_nth(&names, number), "�b");
	assert_int_equal(lh_names_number(&names, "�b", &number), 0);
	assert_int_equal(number, 2);
	end(&names);
}

static void test_bounded_count(void **state)
{
	struct lh_names names = start();
	uint32_t number;
	char text[16];

	for (uint32_t i = 0; i < LH_NAMES_MAX + 10; i++) {
		snprintf(text, sizeof(text), "%u", i);
		assert_int_equal(lh_names_number(&names, text, &number), 0);
		assert_int_equal(number, i < LH_NAMES_MAX ? i : UINT32_MAX);
	}
	assert_int_equal(names.refused, 10);
	assert_int_equal(lh_names_number(&names, "77", &number), 0); /* one that is there is still found */
	assert_int_equal(number, 77);
	end(&names);
}

static void test_bounded_bytes(void **state)
{
	struct lh_names names = start();
	size_t len = 1 << 20, taken = 0;
	char *text = calloc(1, len + 1);
	uint32_t number;

	assert_non_null(text);
	memset(text, 'x', len);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(text, 8, "%06u", i);
		text[6] = 'x';
		assert_int_equal(lh_names_number(&names, text, &number), 0);
		taken += number != UINT32_MAX;
	}
	assert_int_equal(taken, (LH_NAMES_BYTES_MAX >> 20) - 1); /* each has a NUL */
	assert_int_equal(names.refused, 200 - taken);
	free(text);
	end(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_bounded_count),
		cmocka_unit_test(test_bounded_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
