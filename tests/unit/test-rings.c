/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gc rings, broken in one way each. A heap is a buffer of nodes (3.11's layout), one generation's ring
 * through them.
 */
#include "graph/rings.h"
#include "util/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define BASE 0x7f0000000000u
#define GC 0x1000     /* offset of the collector's state in the memory */
#define NODES 0x10000 /* of the first node */
#define NODE 64       /* bytes of one */
#define MEMORY 0x40000
#define NODES_MAX 1000

struct fake {
	struct lh_ctx *ctx;
	struct lh_target *target;
	struct lh_heap heap;
	struct lh_interp interp;
	uint8_t memory[MEMORY];
};

static int64_t read_memory(void *arg, uint64_t addr, void *buf, uint64_t len)
{
	struct fake *f = arg;

	if (addr < BASE || addr - BASE >= MEMORY)
		return 0;
	if (len > MEMORY - (addr - BASE))
		len = MEMORY - (addr - BASE);
	memcpy(buf, f->memory + (addr - BASE), len);
	return (int64_t)len;
}

static uint64_t head_of(const struct fake *f, unsigned generation)
{
	return f->interp.gc + lh_layout_at(&f->heap.layout, LH_F_GC_GENERATIONS) +
	       generation * lh_layout_at(&f->heap.layout, LH_F_GENERATION_SIZE);
}

static void put(struct fake *f, uint64_t addr, uint64_t word)
{
	memcpy(f->memory + (addr - BASE), &word, 8);
}

static uint64_t node(unsigned i)
{
	return BASE + NODES + i * NODE;
}

/* a <-> b */
static void link_nodes(struct fake *f, uint64_t a, uint64_t b)
{
	put(f, a, b);
	put(f, b + 8, a);
}

static void make_ring(struct fake *f, uint64_t head, unsigned first, unsigned count)
{
	uint64_t at = head;

	for (unsigned i = 0; i < count; i++) {
		link_nodes(f, at, node(first + i));
		at = node(first + i);
	}
	link_nodes(f, at, head);
}

static struct fake *fake_new(unsigned count)
{
	struct fake *f = calloc(1, sizeof(*f));
	struct lh_build build = {.version = LH_PYVER(3, 11, 7)};

	assert_non_null(f);
	assert_int_equal(lh_ctx_new(&f->ctx), 0);
	assert_int_equal(lh_layout_from_table(&build, NULL, 0, &f->heap.layout), 0);
	f->heap.ctx = f->ctx;
	f->heap.interps = &f->interp;
	f->heap.interp_count = 1;
	f->interp.gc = BASE + GC;
	for (unsigned g = 0; g < 3; g++)
		make_ring(f, head_of(f, g), 0, g == 2 ? count : 0);
	make_ring(f, f->interp.gc + lh_layout_at(&f->heap.layout, LH_F_GC_PERMANENT), 0, 0);
	if (count)
		make_ring(f, head_of(f, 2), 0, count);
	return f;
}

/* The memory is complete: read it. */
static void read_rings(struct fake *f, struct lh_rings *rings)
{
	struct lh_region region = {.start = BASE, .end = BASE + MEMORY, .readable = true, .writable = true};
	struct lh_reader reader = {
		.size = sizeof(reader), .read = read_memory, .arg = f, .regions = &region, .region_count = 1};

	assert_int_equal(lh_target_open_reader(f->ctx, &reader, NULL, &f->target), 0);
	f->heap.target = f->target;
	f->heap.view = lh_view_of(f->target);
	assert_int_equal(lh_rings_read(&f->heap, rings), 0);
}

static void fake_free(struct fake *f, struct lh_rings *rings)
{
	lh_rings_fini(rings);
	lh_target_free(f->target);
	lh_ctx_free(f->ctx);
	free(f);
}

static bool found(const struct lh_rings *rings, unsigned i)
{
	return lh_addrset_has(&rings->tracked, node(i) + 16);
}

static void test_whole_rings(void **state)
{
	static const unsigned counts[] = {0, 1, 2, 3, 4, 5, 100, NODES_MAX};

	for (unsigned k = 0; k < sizeof(counts) / sizeof(counts[0]); k++) {
		struct fake *f = fake_new(counts[k]);
		struct lh_rings rings;

		read_rings(f, &rings);
		assert_int_equal(rings.tracked.count, counts[k]);
		assert_int_equal(rings.broken, 0);
		for (unsigned i = 0; i < counts[k]; i++)
			assert_true(found(&rings, i));
		fake_free(f, &rings);
	}
}

/* One link is wrong: what lies on both sides of it is found, and the tear is told. */
static void test_torn_rings(void **state)
{
	static const unsigned places[] = {0, 1, 2, 49, 97, 98, 99};
	static const uint64_t wrong[] = {0, 8, 0x5000, BASE + 0x20001, 0xffffffffffffffff};

	for (unsigned p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		for (unsigned k = 0; k < 2 * sizeof(wrong) / sizeof(wrong[0]); k++) {
			struct fake *f = fake_new(100);
			struct lh_rings rings;

			put(f, node(places[p]) + (k & 1 ? 8 : 0), wrong[k / 2]);
			read_rings(f, &rings);
			assert_int_not_equal(rings.broken, 0);
			assert_true(rings.tracked.count >= 98);
			fake_free(f, &rings);
		}
	}
}

static void test_ring_that_runs_into_itself(void **state)
{
	struct fake *f = fake_new(100);
	struct lh_rings rings;

	link_nodes(f, node(60), node(30)); /* 31 to 60 are a ring of their own */
	read_rings(f, &rings);
	assert_int_not_equal(rings.broken, 0);
	assert_true(rings.tracked.count <= 100);
	assert_true(found(&rings, 0) && found(&rings, 99));
	fake_free(f, &rings);
}

static void test_node_of_two_generations(void **state)
{
	struct fake *f = fake_new(10);
	struct lh_rings rings;

	link_nodes(f, head_of(f, 0), node(5));
	read_rings(f, &rings);
	assert_int_not_equal(rings.broken, 0);
	fake_free(f, &rings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_rings),
		cmocka_unit_test(test_torn_rings),
		cmocka_unit_test(test_ring_that_runs_into_itself),
		cmocka_unit_test(test_node_of_two_generations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
