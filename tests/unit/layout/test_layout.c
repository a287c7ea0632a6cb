/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts: absent is absent, tables are whole and chosen by the stated rule, constants follow the version. */
#include "layout/layout.h"
#include "util/array.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct lh_layout_table *table_named(const char *name)
{
	for (size_t i = 0; lh_layout_tables[i]; i++)
		if (strcmp(lh_layout_tables[i]->name, name) == 0)
			return lh_layout_tables[i];
	fail_msg("no table %s", name);
	return NULL;
}

static void test_absent_is_absent(void **state)
{
	struct lh_layout layout = {0};

	assert_false(lh_layout_has(&layout, LH_F_OBJECT_REFCNT));
	assert_int_equal(lh_layout_or(&layout, LH_F_OBJECT_REFCNT, -1), -1);
	lh_layout_set(&layout, LH_F_OBJECT_REFCNT, 0, LH_LAYOUT_TABLE);
	assert_true(lh_layout_has(&layout, LH_F_OBJECT_REFCNT));
	assert_int_equal(lh_layout_at(&layout, LH_F_OBJECT_REFCNT), 0);
	assert_int_equal(lh_layout_constant(&layout, LH_C_POOL_SIZE), 0);
}

static void test_field_names(void **state)
{
	assert_string_equal(lh_field_infos[LH_F_DICT_KEYS].name, "DICT_KEYS");
	assert_string_equal(lh_field_infos[LH_F_OBJECT_SIZE].paths, "");
	assert_string_equal(lh_layout_source_name(LH_LAYOUT_OFFSETS), "offsets");
	assert_string_equal(lh_layout_source_name((enum lh_layout_source)99), "unknown");
}

/* What no version and no kind of build can be without. */
static void test_tables_are_whole(void **state)
{
	static const enum lh_field must[] = {
		LH_F_OBJECT_SIZE,     LH_F_OBJECT_TYPE,     LH_F_VAR_SIZE,       LH_F_GC_HEAD_NEXT,
		LH_F_GENERATION_HEAD, LH_F_TYPE_SIZE,       LH_F_TYPE_NAME,      LH_F_TYPE_FLAGS,
		LH_F_TYPE_BASICSIZE,  LH_F_TYPE_ITEMSIZE,   LH_F_TYPE_DICT,      LH_F_TYPE_BASE,
		LH_F_TYPE_MRO,        LH_F_TYPE_DICTOFFSET, LH_F_HEAPTYPE_NAME,  LH_F_LIST_ITEMS,
		LH_F_TUPLE_ITEMS,     LH_F_SET_TABLE,       LH_F_BYTES_DATA,     LH_F_LONG_DIGITS,
		LH_F_INTERP_NEXT,     LH_F_THREAD_NEXT,     LH_F_INTERP_THREADS, LH_F_INTERP_SYSDICT,
		LH_F_INTERP_MODULES,  LH_F_THREAD_ID,       LH_F_CODE_NAME,      LH_F_POOL_FREEBLOCK,
		LH_F_ARENA_ADDRESS,   LH_F_MODULE_DICT,     LH_F_CELL_REF,       LH_F_DEQUE_SIZE,
		LH_F_WEAKREF_OBJECT,  LH_F_FUNCTION_CODE,   LH_F_EXC_ARGS,
	};

	for (size_t i = 0; lh_layout_tables[i]; i++)
		for (size_t k = 0; k < LH_ARRAY_SIZE(must); k++)
			if (!lh_layout_tables[i]->off1[must[k]])
				fail_msg("table %s has no %s", lh_layout_tables[i]->name,
					 lh_field_infos[must[k]].name);
}

static void expect_table(const struct lh_build *build, int r, const char *origin)
{
	struct lh_layout layout;

	assert_int_equal(lh_layout_from_table(build, NULL, 0, &layout), r);
	if (r != LH_ABSENT)
		assert_string_equal(layout.origin, origin);
}

static void test_table_choice(void **state)
{
	struct lh_build unknown = {0};
	struct lh_build exact = {.version = LH_PYVER(3, 11, 7)}, near = {.version = LH_PYVER(3, 11, 9)};
	struct lh_build ranged = {.version = LH_PYVER(3, 14, 5)}, none = {.version = LH_PYVER(3, 5, 1)};
	struct lh_build debug = {.version = LH_PYVER(3, 12, 1), .debug = true};

	expect_table(&unknown, LH_ABSENT, NULL);
	expect_table(&exact, 0, "table 3.11.7 (version)");
	expect_table(&near, LH_LAYOUT_NEAR, "table 3.11.7, nearest to 3.11.9");
	/* 3.14.4 is nearer by number, but the collector changed in 3.14.5 */
	expect_table(&ranged, LH_LAYOUT_NEAR, "table 3.14.10, nearest to 3.14.5");
	expect_table(&none, LH_ABSENT, NULL);
	expect_table(&debug, LH_ABSENT, NULL);
}

static void test_build_id_wins(void **state)
{
	const struct lh_layout_table *table = table_named("3.11.7");
	struct lh_build wrong = {.version = LH_PYVER(3, 12, 1)};
	uint8_t id[64];
	struct lh_layout layout;
	size_t len;

	assert_non_null(table->build_ids);
	len = strlen(table->build_ids[0]) / 2;
	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		assert_int_equal(sscanf(table->build_ids[0] + 2 * i, "%2x", &byte), 1);
		id[i] = (uint8_t)byte;
	}
	assert_int_equal(lh_layout_from_table(&wrong, id, len, &layout), 0);
	assert_int_equal(layout.build.version, LH_PYVER(3, 11, 7));
	id[0] ^= 1;
	assert_int_equal(lh_layout_from_table(&wrong, id, len, &layout), 0);
	assert_int_equal(layout.build.version, LH_PYVER(3, 12, 1));
}

static void test_candidates_end(void **state)
{
	struct lh_build build = {.version = LH_PYVER(3, 13, 5)};
	struct lh_layout layout;
	size_t count = 0;

	while (lh_layout_candidate(&build, NULL, 0, count, &layout) != LH_ABSENT)
		count++;
	assert_int_equal(count, 3); /* 3.13.5 and 3.13.18 of Debian, 3.13.0 */
}

static void expect_constants(uint32_t version, bool free_threaded, uint32_t head, uint64_t alignment,
			     uint64_t pool)
{
	struct lh_layout layout = {.build = {.version = version, .free_threaded = free_threaded}};

	lh_layout_set(&layout, LH_F_GC_HEAD_SIZE, head, LH_LAYOUT_TABLE);
	lh_layout_set_constants(&layout);
	assert_int_equal(lh_layout_constant(&layout, LH_C_ALIGNMENT), alignment);
	assert_int_equal(lh_layout_constant(&layout, LH_C_POOL_SIZE), pool);
}

static void test_constants(void **state)
{
	expect_constants(LH_PYVER(2, 7, 16), false, 32, 8, 4096);
	expect_constants(LH_PYVER(2, 7, 17), false, 32, 16, 4096);
	expect_constants(LH_PYVER(3, 6, 15), false, 24, 8, 4096);
	expect_constants(LH_PYVER(3, 6, 15), false, 32, 16, 4096);
	expect_constants(LH_PYVER(3, 9, 18), false, 16, 16, 4096);
	expect_constants(LH_PYVER(3, 10, 0), false, 16, 16, 16384);
	expect_constants(LH_PYVER(3, 14, 7), true, 16, 0, 0);
	expect_constants(0, false, 16, 0, 0);
}

static void test_fill(void **state)
{
	struct lh_layout layout = {0}, other = {0};

	lh_layout_set(&layout, LH_F_OBJECT_TYPE, 24, LH_LAYOUT_DWARF);
	lh_layout_set(&other, LH_F_OBJECT_TYPE, 8, LH_LAYOUT_TABLE);
	lh_layout_set(&other, LH_F_VAR_SIZE, 32, LH_LAYOUT_TABLE);
	assert_int_equal(lh_layout_fill(&layout, &other), 1);
	assert_int_equal(lh_layout_at(&layout, LH_F_OBJECT_TYPE), 24);
	assert_int_equal(layout.source[LH_F_VAR_SIZE], LH_LAYOUT_TABLE);
}

static void expect_neighbour(uint32_t version, bool debug, size_t index, int r, const char *origin)
{
	struct lh_build build = {.version = version, .debug = debug};
	struct lh_layout layout;

	assert_int_equal(lh_layout_neighbour(&build, NULL, 0, index, &layout), r);
	if (r == LH_ABSENT)
		return;
	assert_string_equal(layout.origin, origin);
	assert_int_equal(layout.main, LH_LAYOUT_DERIVED);
	assert_int_equal(layout.source[LH_F_OBJECT_TYPE], LH_LAYOUT_DERIVED);
	assert_int_equal(layout.build.version, version);
}

/* Never the table of the very version and flags: patch releases,
 * then the later minor version, then others. */
static void test_neighbours(void **state)
{
	expect_neighbour(LH_PYVER(3, 11, 7), false, 0, 0, "table 3.11.2 debian");
	expect_neighbour(LH_PYVER(3, 11, 7), false, 1, 0, "table 3.11.2 debian debug");
	expect_neighbour(LH_PYVER(3, 11, 7), false, 2, LH_LAYOUT_FAR, "table 3.12.1");
	expect_neighbour(LH_PYVER(3, 14, 10), false, 0, 0, "table 3.14.10 debug");
	expect_neighbour(LH_PYVER(3, 9, 18), false, 0, LH_LAYOUT_FAR, "table 3.10.13");
	expect_neighbour(LH_PYVER(3, 9, 18), false, 1, LH_LAYOUT_FAR, "table 3.8.18");
	expect_neighbour(LH_PYVER(2, 7, 18), false, 0, 0, "table 2.7.18, the only one of its kind");
	expect_neighbour(LH_PYVER(2, 7, 18), false, 1, LH_ABSENT, NULL);
	expect_neighbour(0, false, 0, LH_ABSENT, NULL);
}

/* A build-id tells a table of the very build even where the version is known to the minor only. */
static void test_neighbours_are_others(void **state)
{
	struct lh_build build = {.version = 0x03080000};
	const char *id = table_named("3.8.18")->build_ids[0];
	struct lh_layout layout;
	uint8_t bytes[20];

	assert_int_equal(lh_layout_neighbour(&build, NULL, 0, 0, &layout), 0);
	assert_string_equal(layout.origin, "table 3.8.18");
	for (size_t i = 0; i < sizeof(bytes); i++)
		assert_int_equal(sscanf(id + 2 * i, "%2hhx", &bytes[i]), 1);
	assert_int_equal(lh_layout_neighbour(&build, bytes, sizeof(bytes), 0, &layout), LH_LAYOUT_FAR);
	assert_string_equal(layout.origin, "table 3.9.18");
}

/* The versions that fields.def says have a field are those whose tables have it. */
static void test_eras(void **state)
{
	for (size_t i = 0; lh_layout_tables[i]; i++) {
		const struct lh_layout_table *table = lh_layout_tables[i];

		for (int f = 0; f < LH_F_COUNT && !table->build.free_threaded; f++)
			if (table->off1[f] && !lh_layout_field_exists(table->build.version, (enum lh_field)f))
				fail_msg("table %s has %s", table->name, lh_field_infos[f].name);
	}
	assert_false(lh_layout_field_exists(LH_PYVER(3, 12, 0), LH_F_VALUES_CAPACITY));
	assert_true(lh_layout_field_exists(LH_PYVER(3, 16, 0), LH_F_VALUES_CAPACITY));
}

/* Offsets that the DWARF of Debian's builds for AArch64 has where those for x86-64 have others. */
static void test_aarch64(void **state)
{
	static const struct {
		const char *table;
		enum lh_field field;
		int32_t offset;
	} rows[] = {
		{"3.11.2 debian", LH_F_RUNTIME_INTERPRETERS, 40},
		{"3.11.2 debian", LH_F_RUNTIME_TSTATE_CURRENT, 592},
		{"3.11.2 debian", LH_F_RUNTIME_SIZE, 166704},
		{"3.13.5 debian", LH_F_INTERP_IMPORT_FUNC, 7696},
		{"3.13.5 debian", LH_F_INTERP_CODECS, 7976},
		{"3.13.5 debian", LH_F_INTERP_OBMALLOC, 10816},
		{"3.13.5 debian", LH_F_INTERP_STATIC_TYPES, 182984},
		{"3.13.5 debian", LH_F_INTERP_SIZE, 194992},
		{"3.13.5 debian", LH_F_RUNTIME_SIZE, 283392},
		{"3.13.5 debian debug", LH_F_INTERP_OBMALLOC, 10824},
		{"3.14.10 debug", LH_F_INTERP_CODECS, 8016},
		{"3.14.10 debug", LH_F_INTERP_OBMALLOC, 10928},
		{"3.14.10 debug", LH_F_INTERP_SIZE, 225896},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++) {
		struct lh_build build = table_named(rows[i].table)->build;
		struct lh_layout layout;

		build.machine = EM_AARCH64;
		assert_int_equal(lh_layout_candidate(&build, NULL, 0, 0, &layout), 0);
		if (lh_layout_or(&layout, rows[i].field, -1) != rows[i].offset)
			fail_msg("%s: %s at %d", rows[i].table, lh_field_infos[rows[i].field].name,
				 lh_layout_or(&layout, rows[i].field, -1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent_is_absent),
		cmocka_unit_test(test_field_names),
		cmocka_unit_test(test_tables_are_whole),
		cmocka_unit_test(test_table_choice),
		cmocka_unit_test(test_build_id_wins),
		cmocka_unit_test(test_candidates_end),
		cmocka_unit_test(test_constants),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_neighbours_are_others),
		cmocka_unit_test(test_eras),
		cmocka_unit_test(test_aarch64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
