/* SPDX-License-Identifier: Apache-2.0 */
/* Walks through containers (3.11's) that damage has reached: they end, and say that something is wrong. */
#include "cpython/items.h"
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOWHERE 0x5000u
#define BLOCK_ITEMS 64 /* Modules/_collectionsmodule.c BLOCKLEN */

static struct fake *f;
static struct lh_type type;

static int setup(void **state)
{
	f = fake_new();
	return 0;
}

static int teardown(void **state)
{
	fake_free(f);
	return 0;
}

static uint32_t at(enum lh_field field)
{
	return lh_layout_at(&f->heap.layout, field);
}

static void put(uint64_t object, enum lh_field field, uint64_t value)
{
	fake_put(f, object + at(field), value);
}

/* Walk the @kind at @addr and check items against @values. Return: what ended the walk. */
static int walk(const char *kind, uint64_t addr, const uint64_t *values, size_t count)
{
	struct lh_object o = {.addr = addr, .bytes = fake_at(f, addr), .type = &type};
	struct lh_items items;
	uint64_t key, value;
	size_t n = 0;
	int r;

	if (!f->target)
		fake_open(f);
	type.kind = lh_kind_find(f->heap.kinds, &f->heap.layout, kind);
	r = lh_items_start(&f->heap, &o, &items);
	while (r == 0 && (r = lh_items_next(&items, &key, &value)) == 0) {
		assert_true(n < count);
		assert_int_equal(value, values[n++]);
	}
	assert_int_equal(n, count);
	lh_items_fini(&items);
	return r;
}

static uint64_t make_list(uint64_t length, uint64_t storage)
{
	uint64_t list = fake_storage(f, 64);

	put(list, LH_F_VAR_SIZE, length);
	put(list, LH_F_LIST_ITEMS, storage);
	return list;
}

static void test_lists(void **state)
{
	static const uint64_t values[] = {0x10, 0, 0x30};
	uint64_t storage = fake_storage(f, 64), list = make_list(3, storage);

	fake_put(f, storage, 0x10);
	fake_put(f, storage + 16, 0x30);
	assert_int_equal(walk("list", list, values, 3), LH_DONE);
	assert_int_equal(walk("list", make_list(0, NOWHERE), NULL, 0), LH_DONE);
	assert_int_equal(walk("list", make_list(3, NOWHERE), NULL, 0), -LH_EFAULT);
	assert_int_equal(walk("list", make_list(UINT64_MAX, storage), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("list", make_list(1ull << 61, storage), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("list", make_list(FAKE_MEMORY / 8, storage), NULL, 0), -LH_EFAULT);
	assert_int_equal(walk("function", list, NULL, 0), LH_ABSENT);
	assert_int_equal(walk("str", list, NULL, 0), LH_ABSENT);
}

static uint64_t make_set(uint64_t mask, uint64_t used, uint64_t table)
{
	uint64_t set = fake_storage(f, 256);

	put(set, LH_F_SET_MASK, mask);
	put(set, LH_F_SET_FILL, used);
	put(set, LH_F_SET_USED, used);
	put(set, LH_F_SET_TABLE, table);
	return set;
}

static void test_sets(void **state)
{
	static const uint64_t values[] = {0x20, 0x40};
	uint64_t table = fake_storage(f, 8 * 16);

	fake_put(f, table + 2 * 16 + at(LH_F_SETENTRY_KEY), 0x20);
	fake_put(f, table + 4 * 16 + at(LH_F_SETENTRY_KEY), 0x99);
	fake_put(f, table + 4 * 16 + at(LH_F_SETENTRY_HASH), UINT64_MAX); /* deleted */
	fake_put(f, table + 7 * 16 + at(LH_F_SETENTRY_KEY), 0x40);
	assert_int_equal(walk("set", make_set(7, 2, table), values, 2), LH_DONE);
	assert_int_equal(walk("set", make_set(7, 3, table), values, 2), -LH_ECORRUPT);
	assert_int_equal(walk("set", make_set(7, 1, table), values, 1), -LH_ECORRUPT);
	assert_int_equal(walk("set", make_set(6, 2, table), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("set", make_set(7, 9, table), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("set", make_set(UINT64_MAX, 2, table), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("set", make_set(7, 2, NOWHERE), NULL, 0), -LH_EFAULT);
}

static uint64_t make_deque(uint64_t length, uint64_t block, uint64_t left)
{
	uint64_t deque = fake_storage(f, 256);

	put(deque, LH_F_VAR_SIZE, length);
	put(deque, LH_F_DEQUE_LEFTBLOCK, block);
	put(deque, LH_F_DEQUE_LEFTINDEX, left);
	return deque;
}

/* Two blocks that follow each other for ever. */
static void test_deques(void **state)
{
	uint64_t blocks[2], values[200];

	for (size_t b = 0; b < 2; b++) {
		blocks[b] = fake_storage(f, at(LH_F_DEQUE_BLOCK_SIZE));
		for (size_t i = 0; i < BLOCK_ITEMS; i++)
			fake_put(f, blocks[b] + at(LH_F_DEQUE_BLOCK_DATA) + i * 8,
				 0x100 + b * BLOCK_ITEMS + i);
	}
	put(blocks[0], LH_F_DEQUE_BLOCK_RIGHTLINK, blocks[1]);
	put(blocks[1], LH_F_DEQUE_BLOCK_RIGHTLINK, blocks[0]);
	for (size_t i = 0; i < LH_ARRAY_SIZE(values); i++)
		values[i] = 0x100 + (60 + i) % (2 * BLOCK_ITEMS);
	assert_int_equal(walk("collections.deque", make_deque(68, blocks[0], 60), values, 68), LH_DONE);
	assert_int_equal(walk("collections.deque", make_deque(200, blocks[0], 60), values, 200), LH_DONE);
	assert_int_equal(walk("collections.deque", make_deque(1ull << 40, blocks[0], 60), NULL, 0),
			 -LH_ECORRUPT);
	assert_int_equal(walk("collections.deque", make_deque(2, blocks[0], 65), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("collections.deque", make_deque(2, NOWHERE, 0), NULL, 0), -LH_EFAULT);
}

/* A table of str keys with @count entries 0x10, 0x20, ... and values 0x1000 more. */
static uint64_t make_keys(unsigned count, bool split)
{
	uint64_t entries = at(LH_F_KEYS_INDICES) + 8, keys = fake_storage(f, entries + 5 * 16);

	put(keys, LH_F_KEYS_REFCNT, 1);
	*fake_at(f, keys + at(LH_F_KEYS_LOG2_SIZE)) = 3;
	*fake_at(f, keys + at(LH_F_KEYS_LOG2_INDEX_BYTES)) = 3;
	*fake_at(f, keys + at(LH_F_KEYS_KIND)) = split ? 2 : 1;
	put(keys, LH_F_KEYS_NENTRIES, count);
	for (unsigned i = 0; i < count; i++) {
		fake_put(f, keys + entries + i * 16, 0x10 + i * 0x10);
		fake_put(f, keys + entries + i * 16 + 8, split ? 0 : 0x1010 + i * 0x10);
	}
	return keys;
}

static uint64_t make_dict(uint64_t keys, uint64_t values, uint64_t used)
{
	uint64_t dict = fake_storage(f, 256);

	put(dict, LH_F_DICT_USED, used);
	put(dict, LH_F_DICT_KEYS, keys);
	put(dict, LH_F_DICT_VALUES, values);
	return dict;
}

static void test_dicts(void **state)
{
	static const uint64_t values[] = {0x1010, 0x1020, 0x1030};
	uint64_t keys = make_keys(3, false);

	assert_int_equal(walk("dict", make_dict(keys, 0, 3), values, 3), LH_DONE);
	assert_int_equal(walk("dict", make_dict(keys, 0, 2), values, 2), -LH_ECORRUPT);
	assert_int_equal(walk("dict", make_dict(keys, 0, 4), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("dict", make_dict(keys, 0, UINT64_MAX), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("dict", make_dict(NOWHERE, 0, 3), NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("dict", make_dict(keys, NOWHERE, 3), NULL, 0), -LH_EFAULT);
}

/* 3.11: the order is in the bytes before the values, downwards, and their number before it. */
static uint64_t make_values(const uint8_t *order, uint8_t count)
{
	uint64_t values = fake_storage(f, 64) + 16;

	for (unsigned i = 0; i < 3; i++)
		fake_put(f, values + i * 8, 0x1010 + i * 0x10);
	*fake_at(f, values - 2) = count;
	for (unsigned i = 0; i < count; i++)
		*fake_at(f, values - 3 - i) = order[i];
	return values;
}

static void test_order_of_shared_keys(void **state)
{
	static const uint64_t values[] = {0x1030, 0x1010, 0x1020};
	uint64_t keys = make_keys(3, true);
	uint64_t whole = make_dict(keys, make_values((uint8_t[]){2, 0, 1}, 3), 3),
		 lacks = make_dict(keys, make_values((uint8_t[]){2, 0}, 2), 3),
		 past = make_dict(keys, make_values((uint8_t[]){2, 3}, 2), 2),
		 far = make_dict(keys, make_values((uint8_t[]){2, 255}, 2), 2);

	assert_int_equal(walk("dict", whole, values, 3), LH_DONE);
	assert_int_equal(walk("dict", lacks, values, 2), -LH_ECORRUPT);
	assert_int_equal(walk("dict", past, values, 1), -LH_ECORRUPT);
	assert_int_equal(walk("dict", far, values, 1), -LH_ECORRUPT);
}

static uint64_t make_node(uint64_t key, uint64_t next)
{
	uint64_t node = fake_storage(f, at(LH_F_ODICT_NODE_SIZE));

	put(node, LH_F_ODICT_NODE_KEY, key);
	put(node, LH_F_ODICT_NODE_NEXT, next);
	return node;
}

static uint64_t make_odict(uint64_t keys, uint64_t first)
{
	uint64_t odict = make_dict(keys, 0, 2);

	put(odict, LH_F_ODICT_FIRST, first);
	return odict;
}

static void test_ordered_dicts(void **state)
{
	static const uint64_t values[] = {0x1020, 0x1010};
	uint64_t keys = make_keys(2, false), twice = make_keys(2, false);
	uint64_t whole = make_odict(keys, make_node(0x20, make_node(0x10, 0))),
		 again = make_odict(keys, make_node(0x20, make_node(0x10, make_node(0x20, 0)))),
		 away = make_odict(keys, make_node(0x20, NOWHERE)),
		 other = make_odict(keys, make_node(0x77, 0)), alike = make_odict(twice, make_node(0x10, 0));

	fake_put(f, twice + at(LH_F_KEYS_INDICES) + 8 + 16, 0x10);
	assert_int_equal(walk("collections.OrderedDict", whole, values, 2), LH_DONE);
	assert_int_equal(walk("collections.OrderedDict", again, values, 2), -LH_ECORRUPT);
	assert_int_equal(walk("collections.OrderedDict", away, values, 1), -LH_EFAULT);
	assert_int_equal(walk("collections.OrderedDict", other, NULL, 0), -LH_ECORRUPT);
	assert_int_equal(walk("collections.OrderedDict", alike, NULL, 0), -LH_ECORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_deques, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dicts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order_of_shared_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ordered_dicts, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
