/* SPDX-License-Identifier: Apache-2.0 */
#include "util/array.h"
#include "util/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_every_character_comes_back(void **state)
{
	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		_cleanup_string_ struct lh_string text = {0};
		uint32_t back = 0;

		lh_utf8_add(&text, c);
		assert_int_equal(text.len, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
		assert_int_equal(lh_utf8_next(text.text, &back), text.len);
		assert_int_equal(back, c >= 0xd800 && c <= 0xdfff ? 0xfffd : c);
	}
}

static void test_bytes(void **state)
{
	_cleanup_string_ struct lh_string text = {0};

	lh_utf8_add(&text, 'a');
	lh_utf8_add(&text, 0xe9);
	lh_utf8_add(&text, 0x2026);
	lh_utf8_add(&text, 0x1f600);
	lh_utf8_add(&text, 0xd800);
	lh_utf8_add(&text, 0x110000);
	assert_string_equal(text.text, "a\xc3\xa9\xe2\x80\xa6\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_what_is_not_utf8(void **state)
{
	static const char *const texts[] = {
		"\x80",             /* the rest of a character */
		"\xc3",             /* its rest is missing */
		"\xe2\x80",         /* likewise */
		"\xc3(",            /* what follows is not its rest */
		"\xc1\x81",         /* 'A' in two bytes */
		"\xe0\x81\x81",     /* in three */
		"\xf0\x80\x81\x81", /* in four */
		"\xed\xa0\x80",     /* a surrogate */
		"\xf4\x90\x80\x80", /* after U+10FFFF */
		"\xff",
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(texts); i++) {
		uint32_t c, all[8];
		size_t count;

		assert_int_equal(lh_utf8_next(texts[i], &c), 0);
		assert_int_equal(lh_utf8_decode(texts[i], all, &count), LH_ABSENT);
	}
}

static void test_decode(void **state)
{
	static const uint32_t expected[] = {'a', 0xe9, 0x2026, 0x1f600};
	uint32_t all[16];
	size_t count;

	assert_int_equal(lh_utf8_decode("", all, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(lh_utf8_decode("a\xc3\xa9\xe2\x80\xa6\xf0\x9f\x98\x80", all, &count), 0);
	assert_int_equal(count, LH_ARRAY_SIZE(expected));
	assert_memory_equal(all, expected, sizeof(expected));
}

static void test_valid(void **state)
{
	static const char good[] = "a\xc3\xa9";
	_cleanup_string_ struct lh_string buffer = {0};

	assert_ptr_equal(lh_utf8_valid(good, &buffer), good);
	assert_string_equal(lh_utf8_valid("a\xff"
					  "b\xc3",
					  &buffer),
			    "a\xef\xbf\xbd"
			    "b\xef\xbf\xbd");
	assert_string_equal(lh_utf8_valid("\xff", &buffer), "\xef\xbf\xbd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_character_comes_back),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_what_is_not_utf8),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
