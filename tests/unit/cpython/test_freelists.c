/* SPDX-License-Identifier: Apache-2.0 */
/* Freelists (3.11's), whole and broken in one way each. */
#include "cpython/freelists.h"
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define FLOATS 5

struct lists {
	struct fake *f;
	uint64_t floats[FLOATS]; /* the first of the chain first */
};

static uint64_t at(const struct lists *l, enum lh_field field)
{
	return l->f->interp.addr + lh_layout_at(&l->f->heap.layout, field);
}

static void put_link(struct lists *l, int i, uint64_t next)
{
	fake_put(l->f, l->floats[i] + lh_layout_at(&l->f->heap.layout, LH_F_OBJECT_TYPE), next);
}

static void put_array(struct lists *l, enum lh_field head, enum lh_field count, uint32_t entries)
{
	for (uint32_t i = 0; i < entries; i++)
		fake_put(l->f, at(l, head) + 8 * i, fake_storage(l->f, 64));
	fake_put_u32(l->f, at(l, count), entries);
}

/* A chain of floats, some lists and dicts */
static struct lists make_lists(void)
{
	struct lists l = {.f = fake_new()};

	l.f->heap.build = l.f->heap.layout.build;
	l.f->interp.addr = fake_storage(l.f, lh_layout_at(&l.f->heap.layout, LH_F_INTERP_SIZE));
	for (int i = 0; i < FLOATS; i++)
		l.floats[i] = fake_storage(l.f, 24);
	for (int i = 0; i + 1 < FLOATS; i++)
		put_link(&l, i, l.floats[i + 1]);
	fake_put(l.f, at(&l, LH_F_FREE_FLOATS), l.floats[0]);
	fake_put_u32(l.f, at(&l, LH_F_FREE_FLOATS_COUNT), FLOATS);
	put_array(&l, LH_F_FREE_LISTS, LH_F_FREE_LISTS_COUNT, 3);
	put_array(&l, LH_F_FREE_DICTS, LH_F_FREE_DICTS_COUNT, 80);
	return l;
}

struct seen {
	uint64_t entries;
	bool reported_all; /* each entry of lists that are not broken, and no other */
	bool broken;
	size_t unknown;
};

static int count_entry(void *arg, const struct lh_freelist *list, const struct lh_freelist_entry *entry)
{
	uint64_t *entries = arg;

	assert_true(entry->object != 0 && entry->block <= entry->object);
	++*entries;
	return 0;
}

/* What is found of the lists called @name */
static struct seen find(struct lists *l, const char *name)
{
	struct lh_freelists found;
	struct seen seen = {0};
	uint64_t reported = 0, entries = 0;

	fake_open(l->f);
	assert_int_equal(lh_freelists_find(&l->f->heap, count_entry, &reported, &found), 0);
	for (size_t i = 0; i < found.count; i++) {
		entries += found.items[i].broken ? 0 : found.items[i].entries;
		if (strcmp(found.items[i].kind->name, name) != 0)
			continue;
		seen.entries += found.items[i].entries;
		seen.broken |= found.items[i].broken;
	}
	seen.reported_all = reported == entries;
	seen.unknown = found.unknown_count;
	lh_freelists_fini(&found);
	fake_free(l->f);
	return seen;
}

static void expect(struct lists *l, const char *name, uint64_t entries, bool broken)
{
	struct seen seen = find(l, name);

	assert_int_equal(seen.entries, entries);
	assert_int_equal(seen.broken, broken);
	assert_true(seen.reported_all);
	assert_int_equal(seen.unknown, 0);
}

static void test_whole(void **state)
{
	struct lists l = make_lists(), same = make_lists(), full = make_lists();

	expect(&l, "float", FLOATS, false);
	expect(&same, "list", 3, false);
	expect(&full, "dict", 80, false);
}

static void test_circle(void **state)
{
	struct lists l = make_lists();
	struct seen seen;

	put_link(&l, FLOATS - 1, l.floats[0]);
	fake_put_u32(l.f, at(&l, LH_F_FREE_FLOATS_COUNT), 90);
	seen = find(&l, "float");
	assert_true(seen.broken && seen.reported_all && seen.entries < 90);
}

static void test_longer_than_counted(void **state)
{
	struct lists l = make_lists();

	fake_put_u32(l.f, at(&l, LH_F_FREE_FLOATS_COUNT), 2);
	expect(&l, "float", 3, true);
}

static void test_shorter_than_counted(void **state)
{
	struct lists l = make_lists();

	put_link(&l, 1, 0);
	expect(&l, "float", 2, true);
}

static void test_wild_link(void **state)
{
	struct lists l = make_lists();

	put_link(&l, 2, 0xdeadbeef000);
	expect(&l, "float", 3, true);
}

static void test_last_bytes_of_memory(void **state)
{
	struct lists l = make_lists();

	put_link(&l, 2, FAKE_BASE + FAKE_MEMORY - 12);
	expect(&l, "float", 3, true);
}

static void test_wild_count(void **state)
{
	struct lists many = make_lists(), negative = make_lists(), entry = make_lists();

	fake_put_u32(many.f, at(&many, LH_F_FREE_LISTS_COUNT), 0x7fffffff);
	expect(&many, "list", 0, true);
	fake_put_u32(negative.f, at(&negative, LH_F_FREE_LISTS_COUNT), 0xfffffff0);
	expect(&negative, "list", 0, false);
	fake_put(entry.f, at(&entry, LH_F_FREE_LISTS) + 8, 0xdeadbeef000);
	expect(&entry, "list", 2, true);
}

/* The layout is not this process's */
static void test_nothing_fits(void **state)
{
	struct lists l = make_lists();
	struct seen seen;

	fake_put_u32(l.f, at(&l, LH_F_FREE_FLOATS_COUNT), 1);
	fake_put_u32(l.f, at(&l, LH_F_FREE_LISTS_COUNT), 1000);
	seen = find(&l, "float");
	assert_int_equal(seen.entries, 0);
	assert_true(seen.reported_all && seen.unknown > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_circle),
		cmocka_unit_test(test_longer_than_counted),
		cmocka_unit_test(test_shorter_than_counted),
		cmocka_unit_test(test_wild_link),
		cmocka_unit_test(test_last_bytes_of_memory),
		cmocka_unit_test(test_wild_count),
		cmocka_unit_test(test_nothing_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
