/* SPDX-License-Identifier: Apache-2.0 */
/* One arena of 3.11 made by hand, with objects of types that no other object had before. */
#include "fake_heap.h"
#include "inventory/objects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ARENA 0x10000
#define POOL 0x4000
#define FOUND_MAX 8

enum { TYPE_INT = 1, TYPE_EMPTY };
/* Blocks of the only pool; the first is its header */
enum { INT = 1, EMPTY };

struct found {
	uint64_t addr[FOUND_MAX];
	const struct lh_type *type[FOUND_MAX];
	size_t count;
};

static int see(void *arg, const struct lh_item *items, size_t count)
{
	struct found *f = arg;

	for (size_t i = 0; i < count && f->count < FOUND_MAX; i++) {
		f->addr[f->count] = items[i].object.addr;
		f->type[f->count++] = items[i].object.type;
	}
	return 0;
}

static void put_pool(struct fake *f, struct lh_arena *arena, uint64_t *map, uint32_t used)
{
	const struct lh_layout *l = &f->heap.layout;
	uint64_t pool = fake_node(0);

	*map = (1ull << ARENA / 4096) - 1;
	*arena = (struct lh_arena){.address = pool,
				   .first_pool = pool,
				   .end = pool + ARENA,
				   .limit = pool + ARENA,
				   .nfreepools = ARENA / POOL - 1,
				   .ntotalpools = ARENA / POOL};
	f->heap.pymalloc = (struct lh_pymalloc){.arenas = arena,
						.count = 1,
						.sets = 1,
						.pool_size = POOL,
						.arena_size = ARENA,
						.alignment = 16,
						.header = FAKE_NODE,
						.map_start = pool,
						.map_end = pool + ARENA,
						.map = map};
	fake_put_u32(f, pool + lh_layout_at(l, LH_F_POOL_COUNT), used);
	fake_put_u32(f, pool + lh_layout_at(l, LH_F_POOL_SZIDX), FAKE_NODE / 16 - 1);
	fake_put_u32(f, pool + lh_layout_at(l, LH_F_POOL_NEXTOFFSET), (used + 1) * FAKE_NODE);
	fake_put(f, pool + lh_layout_at(l, LH_F_POOL_FREEBLOCK), 0);
}

/*
 * An int that is the address of a class without attributes: its digits and its size look like an instance after a gc head. It is
 * an int, also when none was met before, but the class was.
 */
static void test_address_of_a_class_in_an_int(void **state)
{
	struct fake *f = fake_new();
	uint64_t ints = fake_type(f, TYPE_INT, "int", 24, LH_TPFLAG_LONG_SUBCLASS), map,
		 empty = fake_type(f, TYPE_EMPTY, "Empty", 16, LH_TPFLAG_HAVE_GC | LH_TPFLAG_HEAPTYPE),
		 block = fake_node(INT);
	struct lh_arena arena;
	struct lh_type *met;

	fake_storage(f, 4096);
	put_pool(f, &arena, &map, EMPTY);
	fake_put(f, block, 1);
	fake_put(f, block + 8, ints);
	fake_put(f, block + 16, 1);
	fake_put(f, block + 24, empty);
	fake_put(f, fake_object(EMPTY), 1);
	fake_put(f, fake_object(EMPTY) + 8, empty);
	fake_ring(f, fake_ring_head(f, 0), EMPTY, 1);
	fake_open(f);
	assert_int_equal(lh_types_get(&f->heap, empty, &met), 0);
	for (int again = 0; again <= 1; again++) {
		struct lh_findings findings;
		struct found found = {0};

		assert_int_equal(
			lh_objects_find(&f->heap, &(struct lh_walk_filter){0}, false, see, &found, &findings),
			0);
		assert_true(found.count >= 2);
		assert_int_equal(found.addr[0], block);
		assert_int_equal(found.type[0]->addr, ints);
		assert_int_equal(found.addr[1], fake_object(EMPTY));
		assert_int_equal(found.type[1]->addr, empty);
	}
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address_of_a_class_in_an_int),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
