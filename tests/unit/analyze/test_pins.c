/* SPDX-License-Identifier: Apache-2.0 */
/* Three arenas of 3.11 made by hand: two that few blocks hold, and a full one; damaged pools, storage in a circle. */
#include "analyze/pins.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ARENA 0x10000 /* bytes, of four pools */
#define ARENAS 3
#define POOL 0x4000
#define POOLS 4                            /* of an arena */
#define PER_POOL 256                       /* blocks of 64 bytes, the header is one of them */
#define BEHIND (ARENAS * POOLS * PER_POOL) /* nodes from here on are in no arena */

enum { TYPE_LIST = 1, TYPE_DEQUE };
/* Nodes, by block: fake_node() */
enum { HELD = 1, ITEMS = 2, LONE = POOLS * PER_POOL + 1, NOBODYS, MODULES = BEHIND };

struct world {
	struct fake *f;
	uint64_t list;
	struct lh_arena arenas[ARENAS];
	uint64_t map;
	struct lh_pins pins;
};

static uint32_t at(const struct world *w, enum lh_field field)
{
	return lh_layout_at(&w->f->heap.layout, field);
}

static uint64_t pool(unsigned i)
{
	return fake_node(i * PER_POOL);
}

/* The first @used blocks of a pool are in use, the others were never handed out. */
static void put_pool(struct world *w, unsigned i, uint32_t used)
{
	fake_put_u32(w->f, pool(i) + at(w, LH_F_POOL_COUNT), used);
	fake_put_u32(w->f, pool(i) + at(w, LH_F_POOL_SZIDX), FAKE_NODE / 16 - 1);
	fake_put_u32(w->f, pool(i) + at(w, LH_F_POOL_NEXTOFFSET), (used + 1) * FAKE_NODE);
	fake_put_u32(w->f, pool(i) + at(w, LH_F_POOL_ARENAINDEX), i / POOLS);
	fake_put(w->f, pool(i) + at(w, LH_F_POOL_FREEBLOCK), 0);
}

static void put_arenas(struct world *w)
{
	for (unsigned i = 0; i < ARENAS; i++)
		w->arenas[i] = (struct lh_arena){.address = pool(i * POOLS),
						 .first_pool = pool(i * POOLS),
						 .end = pool((i + 1) * POOLS),
						 .limit = pool((i + 1) * POOLS),
						 .nfreepools = i < 2 ? POOLS - 1 : 0,
						 .ntotalpools = POOLS,
						 .index = i};
	w->map = (1ull << ARENAS * ARENA / 4096) - 1;
	w->f->heap.pymalloc = (struct lh_pymalloc){.arenas = w->arenas,
						   .count = ARENAS,
						   .sets = 1,
						   .pool_size = POOL,
						   .arena_size = ARENA,
						   .alignment = 16,
						   .header = FAKE_NODE,
						   .map_start = pool(0),
						   .map_end = pool(ARENAS * POOLS),
						   .map = &w->map};
	put_pool(w, 0, 2);
	put_pool(w, POOLS, 2);
	for (unsigned i = 2 * POOLS; i < 3 * POOLS; i++)
		put_pool(w, i, PER_POOL - 1);
}

/*
 * The list of modules has two lists: HELD, with its items in the block after it, and LONE in the second arena, where the
 * block after it is nobody's.
 */
static struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fake *f;

	assert_non_null(w);
	f = w->f = fake_new();
	fake_storage(f, 4 * FAKE_NODE); /* for nodes that are in no arena */
	w->list = fake_type(f, TYPE_LIST, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	put_arenas(w);
	fake_list(f, MODULES, w->list, 1, (uint64_t[]){fake_object(HELD), fake_object(LONE)}, 2);
	fake_list(f, HELD, w->list, 1, (uint64_t[]){fake_object(LONE)}, 1);
	fake_list(f, LONE, w->list, 2, NULL, 0);
	fake_put(f, fake_object(HELD) + at(w, LH_F_LIST_ITEMS), fake_node(ITEMS));
	fake_put(f, fake_node(ITEMS), fake_object(LONE));
	fake_link(f, fake_ring_head(f, 0), fake_node(MODULES));
	fake_link(f, fake_node(MODULES), fake_node(HELD));
	fake_link(f, fake_node(HELD), fake_node(LONE));
	fake_link(f, fake_node(LONE), fake_ring_head(f, 0));
	f->interp.modules = fake_object(MODULES);
	return w;
}

static void find(struct world *w, unsigned below)
{
	fake_open(w->f);
	assert_int_equal(lh_pins_find(&w->f->heap, below, &w->pins), 0);
}

static void world_free(struct world *w)
{
	lh_pins_fini(&w->pins);
	fake_free(w->f);
	free(w);
}

static const struct lh_pin *pin_of(const struct world *w, unsigned node)
{
	for (size_t i = 0; i < w->pins.count; i++)
		if (w->pins.pins[i].block == fake_node(node))
			return &w->pins.pins[i];
	return NULL;
}

static void assert_pin(const struct world *w, unsigned node, enum lh_pin_kind kind, uint64_t object)
{
	const struct lh_pin *pin = pin_of(w, node);

	assert_non_null(pin);
	assert_int_equal(pin->kind, kind);
	assert_int_equal(pin->object, object);
	assert_int_equal(pin->size, FAKE_NODE);
	assert_int_equal(pin->type != NULL, object != 0);
}

static void test_whole(void **state)
{
	struct world *w = world_new();
	const struct lh_pins *p = &w->pins;

	find(w, LH_PINS_BELOW);
	assert_int_equal(p->arena_count, 2);
	assert_int_equal(p->count, 4);
	assert_int_equal(p->bytes, 4 * FAKE_NODE);
	assert_pin(w, HELD, LH_PIN_OBJECT, fake_object(HELD));
	assert_pin(w, ITEMS, LH_PIN_STORAGE, fake_object(HELD));
	assert_pin(w, LONE, LH_PIN_OBJECT, fake_object(LONE));
	assert_pin(w, NOBODYS, LH_PIN_UNKNOWN, 0);
	assert_int_equal(p->kinds[LH_PIN_OBJECT], 2);
	assert_int_equal(p->kinds[LH_PIN_STORAGE], 1);
	assert_int_equal(p->kinds[LH_PIN_UNKNOWN], 1);
	assert_int_equal(p->unread + p->empty, 0);
	world_free(w);
}

/* All is held by the items of the list of modules: it alone holds the first arena, the second has a block of nobody's. */
static void test_owners(void **state)
{
	struct world *w = world_new();
	_cleanup_string_ struct lh_string text = {0};
	const struct lh_pin_owner *owner;

	find(w, LH_PINS_BELOW);
	assert_int_equal(w->pins.owner_count, 1);
	owner = &w->pins.owners[0];
	assert_int_equal(owner->blocks, 3);
	assert_int_equal(owner->bytes, 3 * FAKE_NODE);
	assert_int_equal(owner->arenas, 2);
	assert_int_equal(owner->alone, 1);
	assert_int_equal(owner->example, fake_object(HELD));
	assert_int_equal(owner->use_count, 1);
	assert_int_equal(w->pins.uses[owner->first_use].blocks, 3);
	assert_int_equal(pin_of(w, NOBODYS)->owner, LH_NO_OWNER);
	lh_pins_owner_text(&w->pins, 0, &text);
	assert_string_equal(text.text, "sys.modules");
	world_free(w);
}

/* An arena with as many bytes used as the percentage is not pinned. */
static void test_percentage(void **state)
{
	const uint32_t tenth = ARENA / 10 / FAKE_NODE; /* 6,528 of 6,553.6 bytes */

	for (uint32_t more = 0; more < 2; more++) {
		struct world *w = world_new();

		put_pool(w, 0, tenth + more);
		find(w, 10);
		assert_int_equal(w->pins.arena_count, 2 - more);
		world_free(w);
	}
}

/* All percentages: what is full to the last block is pinned below 100, too: pools have headers. */
static void test_all(void **state)
{
	struct world *w = world_new();

	find(w, 100);
	assert_int_equal(w->pins.arena_count, ARENAS);
	assert_int_equal(w->pins.count, 4 + POOLS * (PER_POOL - 1));
	world_free(w);
}

/* One arena stays if it is the last of those with free pools; none does if an empty one is there already. */
static void test_kept(void **state)
{
	for (unsigned empty = 0; empty < 2; empty++) {
		struct world *w = world_new();

		if (empty) {
			for (unsigned i = 2 * POOLS; i < 3 * POOLS; i++)
				put_pool(w, i, 0);
			w->arenas[2].nfreepools = POOLS;
		}
		find(w, LH_PINS_BELOW);
		assert_int_equal(w->pins.kept, !empty);
		assert_int_equal(w->pins.empty, empty);
		assert_int_equal(w->pins.arena_count, 2);
		world_free(w);
	}
}

/* ---- damaged ---- */

/* What holds an arena is not known if a pool makes no sense: it is not pinned, and counted. */
static void test_damaged_pool(void **state)
{
	static const struct {
		enum lh_field field;
		uint32_t word;
	} cases[] = {
		{LH_F_POOL_FREEBLOCK, 0x41414141},
		{LH_F_POOL_SZIDX, 0x41414141},
		{LH_F_POOL_NEXTOFFSET, 7},
		{LH_F_POOL_COUNT, 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world *w = world_new();

		fake_put_u32(w->f, pool(0) + at(w, cases[i].field), cases[i].word);
		find(w, LH_PINS_BELOW);
		assert_int_equal(w->pins.arena_count, 1);
		assert_int_equal(w->pins.unread, 1);
		assert_int_equal(w->pins.empty, 0);
		assert_non_null(pin_of(w, LONE));
		world_free(w);
	}
}

/* Pools that are not in the target. */
static void test_missing_pool(void **state)
{
	struct world *w = world_new();

	w->arenas[0].address = w->arenas[0].first_pool = FAKE_BASE - ARENA;
	w->arenas[0].end = w->arenas[0].limit = FAKE_BASE;
	find(w, LH_PINS_BELOW);
	assert_int_equal(w->pins.arena_count, 1);
	assert_int_equal(w->pins.unread, 1);
	assert_int_equal(w->pins.empty, 0);
	assert_int_equal(w->pins.count, 2);
	world_free(w);
}

/* Blocks of a deque that lead to each other, and to themselves: each is told once what it is. */
static void test_circle(void **state)
{
	struct world *w = world_new();
	struct fake *f = w->f;
	uint64_t deque = fake_type(f, TYPE_DEQUE, "collections.deque", 232, LH_TPFLAG_HAVE_GC);
	uint64_t node = fake_storage(f, 256), object = node + 16;

	put_pool(w, 0, 5);
	fake_put(f, object + at(w, LH_F_OBJECT_REFCNT), 1);
	fake_put(f, object + at(w, LH_F_OBJECT_TYPE), deque);
	fake_put(f, object + at(w, LH_F_DEQUE_LEFTBLOCK), fake_node(3));
	for (unsigned i = 3; i <= 5; i++) {
		fake_put(f, fake_node(i), fake_node(i == 5 ? 3 : i + 1));
		fake_put(f, fake_node(i) + 56, fake_node(i));
	}
	fake_link(f, fake_node(LONE), node);
	fake_link(f, node, fake_ring_head(f, 0));
	find(w, LH_PINS_BELOW);
	for (unsigned i = 3; i <= 5; i++)
		assert_pin(w, i, LH_PIN_STORAGE, object);
	assert_int_equal(w->pins.kinds[LH_PIN_STORAGE], 4);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),        cmocka_unit_test(test_owners),
		cmocka_unit_test(test_percentage),   cmocka_unit_test(test_all),
		cmocka_unit_test(test_kept),         cmocka_unit_test(test_damaged_pool),
		cmocka_unit_test(test_missing_pool), cmocka_unit_test(test_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
