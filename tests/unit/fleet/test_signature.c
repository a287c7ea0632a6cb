/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of a title, and that titles of one cause are one name. */
#include "fleet/signature.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_shapes(void **state)
{
	static const char *const titles[][2] = {
		{"", ""},
		{"300 app.Row that no single object holds", "N app.Row that no single object holds"},
		{"1,234,567 utf8.Model2 objects", "N utf8.Model2 objects"},
		{"sys.modules['app.views'].CACHE['users'][3].rows",
		 "sys.modules['app.views'].CACHE['users'][…].rows"},
		{"m['a b'][\"x]\"]['it\\'s']['1a'][<str of 12>].z", "m[…][…][…][…][…].z"},
		{"d[<weakref at 0x7f00>]['_loop']", "d[…]['_loop']"},
		{"d[(1, [2], 'x]')].e", "d[…].e"},
		{"d[1", "d[…]"},
		{"d['", "d[…]"},
		{"d]", "d]"},
		{"dict at 0x7f9f472f4ec0, which only native code holds",
		 "dict at N, which only native code holds"},
		{"1.5 GB and 12 KB, 57% of 3 Bytes", "N and N, N of N Bytes"},
		{"40 tasks in run (/usr/lib/python3.11/asyncio/locks.py:213)", "N tasks in run (locks.py:N)"},
		{"a/b /x/ /", "a/b  "},
		{"\xc3\xa9"
		 "1 1\xc3\xa9",
		 "\xc3\xa9"
		 "1 N\xc3\xa9"},
		{"x_1 1_x", "x_1 N_x"},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(titles); i++) {
		struct lh_string out = {0};

		lh_signature_shape(titles[i][0], &out);
		assert_string_equal(out.text ? out.text : "", titles[i][1]);
		lh_string_fini(&out);
	}
}

/* What lh_signature_of() says of a suspect. */
static void name(const char *rule, const char *title, const char *type, char ret[LH_SIGNATURE_MAX])
{
	struct lh_leak leak = {.rule = rule};
	struct lh_signature signature;
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	lh_string_add(&leak.title, title);
	if (type)
		lh_string_add(&leak.type, type);
	assert_int_equal(lh_signature_of(ctx, &leak, &signature), 0);
	memcpy(ret, signature.text, LH_SIGNATURE_MAX);
	lh_signature_fini(&signature);
	lh_string_fini(&leak.title);
	lh_string_fini(&leak.type);
	lh_ctx_free(ctx);
}

static void test_names(void **state)
{
	static const char *const causes[][3] = {
		{"holders", "m.rows[3]", "list"}, {"holders", "m.rows[4]", "dict"},
		{"caches", "m.rows[5]", "list"},  {"holders", "m.rows[3].rows", "list"},
		{"holders", "m.rows[3]", NULL},   {"holders", "", "m.rows[3]list"},
	};
	char names[LH_ARRAY_SIZE(causes)][LH_SIGNATURE_MAX], other[LH_SIGNATURE_MAX];

	for (size_t i = 0; i < LH_ARRAY_SIZE(causes); i++) {
		name(causes[i][0], causes[i][1], causes[i][2], names[i]);
		assert_int_equal(strlen(names[i]), 16);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(names[i], names[k]);
	}
	name("holders", "m.rows[77]", "list", other);
	assert_string_equal(other, names[0]);
	/* In databases that are there. */
	assert_string_equal(names[0], "a2fe58c8b076a3e0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
