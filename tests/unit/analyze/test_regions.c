/* SPDX-License-Identifier: Apache-2.0 */
/* Claims on memory that overlap each other: each byte is given once, to the kind that is known best. */
#include "analyze/regions.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE 4096u
#define PAGES (FAKE_MEMORY / PAGE)
#define CLAIMS 6 /* of each kind */

/* A process with arenas and heaps of malloc's wherever a test says. */
struct world {
	struct fake *f;
	struct lh_regions work;
	struct lh_arena arenas[CLAIMS];
	struct lh_glibc_part parts[CLAIMS];
};

static struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->f = fake_new();
	fake_open(w->f);
	w->work = (struct lh_regions){.heap = &w->f->heap, .view = lh_view_of(w->f->target)};
	w->f->heap.pymalloc.arenas = w->arenas;
	w->work.chunks.parts = w->parts;
	return w;
}

static void add_arena(struct world *w, uint64_t start, uint64_t end)
{
	w->arenas[w->f->heap.pymalloc.count++] = (struct lh_arena){.address = start, .limit = end};
}

static void add_part(struct world *w, uint64_t start, uint64_t end)
{
	w->parts[w->work.chunks.part_count++] = (struct lh_glibc_part){.head = start, .end = end};
}

static void find(struct world *w)
{
	assert_int_equal(lh_regions_claim(&w->work), 0);
}

static void world_free(struct world *w)
{
	free(w->work.runs);
	fake_free(w->f);
	free(w);
}

static void assert_region(const struct world *w, size_t i, enum lh_region_kind kind, uint64_t start,
			  uint64_t end, uint32_t index)
{
	const struct lh_run *region = &w->work.runs[i];

	assert_true(i < w->work.count);
	assert_int_equal(region->kind, kind);
	assert_int_equal(region->start, start);
	assert_int_equal(region->end, end);
	assert_int_equal(region->index, index);
}

static void test_nothing_claimed(void **state)
{
	struct world *w = world_new();

	find(w);
	assert_int_equal(w->work.count, 1);
	assert_region(w, 0, LH_REGION_ANONYMOUS, FAKE_BASE, FAKE_BASE + FAKE_MEMORY, 0);
	assert_int_equal(w->work.writable, FAKE_MEMORY);
	assert_int_equal(w->work.mapped, FAKE_MEMORY);
	assert_int_equal(w->work.conflicts, 0);
	world_free(w);
}

/* An arena in the middle of a heap of malloc's: the heap has what is before and after it. */
static void test_inside(void **state)
{
	const uint64_t a = FAKE_BASE + 0x10000, b = a + 0x8000, c = b + 0x4000, d = c + 0x8000;
	struct world *w = world_new();

	add_part(w, a, d);
	add_arena(w, b, c);
	find(w);
	assert_int_equal(w->work.count, 5);
	assert_region(w, 0, LH_REGION_ANONYMOUS, FAKE_BASE, a, 0);
	assert_region(w, 1, LH_REGION_HEAP, a, b, 0);
	assert_region(w, 2, LH_REGION_ARENA, b, c, 0);
	assert_region(w, 3, LH_REGION_HEAP, c, d, 0);
	assert_region(w, 4, LH_REGION_ANONYMOUS, d, FAKE_BASE + FAKE_MEMORY, 0);
	assert_int_equal(w->work.conflicts, 1);
	assert_int_equal(w->work.first_conflict, b);
	world_free(w);
}

/* Of the same kind the one that begins first keeps what it has; one inside it has nothing. */
static void test_same_kind(void **state)
{
	const uint64_t a = FAKE_BASE + 0x10000;
	struct world *w = world_new();

	add_arena(w, a, a + 0x8000);
	add_arena(w, a + 0x2000, a + 0x4000);
	add_arena(w, a + 0x4000, a + 0xa000);
	find(w);
	assert_int_equal(w->work.count, 4);
	assert_region(w, 1, LH_REGION_ARENA, a, a + 0x8000, 0);
	assert_region(w, 2, LH_REGION_ARENA, a + 0x8000, a + 0xa000, 2);
	assert_int_equal(w->work.conflicts, 2);
	assert_int_equal(w->work.first_conflict, a + 0x2000);
	world_free(w);
}

/* What a damaged process says of addresses: nothing outside of writable mappings is counted. */
static void test_wild(void **state)
{
	struct world *w = world_new();

	add_arena(w, 0, UINT64_MAX);
	add_part(w, 0x1000, FAKE_BASE + 0x1000);
	add_part(w, UINT64_MAX - 0x1000, UINT64_MAX);
	add_part(w, FAKE_BASE + 0x2000, FAKE_BASE + 0x1000); /* ends before it begins */
	find(w);
	assert_int_equal(w->work.count, 1);
	assert_region(w, 0, LH_REGION_ARENA, FAKE_BASE, FAKE_BASE + FAKE_MEMORY, 0);
	assert_true(w->work.conflicts > 0);
	world_free(w);
}

static void test_not_writable(void **state)
{
	struct world *w = world_new();

	w->f->target->mappings[0].writable = false;
	add_arena(w, FAKE_BASE, FAKE_BASE + 0x8000);
	find(w);
	assert_int_equal(w->work.count, 0);
	assert_int_equal(w->work.writable, 0);
	assert_int_equal(w->work.mapped, FAKE_MEMORY);
	world_free(w);
}

/* ---- by chance ---- */

static bool has(uint64_t start, uint64_t end, uint64_t page)
{
	return start <= page && page < end;
}

/* The kind that each page must be of. */
static enum lh_region_kind kind_of(const struct world *w, uint64_t page)
{
	for (size_t i = 0; i < w->f->heap.pymalloc.count; i++)
		if (has(w->arenas[i].address, w->arenas[i].limit, page))
			return LH_REGION_ARENA;
	for (size_t i = 0; i < w->work.chunks.part_count; i++)
		if (has(w->parts[i].head, w->parts[i].end, page))
			return LH_REGION_HEAP;
	return LH_REGION_ANONYMOUS;
}

/* Whether the claim that the region is a piece of has its bytes. */
static bool is_of_its_claim(const struct world *w, const struct lh_run *g)
{
	if (g->kind == LH_REGION_ARENA)
		return w->arenas[g->index].address <= g->start && g->end <= w->arenas[g->index].limit;
	return g->kind != LH_REGION_HEAP ||
	       (w->parts[g->index].head <= g->start && g->end <= w->parts[g->index].end);
}

static void check(const struct world *w)
{
	uint64_t at = FAKE_BASE;

	for (size_t i = 0; i < w->work.count; i++) {
		const struct lh_run *g = &w->work.runs[i];

		assert_int_equal(g->start, at); /* disjoint, sorted, without gaps */
		assert_true(g->start < g->end);
		assert_true(is_of_its_claim(w, g));
		for (uint64_t page = g->start; page < g->end; page += PAGE)
			assert_int_equal(g->kind, kind_of(w, page));
		at = g->end;
	}
	assert_int_equal(at, FAKE_BASE + FAKE_MEMORY);
}

/* Whether two claims have a page in common. */
static bool overlap(const struct world *w)
{
	unsigned claims[PAGES] = {0};

	for (unsigned p = 0; p < PAGES; p++) {
		for (size_t i = 0; i < w->f->heap.pymalloc.count; i++)
			claims[p] += has(w->arenas[i].address, w->arenas[i].limit, FAKE_BASE + p * PAGE);
		for (size_t i = 0; i < w->work.chunks.part_count; i++)
			claims[p] += has(w->parts[i].head, w->parts[i].end, FAKE_BASE + p * PAGE);
		if (claims[p] > 1)
			return true;
	}
	return false;
}

static void test_by_chance(void **state)
{
	unsigned overlapping = 0;

	srand(7);
	for (unsigned round = 0; round < 300; round++) {
		struct world *w = world_new();
		unsigned count = (unsigned)rand() % (2 * CLAIMS);

		for (unsigned i = 0; i < count; i++) {
			uint64_t start = FAKE_BASE + (unsigned)rand() % PAGES * PAGE,
				 end = start + (1 + (unsigned)rand() % 16) * PAGE;

			end = end < FAKE_BASE + FAKE_MEMORY ? end : FAKE_BASE + FAKE_MEMORY;
			if (i % 2)
				add_arena(w, start, end);
			else
				add_part(w, start, end);
		}
		find(w);
		check(w);
		assert_int_equal(w->work.conflicts > 0, overlap(w));
		overlapping += overlap(w);
		world_free(w);
	}
	assert_in_range(overlapping, 50, 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_claimed), cmocka_unit_test(test_inside),
		cmocka_unit_test(test_same_kind),       cmocka_unit_test(test_wild),
		cmocka_unit_test(test_not_writable),    cmocka_unit_test(test_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
