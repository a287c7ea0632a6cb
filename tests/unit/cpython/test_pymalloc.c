/* SPDX-License-Identifier: Apache-2.0 */
/* One pool of 3.11 (16 KiB, 48 bytes of header), whole and broken in one way each. */
#include "cpython/pymalloc.h"
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define POOL (FAKE_BASE + FAKE_STORAGE)
#define POOL_SIZE 16384
#define HEADER 48
#define BLOCK 64 /* bytes */
#define BLOCKS ((POOL_SIZE - HEADER) / BLOCK)
#define HANDED 10 /* blocks ever handed out */

static uint64_t block(unsigned i)
{
	return POOL + HEADER + i * BLOCK;
}

static uint64_t field(const struct fake *f, enum lh_field which)
{
	return POOL + lh_layout_at(&f->heap.layout, which);
}

/* Blocks 7 and then 3 are free again: 8 in use. */
static struct fake *pool_new(void)
{
	struct fake *f = fake_new();

	f->heap.pymalloc = (struct lh_pymalloc){
		.pool_size = POOL_SIZE, .arena_size = 1 << 20, .alignment = 16, .header = HEADER};
	fake_put_u32(f, field(f, LH_F_POOL_COUNT), HANDED - 2);
	fake_put_u32(f, field(f, LH_F_POOL_SZIDX), BLOCK / 16 - 1);
	fake_put_u32(f, field(f, LH_F_POOL_NEXTOFFSET), HEADER + HANDED * BLOCK);
	fake_put_u32(f, field(f, LH_F_POOL_ARENAINDEX), 5);
	fake_put(f, field(f, LH_F_POOL_FREEBLOCK), block(7));
	fake_put(f, block(7), block(3));
	fake_put(f, block(3), 0);
	return f;
}

static struct lh_pool read_pool(struct fake *f)
{
	struct lh_arena arena = {.address = POOL, .index = 5};
	struct lh_pool pool;

	fake_open(f);
	assert_int_equal(lh_pool_read(&f->heap, &f->heap.view, &arena, POOL, &pool), 0);
	return pool;
}

static void test_whole_pool(void **state)
{
	struct fake *f = pool_new();
	struct lh_pool pool = read_pool(f);

	assert_false(pool.damaged);
	assert_int_equal(pool.used, 8);
	assert_int_equal(pool.block_size, BLOCK);
	assert_int_equal(pool.blocks, BLOCKS);
	for (unsigned i = 0; i < BLOCKS; i++)
		assert_int_equal(lh_pool_is_free(&pool, i), i == 3 || i == 7 || i >= HANDED);
	fake_free(f);
}

static void test_empty_pool(void **state)
{
	struct fake *f = pool_new();
	struct lh_pool pool;

	fake_put_u32(f, field(f, LH_F_POOL_COUNT), 0);
	pool = read_pool(f);
	assert_int_equal(pool.used, 0);
	assert_int_equal(pool.block_size, 0);
	assert_false(pool.damaged);
	fake_free(f);
}

static void test_every_size_class(void **state)
{
	for (unsigned class = 0; class < 32; class ++) {
		struct fake *f = pool_new();
		unsigned size = (class + 1) * 16, blocks = (POOL_SIZE - HEADER) / size;
		struct lh_pool pool;

		fake_put_u32(f, field(f, LH_F_POOL_SZIDX), class);
		fake_put_u32(f, field(f, LH_F_POOL_COUNT), blocks);
		fake_put_u32(f, field(f, LH_F_POOL_NEXTOFFSET), HEADER + blocks * size);
		fake_put(f, field(f, LH_F_POOL_FREEBLOCK), 0);
		pool = read_pool(f);
		assert_false(pool.damaged);
		assert_int_equal(pool.blocks, blocks);
		for (unsigned i = 0; i < blocks; i++)
			assert_false(lh_pool_is_free(&pool, i));
		fake_free(f);
	}
}

static void put_freeblock(struct fake *f, uint64_t word)
{
	fake_put(f, field(f, LH_F_POOL_FREEBLOCK), word);
}

static void break_size_class(struct fake *f, uint64_t word)
{
	fake_put_u32(f, field(f, LH_F_POOL_SZIDX), (uint32_t)word);
}

static void break_next_offset(struct fake *f, uint64_t word)
{
	fake_put_u32(f, field(f, LH_F_POOL_NEXTOFFSET), (uint32_t)word);
}

static void break_arena(struct fake *f, uint64_t word)
{
	fake_put_u32(f, field(f, LH_F_POOL_ARENAINDEX), (uint32_t)word);
}

static void break_count(struct fake *f, uint64_t word)
{
	fake_put_u32(f, field(f, LH_F_POOL_COUNT), (uint32_t)word);
}

static void break_link(struct fake *f, uint64_t word)
{
	fake_put(f, block(3), word);
}

static void test_damaged_pools(void **state)
{
	static const struct {
		void (*damage)(struct fake *f, uint64_t word);
		uint64_t word;
	} cases[] = {
		{put_freeblock, 1},                        /* no address */
		{put_freeblock, POOL + 8},                 /* in the header */
		{put_freeblock, POOL + HEADER + 1},        /* inside a block */
		{put_freeblock, POOL + POOL_SIZE},         /* past the end */
		{put_freeblock, POOL + POOL_SIZE - 8},     /* behind the last block */
		{put_freeblock, POOL + HEADER + 63 * 256}, /* never handed out */
		{break_link, POOL + HEADER + 7 * BLOCK},   /* a circle */
		{break_link, UINT64_MAX},
		{break_size_class, 32},
		{break_size_class, UINT32_MAX},
		{break_size_class, 2}, /* the count does not fit */
		{break_next_offset, 0},
		{break_next_offset, HEADER - 1},
		{break_next_offset, POOL_SIZE + 1},
		{break_next_offset, UINT32_MAX},
		{break_arena, 6},
		{break_count, 9},
		{break_count, UINT32_MAX},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(cases); i++) {
		struct fake *f = pool_new();

		cases[i].damage(f, cases[i].word);
		if (!read_pool(f).damaged)
			fail_msg("case %zu was believed", i);
		fake_free(f);
	}
}

static void test_pool_not_in_the_target(void **state)
{
	struct fake *f = pool_new();
	struct lh_arena arena = {.address = POOL, .index = 5};
	struct lh_pool pool;

	fake_open(f);
	assert_int_equal(lh_pool_read(&f->heap, &f->heap.view, &arena, FAKE_BASE + FAKE_MEMORY - 4096, &pool),
			 LH_ABSENT);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_pool),
		cmocka_unit_test(test_empty_pool),
		cmocka_unit_test(test_every_size_class),
		cmocka_unit_test(test_damaged_pools),
		cmocka_unit_test(test_pool_not_in_the_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
