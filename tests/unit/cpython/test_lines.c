/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of lines of all versions: what they say, and tables that say nothing. */
#include "cpython/lines.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRST 10
#define SHORT(units) (0x80 | ((units)-1)) /* 3.11+: kind 0, the line stays; one operand */
#define ONE_LINE(lines, units) (0x80 | (10 + (lines)) << 3 | ((units)-1))
#define NO_COLUMNS(units) (0x80 | 13 << 3 | ((units)-1))
#define LONG(units) (0x80 | 14 << 3 | ((units)-1))
#define NONE(units) (0x80 | 15 << 3 | ((units)-1))

static uint32_t find(enum lh_line_table kind, const void *bytes, size_t size, int64_t at)
{
	struct lh_line_bytes table = {.bytes = bytes, .size = size, .first = FIRST};

	return lh_line_find(kind, &table, at);
}

#define FIND(kind, at) find((kind), bytes, sizeof(bytes), (at))

static void test_unsigned(void **state)
{
	static const uint8_t bytes[] = {6, 1, 8, 255, 0, 45, 2, 200};

	assert_int_equal(FIND(LH_LINES_UNSIGNED, -1), FIRST);
	assert_int_equal(FIND(LH_LINES_UNSIGNED, 0), FIRST);
	assert_int_equal(FIND(LH_LINES_UNSIGNED, 5), FIRST);
	assert_int_equal(FIND(LH_LINES_UNSIGNED, 6), FIRST + 1);
	assert_int_equal(FIND(LH_LINES_UNSIGNED, 13), FIRST + 1);
	assert_int_equal(FIND(LH_LINES_UNSIGNED, 14), FIRST + 1 + 300);
	assert_int_equal(FIND(LH_LINES_UNSIGNED, 16), FIRST + 1 + 300 + 200);
	assert_int_equal(FIND(LH_LINES_UNSIGNED, INT64_MAX), FIRST + 1 + 300 + 200);
}

static void test_signed(void **state)
{
	static const uint8_t bytes[] = {6, 127, 0, 100, 4, 0xfd, 2, 0x80};

	assert_int_equal(FIND(LH_LINES_SIGNED, 5), FIRST);
	assert_int_equal(FIND(LH_LINES_SIGNED, 6), FIRST + 227);
	assert_int_equal(FIND(LH_LINES_SIGNED, 10), FIRST + 227 - 3);
	assert_int_equal(FIND(LH_LINES_SIGNED, 12), FIRST + 227 - 3 - 128);
}

static void test_ranges(void **state)
{
	static const uint8_t bytes[] = {4, 1, 0, 127, 2, 127, 2, 0x80, 6, 0xff};

	assert_int_equal(FIND(LH_LINES_RANGES, -2), FIRST);
	assert_int_equal(FIND(LH_LINES_RANGES, 0), FIRST + 1);
	assert_int_equal(FIND(LH_LINES_RANGES, 3), FIRST + 1);
	assert_int_equal(FIND(LH_LINES_RANGES, 4), FIRST + 1 + 254);
	assert_int_equal(FIND(LH_LINES_RANGES, 6), 0); /* no line */
	assert_int_equal(FIND(LH_LINES_RANGES, 8), FIRST + 1 + 254 - 1);
	assert_int_equal(FIND(LH_LINES_RANGES, 14), 0); /* past the end */
}

static void test_locations(void **state)
{
	static const uint8_t bytes[] = {
		SHORT(2),
		0x12,
		ONE_LINE(2, 1),
		3,
		9,
		LONG(8),
		0x58,
		0x09,
		0,
		1,
		2, /* 300 lines down */
		NONE(1),
		LONG(1),
		0x59,
		0x09,
		0,
		1,
		2, /* and up */
		NO_COLUMNS(1),
		0x02,
	};

	assert_int_equal(FIND(LH_LINES_LOCATIONS, -2), FIRST);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 0), FIRST);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 3), FIRST);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 4), FIRST + 2);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 6), FIRST + 302);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 21), FIRST + 302);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 22), 0);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 24), FIRST + 2);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 26), FIRST + 3);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 28), 0);
}

/* Numbers that do not end, lines out of any range, pairs cut in two: an answer, or none, and never a byte
 * behind the table, which the heap checker of a sanitizer watches. */
static void test_hostile(void **state)
{
	static const struct {
		enum lh_line_table kind;
		uint8_t bytes[6];
		size_t size;
		int64_t at;
		uint32_t line;
	} tables[] = {
		{LH_LINES_LOCATIONS, {LONG(1)}, 1, 0, FIRST},   /* its number is missing */
		{LH_LINES_LOCATIONS, {LONG(1), 0x7f}, 2, 0, 0}, /* cut; -31 lines */
		{LH_LINES_LOCATIONS, {LONG(1), 0x7e}, 2, 0, FIRST + 31},
		{LH_LINES_LOCATIONS, {0x00, 0x7f, 0x7f}, 3, 0, FIRST}, /* begins in the middle */
		{LH_LINES_LOCATIONS, {0}, 0, 0, 0},
		{LH_LINES_RANGES, {4}, 1, 0, 0},
		{LH_LINES_RANGES, {0, 0x81, 4, 0}, 4, 0, 0}, /* line -117 */
		{LH_LINES_SIGNED, {0, 0x81, 4}, 3, 8, 0},
		{LH_LINES_UNSIGNED, {0}, 0, 8, FIRST},
		{(enum lh_line_table)0, {4, 1}, 2, 0, 0},
		{(enum lh_line_table)9, {4, 1}, 2, 0, 0},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(tables); i++) {
		uint8_t *copy = malloc(tables[i].size + 1);
		uint32_t line;

		assert_non_null(copy);
		copy = realloc(copy, tables[i].size ? tables[i].size : 1);
		memcpy(copy, tables[i].bytes, tables[i].size);
		line = find(tables[i].kind, copy, tables[i].size, tables[i].at);
		free(copy);
		if (line != tables[i].line)
			fail_msg("table %zu: line %u, not %u", i, line, tables[i].line);
	}
}

/* An endless number is no line, and does not run on into the next entry. */
static void test_endless(void **state)
{
	uint8_t bytes[4096];

	for (unsigned first = 0; first < 256; first++) {
		memset(bytes, 0x7f, sizeof(bytes));
		bytes[0] = (uint8_t)first;
		for (int kind = LH_LINES_UNSIGNED; kind <= LH_LINES_LOCATIONS; kind++)
			FIND((enum lh_line_table)kind, INT64_MAX);
	}
	memset(bytes, 0x7f, sizeof(bytes));
	bytes[0] = LONG(1);
	bytes[sizeof(bytes) - 1] = SHORT(1);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 0), 0);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, 2), 0);
}

/* Lines that add up to more than any file has. */
static void test_overflow(void **state)
{
	static uint8_t bytes[1 << 16];

	for (size_t i = 0; i + 8 <= sizeof(bytes); i += 8)
		memcpy(bytes + i, (uint8_t[]){NO_COLUMNS(1), 0x7e, 0x7f, 0x7f, 0x7f, 0x7f, 0x3f, 0}, 8);
	assert_int_equal(FIND(LH_LINES_LOCATIONS, sizeof(bytes) / 8 * 2 - 2), 0);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(FIND(LH_LINES_UNSIGNED, INT64_MAX), FIRST + sizeof(bytes) / 2 * 255);
}

static void test_first_line(void **state)
{
	static const uint8_t bytes[] = {4, 0};
	struct lh_line_bytes table = {.bytes = bytes, .size = sizeof(bytes), .first = -5};

	assert_int_equal(lh_line_find(LH_LINES_RANGES, &table, -1), 0);
	assert_int_equal(lh_line_find(LH_LINES_RANGES, &table, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unsigned), cmocka_unit_test(test_signed),
		cmocka_unit_test(test_ranges),   cmocka_unit_test(test_locations),
		cmocka_unit_test(test_hostile),  cmocka_unit_test(test_endless),
		cmocka_unit_test(test_overflow), cmocka_unit_test(test_first_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
