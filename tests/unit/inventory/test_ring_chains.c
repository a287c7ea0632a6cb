/* SPDX-License-Identifier: Apache-2.0 */
/* Whole gc rings through the blocks of eight pools, read as chains; a torn one, and one that no head leads to. */
#include "fake_heap.h"
#include "inventory/ring_chains.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define POOL_SIZE 16384
#define BLOCK 64
#define POOLS 8
#define BLOCKS ((POOL_SIZE - BLOCK) / BLOCK) /* of a pool; its header takes one */
#define NODES (POOLS * BLOCKS)

static uint64_t pool_at(unsigned i)
{
	return FAKE_BASE + FAKE_NODES + i * POOL_SIZE;
}

static uint64_t node_at(unsigned i)
{
	return pool_at(i / BLOCKS) + BLOCK + i % BLOCKS * BLOCK;
}

static void put_pool(struct fake *f, unsigned i)
{
	const struct lh_layout *l = &f->heap.layout;

	fake_put_u32(f, pool_at(i) + lh_layout_at(l, LH_F_POOL_COUNT), BLOCKS);
	fake_put_u32(f, pool_at(i) + lh_layout_at(l, LH_F_POOL_SZIDX), BLOCK / 16 - 1);
	fake_put_u32(f, pool_at(i) + lh_layout_at(l, LH_F_POOL_NEXTOFFSET), POOL_SIZE);
	fake_put_u32(f, pool_at(i) + lh_layout_at(l, LH_F_POOL_ARENAINDEX), i / 4);
	fake_put(f, pool_at(i) + lh_layout_at(l, LH_F_POOL_FREEBLOCK), 0);
}

/** struct rings - a heap of two arenas, and the order of its nodes in the rings */
struct rings {
	struct fake *fake;
	struct lh_arena arenas[2];
	unsigned order[NODES];
	struct lh_generation generations[2]; /* the oldest, and the permanent one */
	struct lh_rings found;
};

static void rings_new(struct rings *r)
{
	struct fake *f = fake_new();
	uint64_t permanent = f->interp.gc + lh_layout_at(&f->heap.layout, LH_F_GC_PERMANENT);

	*r = (struct rings){.fake = f};
	for (unsigned i = 0; i < 2; i++)
		r->arenas[i] = (struct lh_arena){.address = pool_at(4 * i),
						 .first_pool = pool_at(4 * i),
						 .end = pool_at(4 * i + 4),
						 .limit = pool_at(4 * i + 4),
						 .index = i};
	f->heap.pymalloc = (struct lh_pymalloc){.arenas = r->arenas,
						.count = 2,
						.pool_size = POOL_SIZE,
						.arena_size = 4 * POOL_SIZE,
						.alignment = 16,
						.header = BLOCK};
	for (unsigned i = 0; i < POOLS; i++)
		put_pool(f, i);
	srand(1);
	for (unsigned i = 0; i < NODES; i++) {
		unsigned k = (unsigned)rand() % (i + 1);

		r->order[i] = r->order[k];
		r->order[k] = i;
	}
	r->generations[0] = (struct lh_generation){.head = fake_ring_head(f, 2), .number = 2};
	r->generations[1] = (struct lh_generation){.head = permanent, .number = LH_GENERATION_PERMANENT};
}

/* The nodes of order[first] to order[end - 1], from @head and back to it; @head 0: without one. */
static void link_ring(struct rings *r, uint64_t head, unsigned first, unsigned end)
{
	uint64_t last = head ? head : node_at(r->order[end - 1]);

	for (unsigned i = first; i < end; i++) {
		fake_link(r->fake, last, node_at(r->order[i]));
		last = node_at(r->order[i]);
	}
	if (head)
		fake_link(r->fake, last, head);
}

static int read_chains(struct rings *r, unsigned threads)
{
	struct fake *f = r->fake;

	fake_open(f);
	f->ctx->threads = threads;
	lh_addrset_init(&r->found.tracked, f->ctx);
	lh_addrset_init(&r->found.permanent, f->ctx);
	return lh_ring_chains_read(&f->heap, r->generations, 2, &r->found);
}

static void rings_free(struct rings *r)
{
	lh_rings_fini(&r->found);
	fake_free(r->fake);
}

static bool has(const struct rings *r, const struct lh_addrset *set, unsigned i)
{
	return lh_addrset_has(set,
			      node_at(r->order[i]) + lh_layout_at(&r->fake->heap.layout, LH_F_GC_HEAD_SIZE));
}

/* Three quarters are tracked, an eighth is frozen, and the last eighth is a ring of dead memory. */
static void test_whole_rings(void **state)
{
	const unsigned frozen = NODES / 4 * 3, dead = NODES / 8 * 7;

	for (unsigned threads = 1; threads <= 4; threads++) {
		struct rings r;

		rings_new(&r);
		link_ring(&r, r.generations[0].head, 0, frozen);
		link_ring(&r, r.generations[1].head, frozen, dead);
		link_ring(&r, 0, dead, NODES);
		assert_int_equal(read_chains(&r, threads), 0);
		assert_int_equal(r.found.tracked.count, dead);
		assert_int_equal(r.found.permanent.count, dead - frozen);
		for (unsigned i = 0; i < NODES; i++) {
			assert_int_equal(has(&r, &r.found.tracked, i), i < dead);
			assert_int_equal(has(&r, &r.found.permanent, i), i >= frozen && i < dead);
		}
		rings_free(&r);
	}
}

/* One link is wrong: nothing is taken from chains. */
static void test_torn_ring(void **state)
{
	static const unsigned places[] = {0, 1, NODES / 2, NODES - 1};
	static const uint64_t wrong[] = {0, 8, 0x5000, FAKE_BASE + 0x20001, 0xffffffffffffffff};

	for (unsigned p = 0; p < LH_ARRAY_SIZE(places); p++) {
		for (unsigned k = 0; k < 2 * LH_ARRAY_SIZE(wrong); k++) {
			struct rings r;

			rings_new(&r);
			link_ring(&r, r.generations[0].head, 0, NODES);
			fake_put(r.fake, node_at(r.order[places[p]]) + (k & 1 ? 8 : 0), wrong[k / 2]);
			assert_int_equal(read_chains(&r, 2), LH_ABSENT);
			assert_int_equal(r.found.tracked.count, 0);
			rings_free(&r);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_rings),
		cmocka_unit_test(test_torn_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
