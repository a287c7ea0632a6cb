/* SPDX-License-Identifier: Apache-2.0 */
/* The test's own debug information against what the compiler says with offsetof(). */
#include "debuginfo/dwarf.h"
#include "one_ctx.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct dwarf_inner {
	char first;
	uint64_t second[3];
};

typedef const volatile struct dwarf_inner dwarf_alias;

struct dwarf_outer {
	int number;
	unsigned bits : 3, more_bits : 9;
	dwarf_alias inner;
	struct {
		short hidden;
		union {
			uint64_t deep;
			uint32_t other;
		};
	};
	struct dwarf_inner table[4];
	uint16_t matrix[3][5];
	struct dwarf_outer *self;
	char tail[];
};

typedef struct dwarf_outer dwarf_outer_name;
struct dwarf_never_defined;
typedef struct dwarf_never_defined dwarf_never_alias;

/* used, so that the compiler describes them */
dwarf_outer_name *dwarf_keep;
dwarf_never_alias *dwarf_keep_too;

static void ask(struct lh_dwarf_field *fields, size_t count)
{
	int r = lh_dwarf_fields(ctx, "/proc/self/exe", fields, count);

	if (r == LH_ABSENT)
		skip(); /* built without debug information */
	assert_int_equal(r, 0);
}

static void test_fields(void **state)
{
	struct {
		struct lh_dwarf_field field;
		size_t offset, size;
	} cases[] = {
#define CASE(type, path, member)               \
	{{type, path, false, 0, 0},            \
	 offsetof(struct dwarf_outer, member), \
	 sizeof(((struct dwarf_outer *)0)->member)}
		CASE("dwarf_outer", "number", number),
		CASE("dwarf_outer_name", "inner", inner),
		CASE("no_such_type|dwarf_outer", "inner.second", inner.second),
		CASE("dwarf_outer", "inner.second[2]", inner.second[2]),
		CASE("dwarf_outer", "hidden", hidden),
		CASE("dwarf_outer", "deep", deep),
		CASE("dwarf_outer", "absent|other", other),
		CASE("dwarf_outer", "table[3].second[1]", table[3].second[1]),
		CASE("dwarf_outer", "table", table),
		CASE("dwarf_outer", "matrix[2][3]", matrix[2][3]),
		CASE("dwarf_outer", "matrix[2]", matrix[2]),
		CASE("dwarf_outer", "self", self),
		{{"dwarf_outer", "tail", false, 0, 0}, offsetof(struct dwarf_outer, tail), 0},
		{{"dwarf_outer", "", false, 0, 0}, sizeof(struct dwarf_outer), sizeof(struct dwarf_outer)},
		{{"dwarf_alias", "", false, 0, 0}, sizeof(struct dwarf_inner), sizeof(struct dwarf_inner)},
	};
	struct lh_dwarf_field fields[LH_ARRAY_SIZE(cases)];

	for (size_t i = 0; i < LH_ARRAY_SIZE(cases); i++)
		fields[i] = cases[i].field;
	ask(fields, LH_ARRAY_SIZE(cases));
	for (size_t i = 0; i < LH_ARRAY_SIZE(cases); i++) {
		if (!fields[i].found)
			fail_msg("%s %s: not found", fields[i].type, fields[i].path);
		assert_int_equal(fields[i].offset, cases[i].offset);
		assert_int_equal(fields[i].size, cases[i].size);
	}
}

static void test_absent(void **state)
{
	struct lh_dwarf_field fields[] = {
		{"dwarf_outer", "number", false, 0, 0},
		{"dwarf_outer", "numbe", false, 0, 0},
		{"dwarf_outer", "number.x", false, 0, 0},
		{"dwarf_outer", "table[4]", false, 0, 0},
		{"dwarf_outer", "number[0]", false, 0, 0},
		{"dwarf_outer", "self.number", false, 0, 0},
		{"dwarf_outer", "table[0", false, 0, 0},
		{"dwarf_never_alias", "", false, 0, 0},
		{"no_such_type", "", true, 0, 0},
		{"no_such_type", "x", true, 0, 0},
		{"", "", true, 0, 0},
	};

	ask(fields, LH_ARRAY_SIZE(fields));
	assert_true(fields[0].found);
	for (size_t i = 1; i < LH_ARRAY_SIZE(fields); i++)
		if (fields[i].found)
			fail_msg("%s %s: found", fields[i].type, fields[i].path);
}

static void test_bit_fields(void **state)
{
	struct lh_dwarf_field field = {"dwarf_outer", "more_bits", false, 0, 0};

	ask(&field, 1);
	assert_true(field.found);
	assert_int_equal(field.offset, 4);
}

static void test_no_debug_information(void **state)
{
	struct lh_dwarf_field field = {"dwarf_outer", "number", true, 0, 0};

	assert_int_equal(lh_dwarf_fields(ctx, "/etc/passwd", &field, 1), LH_ABSENT);
	assert_false(field.found);
	assert_int_equal(lh_dwarf_fields(ctx, "/nonexistent/file", &field, 1), -LH_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_bit_fields),
		cmocka_unit_test(test_no_debug_information),
	};

	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
