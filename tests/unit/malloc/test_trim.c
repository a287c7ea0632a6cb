/* SPDX-License-Identifier: Apache-2.0 */
/* What malloc_trim(0) would give back of an arena made by hand, against its plain definition; damaged ones. */
#include "fake_heap.h"
#include "malloc/trim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_glibc.h"

#define PAGE 4096u
#define END (FAKE_BASE + FAKE_MEMORY)
#define OWN_WORDS 48 /* of a free chunk, which stay */
#define PIECES 40

static struct lh_glibc_chunks found;

/* Chunks of these sizes side by side, then the top; the low bit of a size: it is free. */
struct layout {
	uint64_t sizes[PIECES], at[PIECES], top;
	unsigned count;
};

static struct fake *make(struct layout *l)
{
	struct fake *f = fake_new();
	uint64_t at = HEAP + 0x290, before = 0;

	memset(f->memory, 0, sizeof(f->memory));
	put_chunk(f, HEAP, 0, 0x290 | 1);
	for (unsigned i = 0; i < l->count; i++) {
		uint64_t size = l->sizes[i] & ~1ull;

		put_chunk(f, at, before, size | !before);
		before = l->sizes[i] & 1 ? size : 0;
		l->at[i] = at;
		at += size;
	}
	put_chunk(f, at, before, (END - at) | !before);
	l->top = at;
	put_state(f, STATE, at, FAKE_MEMORY / 2);
	return f;
}

static struct lh_glibc_trim trim(struct fake *f)
{
	struct lh_glibc_trim t;

	give_module(f);
	assert_int_equal(lh_glibc_chunks_find(f->target, &found), 0);
	lh_glibc_trim(&found, &t);
	return t;
}

static void forget(struct fake *f)
{
	lh_glibc_chunks_fini(&found);
	fake_free(f);
}

/* Bytes of whole pages in [@start, @end) that are past a free chunk's own words. */
static uint64_t whole_pages(uint64_t start, uint64_t end)
{
	uint64_t bytes = 0;

	for (uint64_t page = start & ~(uint64_t)(PAGE - 1); page < end; page += PAGE)
		if (page >= start + OWN_WORDS && page + PAGE <= end)
			bytes += PAGE;
	return bytes;
}

/* systrim(): all of the top but MINSIZE and one byte more, in whole pages. */
static uint64_t of_top(uint64_t top)
{
	return (END - top - 32 - 1) / PAGE * PAGE;
}

static void test_pages_of_a_chunk(void **state)
{
	struct layout l = {.sizes = {0x5000 | 1, 0x40}, .count = 2};
	struct lh_glibc_trim t;
	struct fake *f = make(&l);

	t = trim(f);
	assert_int_equal(t.top, of_top(l.top));
	assert_int_equal(t.pages - t.top, 0x4000);
	assert_int_equal(t.free, 0x5000 + END - l.top);
	assert_int_equal(t.heaps, 1);
	assert_int_equal(t.resident + t.damaged, 0);
	forget(f);
}

/* A page that has the chunk's own words stays: 4,096 bytes and these are too few by one word. */
static void test_least(void **state)
{
	static const struct {
		uint64_t before, size, pages;
	} cases[] = {
		{0x1000 - 0x290 - OWN_WORDS, PAGE + OWN_WORDS, PAGE},
		{0x1000 - 0x290 - OWN_WORDS, PAGE + OWN_WORDS - 16, 0},
		{0x1000 - 0x290 - OWN_WORDS + 16, 2 * PAGE, 0},
		{0x1000 - 0x290 - OWN_WORDS + 16, 2 * PAGE + OWN_WORDS, PAGE},
		{0x1000 - 0x290, PAGE, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct layout l = {.sizes = {cases[i].before, cases[i].size | 1, 0x40}, .count = 3};
		struct fake *f = make(&l);
		struct lh_glibc_trim t = trim(f);

		assert_int_equal(t.pages - t.top, cases[i].pages);
		forget(f);
	}
}

/* Neighbours are joined, what is in a fastbin too; what a thread's cache has stays, and divides. */
static void test_neighbours(void **state)
{
	const uint64_t cache = HEAP + 16, bin = CHUNK / 16 - 2;

	for (unsigned kind = 0; kind < 3; kind++) {
		struct layout l = {.sizes = {0x3000 | 1, CHUNK, 0x3000 | 1, CHUNK}, .count = 4};
		struct fake *f = make(&l);
		struct lh_glibc_trim t;
		uint64_t first = l.at[0], second = l.at[2], user = l.at[1] + 16;

		/* A chunk in a list has the flags of a used one. */
		if (kind == 1)
			fake_put(f, FASTBIN, l.at[1]);
		if (kind == 2) {
			fake_put(f, cache + 128 + 8 * bin, user);
			fake_put(f, cache + 2 * bin, 1);
		}
		if (kind)
			fake_put(f, user, user >> 12);
		t = trim(f);
		assert_int_equal(t.pages - t.top, kind == 1 ? whole_pages(first, second + 0x3000)
							    : whole_pages(first, first + 0x3000) +
								      whole_pages(second, second + 0x3000));
		assert_int_equal(t.free, 0x6000 + END - l.top + (kind ? CHUNK : 0));
		forget(f);
	}
}

/* A chunk of a fastbin before the top becomes part of it: there are 16 bytes too few for a page otherwise. */
static void test_before_top(void **state)
{
	for (unsigned listed = 0; listed < 2; listed++) {
		uint64_t top = 0x3000 - 0x10; /* from the heap's start */
		struct layout l = {.sizes = {top - 0x290 - CHUNK, CHUNK}, .count = 2};
		struct fake *f = make(&l);
		struct lh_glibc_trim t;

		if (listed) {
			fake_put(f, FASTBIN, l.at[1]);
			fake_put(f, l.at[1] + 16, (l.at[1] + 16) >> 12);
		}
		t = trim(f);
		assert_int_equal(t.top, of_top(listed ? l.at[1] : l.top));
		assert_int_equal(t.pages, t.top);
		forget(f);
	}
}

/* The top of another arena than the main one stays, and what is free before it. */
static void test_other_arena(void **state)
{
	struct layout l = {.sizes = {0x3000 | 1, CHUNK, 0x3000 | 1}, .count = 3};
	struct fake *f = make(&l);
	struct lh_glibc_trim t;

	trim(f);
	found.glibc.arenas[0].main = false;
	lh_glibc_trim(&found, &t);
	assert_int_equal(t.top, 0);
	assert_int_equal(t.pages, whole_pages(l.at[0], l.at[0] + 0x3000));
	forget(f);
}

static void test_resident(void **state)
{
	struct layout l = {.sizes = {0x5000 | 1, 0x40}, .count = 2};
	struct fake *f = make(&l);
	uint64_t page = (l.at[0] & ~(uint64_t)(PAGE - 1)) + PAGE;
	struct lh_glibc_trim t;

	trim(f);
	f->target->pages = calloc(2, sizeof(struct lh_page_run));
	f->target->pages[0] = (struct lh_page_run){page + PAGE, page + 2 * PAGE, LH_PAGE_RESIDENT};
	f->target->pages[1] = (struct lh_page_run){END - PAGE, END, LH_PAGE_RESIDENT};
	f->target->page_run_count = 2;
	f->target->resident_known = true;
	lh_glibc_trim(&found, &t);
	assert_int_equal(t.resident, 2 * PAGE);
	forget(f);
}

/* What follows a size that leads nowhere is not counted, and is reported. */
static void test_smashed(void **state)
{
	static const uint64_t words[] = {0, 0x4141414141414141, UINT64_MAX, 0x18 | 1, 1ull << 63};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct layout l = {.sizes = {0x3000 | 1, 0x40, 0x3000 | 1, 0x40, 0x40}, .count = 5};
		struct fake *f = make(&l);
		struct lh_glibc_trim t;

		fake_put(f, l.at[3] + 8, words[i]);
		t = trim(f);
		assert_int_equal(t.damaged, 1);
		assert_int_equal(t.top, 0);
		assert_in_range(t.pages, whole_pages(l.at[0], l.at[0] + 0x3000), 2 * 0x3000);
		assert_true(t.pages <= t.free);
		forget(f);
	}
}

/* Sizes by chance: a page goes if all of it is free, side by side, past the first chunk's own words. */
static void test_by_chance(void **state)
{
	srand(4);
	for (unsigned round = 0; round < 200; round++) {
		struct layout l = {.count = 1 + (unsigned)rand() % PIECES};
		uint64_t pages = 0;
		struct lh_glibc_trim t;
		struct fake *f;

		for (unsigned i = 0; i < l.count; i++)
			l.sizes[i] = 32 + 16 * ((uint64_t)rand() % (rand() % 3 ? 16 : 400));
		/* Free ones are never neighbours: glibc joins them at once. The last one would be the top's. */
		for (unsigned i = 0; i + 1 < l.count; i++)
			l.sizes[i] |= (i == 0 || !(l.sizes[i - 1] & 1)) && rand() % 2;
		f = make(&l);
		for (unsigned i = 0; i < l.count; i++)
			if (l.sizes[i] & 1)
				pages += whole_pages(l.at[i], l.at[i] + (l.sizes[i] & ~1ull));
		t = trim(f);
		assert_int_equal(t.top, of_top(l.top));
		assert_int_equal(t.pages, pages + t.top);
		forget(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_of_a_chunk), cmocka_unit_test(test_least),
		cmocka_unit_test(test_neighbours),       cmocka_unit_test(test_before_top),
		cmocka_unit_test(test_other_arena),      cmocka_unit_test(test_resident),
		cmocka_unit_test(test_smashed),          cmocka_unit_test(test_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
