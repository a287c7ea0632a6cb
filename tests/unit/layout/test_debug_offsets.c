/* SPDX-License-Identifier: Apache-2.0 */
/*
 * _Py_DebugOffsets: true bytes are taken, every u64 broken in turn is refused or changes nothing of what is
 * bounded.
 *
 * The samples are in allocations of their exact size, so that a sanitizer sees a read past the end.
 */
#include "layout/debug_offsets.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The u64s after the cookie in _PyRuntime of CPython 3.13.0 (x86-64 release build). */
static const uint64_t words_3_13_0[] = {
	51183856, 0,    283320, 608, 632, 194968, 7272, 7264, 7344, 7400, 7656, 7640, 7648, 16, 7752,
	0,        7768, 7760,   304, 0,   8,      16,   72,   152,  160,  232,  32,   80,   8,  0,
	56,       72,   70,     208, 112, 120,    128,  136,  68,   52,   96,   104,  200,  16, 8,
	416,      24,   88,     168, 32,  24,     16,   40,   24,   16,   48,   32,   40,   24, 16,
	32,       16,   24,     40,  16,  32,     64,   32,   16,   40,   240,  200,
};

struct sample {
	size_t len;
	uint8_t *bytes;
};

static struct sample sample_3_13_0(void)
{
	struct sample s = {8 + sizeof(words_3_13_0), malloc(8 + sizeof(words_3_13_0))};

	assert_non_null(s.bytes);
	memcpy(s.bytes, "xdebugpy", 8);
	memcpy(s.bytes + 8, words_3_13_0, sizeof(words_3_13_0));
	return s;
}

static void put(struct sample *s, size_t at, uint64_t value)
{
	assert_true(at + 8 <= s->len);
	memcpy(s->bytes + at, &value, 8);
}

/* What a process of the build of @table would have; sizes that no table has are made up. */
static struct sample sample_of_table(const struct lh_layout_table *table)
{
	const struct lh_slots *slots = lh_slots_find(table->build.version);
	struct sample s = {slots->size, calloc(1, slots->size)};

	assert_non_null(s.bytes);
	memcpy(s.bytes, "xdebugpy", 8);
	put(&s, 8, table->build.version);
	put(&s, 16, table->build.free_threaded);
	for (size_t i = 0; i < slots->count; i++) {
		const struct lh_debug_slot *slot = &slots->slots[i];

		put(&s, slot->at, slot->field == LH_F_COUNT ? 240 : table->off1[slot->field] - 1);
	}
	return s;
}

static struct lh_ctx *new_ctx(void)
{
	struct lh_ctx *ctx;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	return ctx;
}

static void test_peek(void **state)
{
	struct sample s = sample_3_13_0();
	struct lh_build build;

	assert_int_equal(lh_debug_offsets_peek(s.bytes, s.len, &build), 0);
	assert_int_equal(build.version, LH_PYVER(3, 13, 0));
	assert_false(build.free_threaded);
	assert_int_equal(lh_debug_offsets_peek(s.bytes, s.len - 1, &build), LH_ABSENT);
	assert_int_equal(lh_debug_offsets_peek(s.bytes, 0, &build), LH_ABSENT);
	put(&s, 8, 0x030d00b1); /* 3.13.0b1: its struct was not yet final */
	assert_int_equal(lh_debug_offsets_peek(s.bytes, s.len, &build), LH_ABSENT);
	free(s.bytes);
}

static void test_true_bytes(void **state)
{
	struct lh_ctx *ctx = new_ctx();
	struct sample s = sample_3_13_0();
	struct lh_layout layout = {0}, table;
	struct lh_build build = {.version = LH_PYVER(3, 13, 0)};

	assert_int_equal(lh_layout_add_debug_offsets(ctx, &layout, s.bytes, s.len), 0);
	assert_int_equal(lh_layout_at(&layout, LH_F_INTERP_SYSDICT), 7640);
	assert_int_equal(layout.source[LH_F_INTERP_SYSDICT], LH_LAYOUT_OFFSETS);
	assert_int_equal(layout.build.version, LH_PYVER(3, 13, 0));
	assert_int_equal(layout.main, LH_LAYOUT_OFFSETS);
	assert_false(lh_layout_has(&layout, LH_F_KEYS_NENTRIES));
	assert_int_equal(lh_layout_from_table(&build, NULL, 0, &table), 0);
	assert_int_equal(lh_debug_offsets_differ(&table, s.bytes, s.len), 0);
	free(s.bytes);
	lh_ctx_free(ctx);
}

static void check_not_wild(const struct lh_layout *layout)
{
	for (int i = 0; i < LH_F_COUNT; i++)
		if (layout->off1[i])
			assert_true(lh_layout_at(layout, (enum lh_field)i) < 4u << 20);
}

static void break_one(struct lh_ctx *ctx, const struct sample *good, size_t at, uint64_t value)
{
	struct sample s = {good->len, malloc(good->len)};
	struct lh_layout layout = {0}, empty = {0};
	int r;

	assert_non_null(s.bytes);
	memcpy(s.bytes, good->bytes, good->len);
	put(&s, at, value);
	r = lh_layout_add_debug_offsets(ctx, &layout, s.bytes, s.len);
	if (r != 0)
		assert_memory_equal(&layout, &empty, sizeof(layout));
	check_not_wild(&layout);
	free(s.bytes);
}

static void break_all(struct lh_ctx *ctx, struct sample s)
{
	static const uint64_t values[] = {0, UINT64_MAX, UINT64_C(1) << 40, UINT32_MAX, 4};

	for (size_t at = 0; at < s.len; at += 8)
		for (size_t i = 0; i < LH_ARRAY_SIZE(values); i++)
			break_one(ctx, &s, at, values[i]);
	free(s.bytes);
}

/* A value of ~0 where libheap takes one must be refused, not only be harmless. */
static void refuse_each_slot(struct lh_ctx *ctx, const struct lh_layout_table *table)
{
	const struct lh_slots *slots = lh_slots_find(table->build.version);

	for (size_t i = 0; i < slots->count; i++) {
		struct sample s = sample_of_table(table);
		struct lh_layout layout = {0};

		put(&s, slots->slots[i].at, UINT64_MAX);
		assert_int_equal(lh_layout_add_debug_offsets(ctx, &layout, s.bytes, s.len), -LH_ECORRUPT);
		free(s.bytes);
	}
}

static void test_broken_bytes(void **state)
{
	struct lh_ctx *ctx = new_ctx();

	break_all(ctx, sample_3_13_0());
	for (size_t i = 0; lh_layout_tables[i]; i++) {
		if (!lh_slots_find(lh_layout_tables[i]->build.version))
			continue;
		break_all(ctx, sample_of_table(lh_layout_tables[i]));
		refuse_each_slot(ctx, lh_layout_tables[i]);
	}
	lh_ctx_free(ctx);
}

/* Every table of 3.13+ agrees with a process of its own build, and with no other. */
static void test_tables_are_told_apart(void **state)
{
	struct lh_ctx *ctx = new_ctx();

	for (size_t i = 0; lh_layout_tables[i]; i++) {
		const struct lh_layout_table *table = lh_layout_tables[i];
		struct lh_layout layout, own = {0};
		struct sample s;

		if (!lh_slots_find(table->build.version))
			continue;
		s = sample_of_table(table);
		assert_int_equal(lh_layout_add_debug_offsets(ctx, &own, s.bytes, s.len), 0);
		assert_int_equal(lh_layout_from_table(&table->build, NULL, 0, &layout), 0);
		assert_int_equal(lh_debug_offsets_differ(&layout, s.bytes, s.len), 0);
		layout.build.debug = !layout.build.debug;
		if (lh_layout_from_table(&layout.build, NULL, 0, &layout) != LH_ABSENT)
			assert_int_not_equal(lh_debug_offsets_differ(&layout, s.bytes, s.len), 0);
		free(s.bytes);
	}
	lh_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_true_bytes),
		cmocka_unit_test(test_broken_bytes),
		cmocka_unit_test(test_tables_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
