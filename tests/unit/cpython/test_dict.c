/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of dicts (3.11's): combined, split, with holes; and tables that cannot be. */
#include "cpython/dict.h"
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define KEY(i) (0x1000u + (i)*16)
#define VALUE(i) (0x8000u + (i)*16)

enum { GENERAL, UNICODE, SPLIT }; /* DictKeysKind of Include/internal/pycore_dict.h */

/* A table of 2^@log2 slots with @count entries; those of a split one have no values. */
static uint64_t make_keys(struct fake *f, unsigned kind, unsigned log2, unsigned count)
{
	const struct lh_layout *l = &f->heap.layout;
	unsigned stride = kind == GENERAL ? 24 : 16, usable = (1u << log2) * 2 / 3;
	uint64_t entries = lh_layout_at(l, LH_F_KEYS_INDICES) + (1u << log2),
		 keys = fake_storage(f, entries + (uint64_t)usable * stride);

	fake_put(f, keys + lh_layout_at(l, LH_F_KEYS_REFCNT), 1);
	*fake_at(f, keys + lh_layout_at(l, LH_F_KEYS_LOG2_SIZE)) = (uint8_t)log2;
	*fake_at(f, keys + lh_layout_at(l, LH_F_KEYS_LOG2_INDEX_BYTES)) = (uint8_t)log2;
	*fake_at(f, keys + lh_layout_at(l, LH_F_KEYS_KIND)) = (uint8_t)kind;
	fake_put(f, keys + lh_layout_at(l, LH_F_KEYS_USABLE), usable - count);
	fake_put(f, keys + lh_layout_at(l, LH_F_KEYS_NENTRIES), count);
	for (unsigned i = 0; i < count; i++) {
		uint64_t entry = keys + entries + (uint64_t)i * stride + (kind == GENERAL ? 8 : 0);

		fake_put(f, entry, KEY(i));
		fake_put(f, entry + 8, kind == SPLIT ? 0 : VALUE(i));
	}
	return keys;
}

static uint64_t make_dict(struct fake *f, uint64_t keys, uint64_t values, unsigned used)
{
	const struct lh_layout *l = &f->heap.layout;
	uint64_t dict = fake_storage(f, lh_layout_at(l, LH_F_DICT_SIZE));

	fake_put(f, dict + lh_layout_at(l, LH_F_DICT_USED), used);
	fake_put(f, dict + lh_layout_at(l, LH_F_DICT_KEYS), keys);
	fake_put(f, dict + lh_layout_at(l, LH_F_DICT_VALUES), values);
	return dict;
}

static int read_dict(struct fake *f, uint64_t addr, struct lh_dict *ret)
{
	fake_open(f);
	return lh_dict_read(&f->heap, &f->heap.view, fake_at(f, addr), ret);
}

static void test_combined(void **state)
{
	for (unsigned kind = GENERAL; kind <= UNICODE; kind++) {
		for (unsigned log2 = 3; log2 <= 7; log2++) {
			struct fake *f = fake_new();
			unsigned count = (1u << log2) * 2 / 3;
			uint64_t keys = make_keys(f, kind, log2, count), key, value;
			struct lh_dict dict;

			assert_int_equal(read_dict(f, make_dict(f, keys, 0, count), &dict), 0);
			assert_int_equal(dict.keys.entry_count, count);
			assert_int_equal(dict.keys.general, kind == GENERAL);
			/* header + indices of a byte + entries, as _PyDict_KeysSize() */
			assert_int_equal(dict.keys.bytes, lh_layout_at(&f->heap.layout, LH_F_KEYS_INDICES) +
								  (1u << log2) +
								  count * (kind == GENERAL ? 24 : 16));
			for (unsigned i = 0; i < count; i++) {
				assert_true(lh_dict_entry(&dict, i, &key, &value));
				assert_int_equal(key, KEY(i));
				assert_int_equal(value, VALUE(i));
			}
			assert_false(lh_dict_entry(&dict, count, &key, &value));
			fake_free(f);
		}
	}
}

static void test_deleted_entry(void **state)
{
	struct fake *f = fake_new();
	uint64_t keys = make_keys(f, UNICODE, 3, 3), key, value;
	struct lh_dict dict;

	fake_put(f, keys + lh_layout_at(&f->heap.layout, LH_F_KEYS_INDICES) + 8 + 16 + 8, 0);
	assert_int_equal(read_dict(f, make_dict(f, keys, 0, 2), &dict), 0);
	assert_true(lh_dict_entry(&dict, 0, &key, &value));
	assert_false(lh_dict_entry(&dict, 1, &key, &value));
	assert_true(lh_dict_entry(&dict, 2, &key, &value));
	fake_free(f);
}

static void test_split(void **state)
{
	struct fake *f = fake_new();
	uint64_t keys = make_keys(f, SPLIT, 3, 5), values = fake_storage(f, 5 * 8), key, value;
	struct lh_dict dict;

	for (unsigned i = 0; i < 5; i++)
		fake_put(f, values + i * 8, i == 2 ? 0 : VALUE(i));
	assert_int_equal(read_dict(f, make_dict(f, keys, values, 4), &dict), 0);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(lh_dict_entry(&dict, i, &key, &value), i != 2);
	assert_true(lh_dict_entry(&dict, 4, &key, &value));
	assert_int_equal(key, KEY(4));
	assert_int_equal(value, VALUE(4));
	fake_free(f);
}

/* Values elsewhere than in the target: no entry is told, rather than half of one. */
static void test_split_without_values(void **state)
{
	struct fake *f = fake_new();
	uint64_t keys = make_keys(f, SPLIT, 3, 5), key, value;
	struct lh_dict dict;

	assert_int_equal(read_dict(f, make_dict(f, keys, 0x5000, 5), &dict), 0);
	for (unsigned i = 0; i < 5; i++)
		assert_false(lh_dict_entry(&dict, i, &key, &value));
	fake_free(f);
}

static void test_tables_that_cannot_be(void **state)
{
	static const struct {
		enum lh_field field;
		unsigned bytes;
		uint64_t value;
	} lies[] = {
		{LH_F_KEYS_LOG2_SIZE, 1, 41},        {LH_F_KEYS_LOG2_SIZE, 1, 255},
		{LH_F_KEYS_LOG2_SIZE, 1, 0}, /* more entries than slots */
		{LH_F_KEYS_LOG2_INDEX_BYTES, 1, 44}, {LH_F_KEYS_NENTRIES, 8, 6},
		{LH_F_KEYS_NENTRIES, 8, UINT64_MAX}, {LH_F_KEYS_USABLE, 8, 6},
		{LH_F_KEYS_USABLE, 8, INT64_MIN},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(lies); i++) {
		struct fake *f = fake_new();
		uint64_t keys = make_keys(f, UNICODE, 3, 5);
		struct lh_dict dict;

		memcpy(fake_at(f, keys + lh_layout_at(&f->heap.layout, lies[i].field)), &lies[i].value,
		       lies[i].bytes);
		if (read_dict(f, make_dict(f, keys, 0, 5), &dict) != LH_ABSENT)
			fail_msg("lie %zu was believed", i);
		fake_free(f);
	}
}

/* A huge table whose entries lie past what the target has. */
static void test_entries_not_in_the_target(void **state)
{
	struct fake *f = fake_new();
	uint64_t keys = make_keys(f, UNICODE, 3, 5), key, value;
	struct lh_dict dict;

	*fake_at(f, keys + lh_layout_at(&f->heap.layout, LH_F_KEYS_LOG2_SIZE)) = 40;
	*fake_at(f, keys + lh_layout_at(&f->heap.layout, LH_F_KEYS_LOG2_INDEX_BYTES)) = 43;
	assert_int_equal(read_dict(f, make_dict(f, keys, 0, 5), &dict), 0);
	assert_null(dict.keys.entries);
	assert_false(lh_dict_entry(&dict, 0, &key, &value));
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_combined),
		cmocka_unit_test(test_deleted_entry),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_without_values),
		cmocka_unit_test(test_tables_that_cannot_be),
		cmocka_unit_test(test_entries_not_in_the_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
