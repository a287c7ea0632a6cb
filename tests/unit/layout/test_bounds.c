/* SPDX-License-Identifier: Apache-2.0 */
/* Every table is within bounds; whichever field of whichever table goes wild, the check names it. */
#include "layout/layout.h"
#include "one_ctx.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void take(const struct lh_layout_table *table, struct lh_layout *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->build = table->build;
	for (int i = 0; i < LH_F_COUNT; i++)
		if (table->off1[i])
			lh_layout_set(ret, (enum lh_field)i, table->off1[i] - 1, LH_LAYOUT_DWARF);
	lh_layout_set_constants(ret);
}

static void test_tables(void **state)
{
	struct lh_layout l;

	for (size_t t = 0; lh_layout_tables[t]; t++) {
		take(lh_layout_tables[t], &l);
		if (lh_layout_check(ctx, &l) != 0)
			fail_msg("%s: %s", lh_layout_tables[t]->name, lh_ctx_error(ctx)->text);
	}
}

/* No table knows a struct in part; without any one of its fields it is none, and others stay as they are. */
static void test_wholes(void **state)
{
	struct lh_layout whole, part;

	for (size_t t = 0; lh_layout_tables[t]; t++) {
		take(lh_layout_tables[t], &whole);
		part = whole;
		lh_layout_drop_parts(&part);
		for (int i = 0; i < LH_F_COUNT; i++)
			if (part.off1[i] != whole.off1[i])
				fail_msg("%s: %s is gone", lh_layout_tables[t]->name, lh_field_infos[i].name);
		part.off1[LH_F_POOL_SZIDX] = 0;
		lh_layout_drop_parts(&part);
		assert_false(lh_layout_has(&part, LH_F_POOL_HEADER_SIZE) ||
			     lh_layout_has(&part, LH_F_ARENA_ADDRESS));
		assert_int_equal(part.off1[LH_F_DEQUE_LEFTBLOCK], whole.off1[LH_F_DEQUE_LEFTBLOCK]);
		assert_int_equal(part.off1[LH_F_OBJECT_TYPE], whole.off1[LH_F_OBJECT_TYPE]);
	}
}

static bool is_named(enum lh_field field)
{
	return strstr(lh_ctx_error(ctx)->text, lh_field_infos[field].name) != NULL;
}

/* A struct's size that is too small may be told of by one of its members. */
static void refuse(struct lh_layout *l, const char *table, enum lh_field field, uint32_t value, bool by_name)
{
	uint32_t before = l->off1[field];

	l->off1[field] = value + 1;
	if (lh_layout_check(ctx, l) != -LH_ECORRUPT)
		fail_msg("%s: %s of %u was taken", table, lh_field_infos[field].name, value);
	if (by_name && !is_named(field))
		fail_msg("%s: %s of %u: %s", table, lh_field_infos[field].name, value,
			 lh_ctx_error(ctx)->text);
	l->off1[field] = before;
}

static void test_wild_fields(void **state)
{
	static const uint32_t wild[] = {UINT32_MAX - 1, 4294967288u, 2147483648u,
					0x7fffffff,     64u << 20,   (4 << 20) + 1};
	struct lh_layout l;

	for (size_t t = 0; lh_layout_tables[t]; t++) {
		const char *name = lh_layout_tables[t]->name;

		take(lh_layout_tables[t], &l);
		for (int i = 0; i < LH_F_COUNT; i++) {
			enum lh_field f = (enum lh_field)i;

			if (!lh_layout_has(&l, f))
				continue;
			for (size_t w = 0; w < LH_ARRAY_SIZE(wild); w++)
				refuse(&l, name, f, wild[w], true);
			if (!*lh_field_infos[i].paths) { /* a size */
				refuse(&l, name, f, 0, false);
				refuse(&l, name, f, 15, false);
			}
		}
	}
}

/* Where the size of the struct is known: one byte too far. */
static void test_behind_the_end(void **state)
{
	static const struct {
		enum lh_field field, size;
		uint32_t width;
	} rows[] = {
		{LH_F_TYPE_NAME, LH_F_TYPE_SIZE, 8},
		{LH_F_TYPE_FINALIZE, LH_F_TYPE_SIZE, 8},
		{LH_F_HEAPTYPE_NAME, LH_F_HEAPTYPE_SIZE, 8},
		{LH_F_DICT_KEYS, LH_F_DICT_SIZE, 8},
		{LH_F_GENERATION_COUNT, LH_F_GENERATION_SIZE, 4},
		{LH_F_GENERATION_HEAD, LH_F_GENERATION_SIZE, 16},
		{LH_F_STR_STATE, LH_F_STR_ASCII_SIZE, 8},
		{LH_F_THREAD_NEXT, LH_F_THREAD_SIZE, 8},
		{LH_F_INTERP_SYSDICT, LH_F_INTERP_SIZE, 8},
		{LH_F_KEYS_NENTRIES, LH_F_KEYS_INDICES, 8},
		{LH_F_LONG_TAG, LH_F_LONG_DIGITS, 8},
		{LH_F_POOL_SZIDX, LH_F_POOL_HEADER_SIZE, 4},
	};
	struct lh_layout l;

	for (size_t t = 0; lh_layout_tables[t]; t++) {
		take(lh_layout_tables[t], &l);
		for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++)
			if (lh_layout_has(&l, rows[i].field) && lh_layout_has(&l, rows[i].size))
				refuse(&l, lh_layout_tables[t]->name, rows[i].field,
				       lh_layout_at(&l, rows[i].size) - rows[i].width + 1, true);
	}
}

/* A guess is of one table, and of others what that lacks: of those, what its structs have no room for is gone, and nothing else. */
static void test_of_two_tables(void **state)
{
	struct lh_layout one, other, both;
	size_t gone = 0;

	for (size_t a = 0; lh_layout_tables[a]; a++)
		for (size_t b = 0; lh_layout_tables[b]; b++) {
			take(lh_layout_tables[a], &one);
			take(lh_layout_tables[b], &other);
			for (int i = 0; i < LH_F_COUNT; i++)
				if (!lh_layout_field_exists(one.build.version, (enum lh_field)i))
					other.off1[i] = 0;
			both = one;
			lh_layout_fill(&both, &other);
			lh_layout_fit_basics(&both);
			if (lh_layout_check_basics(ctx, &both) != 0)
				fail_msg("%s and %s: %s", lh_layout_tables[a]->name,
					 lh_layout_tables[b]->name, lh_ctx_error(ctx)->text);
			for (int i = 0; i < LH_F_COUNT; i++) {
				if (one.off1[i])
					assert_int_equal(both.off1[i], one.off1[i]);
				gone += !one.off1[i] && other.off1[i] && !both.off1[i];
			}
		}
	assert_true(gone);
}

/* Interpreters are searched word by word before their size is known; what names are read by is not. */
static void test_basics(void **state)
{
	struct lh_layout l;

	take(lh_layout_tables[0], &l);
	l.off1[LH_F_INTERP_SYSDICT] = l.off1[LH_F_INTERP_SIZE] + 8;
	assert_int_equal(lh_layout_check(ctx, &l), -LH_ECORRUPT);
	assert_int_equal(lh_layout_check_basics(ctx, &l), 0);
	lh_layout_fit_basics(&l);
	assert_true(lh_layout_has(&l, LH_F_INTERP_SYSDICT));
	l.off1[LH_F_TYPE_NAME] = l.off1[LH_F_TYPE_SIZE];
	assert_int_equal(lh_layout_check_basics(ctx, &l), -LH_ECORRUPT);
	lh_layout_fit_basics(&l);
	assert_false(lh_layout_has(&l, LH_F_TYPE_NAME));
	assert_int_equal(lh_layout_check_basics(ctx, &l), 0);
	l.off1[LH_F_HEAPTYPE_NAME] = l.off1[LH_F_HEAPTYPE_SIZE];
	l.source[LH_F_HEAPTYPE_SIZE] = LH_LAYOUT_DERIVED;
	lh_layout_fit_basics(&l);
	assert_int_equal(l.off1[LH_F_HEAPTYPE_SIZE], l.off1[LH_F_HEAPTYPE_NAME] + 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),        cmocka_unit_test(test_wholes),
		cmocka_unit_test(test_wild_fields),   cmocka_unit_test(test_behind_the_end),
		cmocka_unit_test(test_of_two_tables), cmocka_unit_test(test_basics),
	};

	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
