/* SPDX-License-Identifier: Apache-2.0 */
/* What stays where contents are hidden: types, lengths, and keys that are names in the source. */
#include "cpython/edge.h"
#include "cpython/preview.h"
#include "cpython/redact.h"
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { STR = 1, BYTES, INT, FLOAT, BOOL, LIST };
enum { NOT_INTERNED, INTERNED };

static uint64_t types[LIST + 1];

static struct fake *start(void)
{
	static const struct {
		const char *name;
		uint64_t flags;
	} made[] = {[STR] = {"str", 1u << 28}, [BYTES] = {"bytes", 1u << 27}, [INT] = {"int", 1u << 24},
		    [FLOAT] = {"float", 0},    [BOOL] = {"bool", 1u << 24},   [LIST] = {"list", 1u << 25}};
	struct fake *f = fake_new();

	for (unsigned i = 1; i < LH_ARRAY_SIZE(made); i++)
		types[i] = fake_type(f, i, made[i].name, 64, made[i].flags);
	return f;
}

static uint64_t make_object(struct fake *f, unsigned type, uint64_t length)
{
	uint64_t addr = fake_storage(f, 256);

	fake_put(f, addr + lh_layout_at(&f->heap.layout, LH_F_OBJECT_REFCNT), 1);
	fake_put(f, addr + lh_layout_at(&f->heap.layout, LH_F_OBJECT_TYPE), types[type]);
	fake_put(f, addr + lh_layout_at(&f->heap.layout, LH_F_VAR_SIZE), length);
	return addr;
}

/* Compact, of ASCII: 3 bits of kind 1 from bit 2 on, bits 5 to 7 (Include/cpython/unicodeobject.h) */
static uint64_t make_str(struct fake *f, const char *text, unsigned interned)
{
	uint64_t addr = make_object(f, STR, strlen(text));

	fake_put_u32(f, addr + lh_layout_at(&f->heap.layout, LH_F_STR_STATE), interned | 1 << 2 | 7 << 5);
	memcpy(fake_at(f, addr + lh_layout_at(&f->heap.layout, LH_F_STR_ASCII_SIZE)), text, strlen(text) + 1);
	return addr;
}

/* "" if it is hidden */
static char *key(struct fake *f, uint64_t addr)
{
	struct lh_string out = {0};
	bool shown = lh_redact_key(&f->heap, addr, &out);
	char *text = lh_string_take(&out);

	assert_non_null(text);
	assert_int_equal(shown, *text != '\0');
	return text;
}

static void assert_key(struct fake *f, uint64_t addr, const char *expected)
{
	char *text = key(f, addr);

	assert_string_equal(text, expected);
	free(text);
}

static void test_keys(void **state)
{
	static const char *const shown[] = {"name", "_x1", "CamelCase", "a"};
	static const char *const hidden[] = {"",    "two words",         "4711",   "a-b",
					     "x.y", "alice@example.org", "caf\xe9"};
	struct fake *f = start();
	uint64_t addrs[LH_ARRAY_SIZE(shown)], made[LH_ARRAY_SIZE(shown)], odd[LH_ARRAY_SIZE(hidden)];

	for (size_t i = 0; i < LH_ARRAY_SIZE(shown); i++) {
		addrs[i] = make_str(f, shown[i], INTERNED);
		made[i] = make_str(f, shown[i], NOT_INTERNED);
	}
	for (size_t i = 0; i < LH_ARRAY_SIZE(hidden); i++)
		odd[i] = make_str(f, hidden[i], INTERNED);
	fake_open(f);
	for (size_t i = 0; i < LH_ARRAY_SIZE(shown); i++) {
		assert_key(f, addrs[i], shown[i]);
		assert_key(f, made[i], "");
	}
	for (size_t i = 0; i < LH_ARRAY_SIZE(hidden); i++)
		assert_key(f, odd[i], "");
	fake_free(f);
}

/* One of 60 characters is a name; of a longer one the rest might be anything. */
static void test_long_key(void **state)
{
	struct fake *f = start();
	char name[62];
	uint64_t longest, longer;

	memset(name, 'n', 61);
	name[61] = '\0';
	longer = make_str(f, name, INTERNED);
	name[60] = '\0';
	longest = make_str(f, name, INTERNED);
	fake_open(f);
	assert_key(f, longest, name);
	assert_key(f, longer, "");
	fake_free(f);
}

static void test_damaged_keys(void **state)
{
	struct fake *f = start();
	uint64_t huge = make_str(f, "name", INTERNED), number = make_object(f, INT, 1);

	fake_put(f, huge + lh_layout_at(&f->heap.layout, LH_F_STR_LENGTH), 1ull << 60);
	fake_open(f);
	assert_key(f, huge, "");
	assert_key(f, number, "");
	assert_key(f, 0, "");
	assert_key(f, FAKE_BASE - 64, "");
	assert_key(f, FAKE_BASE + FAKE_MEMORY - 8, "");
	fake_free(f);
}

static void assert_preview(struct fake *f, uint64_t addr, const char *expected)
{
	struct lh_string out = {0};
	char *text;

	lh_preview(&f->heap, addr, 60, &out);
	text = lh_string_take(&out);
	assert_string_equal(text, expected);
	free(text);
}

static void test_contents(void **state)
{
	struct fake *f = start();
	uint64_t str = make_str(f, "name", INTERNED), bytes = make_object(f, BYTES, 7),
		 number = make_object(f, INT, 1), real = make_object(f, FLOAT, 0),
		 yes = make_object(f, BOOL, 1), list = make_object(f, LIST, 3);

	fake_open(f);
	f->heap.hide_values = true;
	assert_preview(f, str, "<str of 4>"); /* a name only where it is a key */
	assert_preview(f, bytes, "<bytes of 7>");
	assert_preview(f, number, "<int>");
	assert_preview(f, real, "<float>");
	assert_preview(f, yes, "<bool>");
	assert_preview(f, list, "[3 items]");
	f->heap.hide_values = false;
	assert_preview(f, str, "'name'");
	fake_free(f);
}

static void assert_edge(struct fake *f, const struct lh_span *span, uint64_t i, const char *expected)
{
	struct lh_string out = {0};
	char *text;

	lh_span_edge(&f->heap, span, i, &out);
	text = lh_string_take(&out);
	assert_string_equal(text, expected);
	free(text);
}

/* Values of a dict by their keys */
static void test_edges(void **state)
{
	struct fake *f = start();
	uint64_t keys = fake_storage(f, 24);
	struct lh_span span = {.count = 3, .key_stride = 8, .label = LH_LABEL_VALUE};

	fake_put(f, keys, make_str(f, "name", INTERNED));
	fake_put(f, keys + 8, make_str(f, "alice", NOT_INTERNED));
	fake_put(f, keys + 16, make_object(f, INT, 1));
	fake_open(f);
	span.keys = fake_at(f, keys);
	f->heap.hide_values = true;
	assert_edge(f, &span, 0, "['name']");
	assert_edge(f, &span, 1, "[<str of 5>]");
	assert_edge(f, &span, 2, "[<int>]");
	f->heap.hide_values = false;
	assert_edge(f, &span, 1, "['alice']");
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),         cmocka_unit_test(test_long_key),
		cmocka_unit_test(test_damaged_keys), cmocka_unit_test(test_contents),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
