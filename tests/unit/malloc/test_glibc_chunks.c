/* SPDX-License-Identifier: Apache-2.0 */
/* All chunks of an arena made by hand, each with what it is; a size that was overwritten, a list in a circle. */
#include "fake_heap.h"
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_chunks.h"
#include "malloc/glibc_lists.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_glibc.h"

#define BIN(i) (STATE + BINS + 16 * ((i)-1) - 16) /* a bin as a chunk: fd is its third word */
#define UNSORTED 1
#define SMALL (CHUNK / 16)

static struct lh_glibc_chunks found;

static struct fake *find(struct fake *f)
{
	give_module(f);
	assert_int_equal(lh_glibc_chunks_find(f->target, &found), 0);
	return f;
}

static void forget(struct fake *f)
{
	lh_glibc_chunks_fini(&found);
	fake_free(f);
}

static void assert_tally(enum lh_chunk_state state, uint64_t count, uint64_t bytes)
{
	assert_int_equal(found.uses[0].by_state[state].count, count);
	assert_int_equal(found.uses[0].by_state[state].bytes, bytes);
}

/* Free by the word of the next one, and the only chunk of a bin */
static void put_in_bin(struct fake *f, unsigned i, unsigned bin)
{
	fake_put(f, chunk(i) + 16, BIN(bin));
	fake_put(f, chunk(i) + 24, BIN(bin));
	fake_put(f, BIN(bin) + 16, chunk(i));
	fake_put(f, BIN(bin) + 24, chunk(i));
	put_chunk(f, chunk(i + 1), CHUNK, CHUNK);
}

static void test_states(void **state)
{
	struct fake *f = arena();
	struct lh_glibc_chunk c;
	uint64_t at = HEAP;

	put_in_bin(f, 3, SMALL);
	put_in_bin(f, 6, UNSORTED);
	put_list(f, FASTBIN, (int[]){9, 11, -1}, true, 0);
	put_chunk(f, chunk(14), CHUNK, CHUNK); /* free, and in no list */
	find(f);
	assert_tally(LH_CHUNK_SMALL, 1, CHUNK);
	assert_tally(LH_CHUNK_UNSORTED, 1, CHUNK);
	assert_tally(LH_CHUNK_FAST, 2, 2 * CHUNK);
	assert_tally(LH_CHUNK_UNLISTED, 1, CHUNK);
	assert_tally(LH_CHUNK_TOP, 1, FAKE_BASE + FAKE_MEMORY - chunk(CHUNKS));
	assert_tally(LH_CHUNK_USED, 1 + CHUNKS - 5, 0x290 + (CHUNKS - 5) * CHUNK);
	assert_int_equal(found.torn + found.damaged, 0);
	/* Side by side, from the heap's start to its end */
	assert_int_equal(found.part_count, 1);
	for (c = lh_glibc_chunk_first(&found, found.parts); lh_glibc_chunk_next(&c); at = c.next)
		assert_int_equal(c.addr, at);
	assert_int_equal(at, FAKE_BASE + FAKE_MEMORY);
	forget(f);
}

static void test_cache(void **state)
{
	const uint64_t cache = HEAP + 16, bin = CHUNK / 16 - 2;
	struct fake *f = arena();

	put_list(f, cache + 128 + 8 * bin, (int[]){2, 9, -1}, true, 16);
	fake_put(f, cache + 2 * bin, 2);
	find(f);
	assert_tally(LH_CHUNK_TCACHE, 2, 2 * CHUNK);
	assert_int_equal(found.caches, 1);
	forget(f);
}

/* The rest of the heap is not known; what is before it is as it was. */
static void test_smashed_size(void **state)
{
	static const uint64_t sizes[] = {0, 0x4141414141414141, CHUNK | 2 | 1, 0x18 | 1, UINT64_MAX};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct fake *f = arena();

		put_in_bin(f, 3, SMALL);
		put_chunk(f, chunk(7), 0, sizes[i]);
		find(f);
		assert_int_equal(found.damaged, 1);
		assert_int_equal(found.first_damaged, chunk(7));
		assert_int_equal(found.parts[0].walked, chunk(7));
		assert_int_equal(found.parts[0].end, FAKE_BASE + FAKE_MEMORY);
		assert_tally(LH_CHUNK_SMALL, 1, CHUNK);
		assert_tally(LH_CHUNK_USED, 1 + 6, 0x290 + 6 * CHUNK);
		forget(f);
	}
}

/* Two chunks lead to each other: the second one's next does not lead back. */
static void test_looped_bin(void **state)
{
	struct fake *f = arena();

	put_in_bin(f, 3, UNSORTED);
	put_in_bin(f, 6, SMALL);
	fake_put(f, chunk(3) + 16, chunk(6));
	fake_put(f, chunk(6) + 24, chunk(3));
	fake_put(f, chunk(6) + 16, chunk(3));
	find(f);
	assert_int_equal(found.torn, 2); /* the small bin's chunk leads back to another, too */
	assert_tally(LH_CHUNK_UNSORTED, 2, 2 * CHUNK);
	assert_tally(LH_CHUNK_USED, 1 + CHUNKS - 2, 0x290 + (CHUNKS - 2) * CHUNK);
	forget(f);
}

/* A list that leads out of the heap's memory */
static void test_wild_bin(void **state)
{
	struct fake *f = arena();

	put_in_bin(f, 3, SMALL);
	fake_put(f, chunk(3) + 16, 0x4141414141414140);
	find(f);
	assert_int_equal(found.torn, 1);
	assert_tally(LH_CHUNK_SMALL, 1, CHUNK);
	forget(f);
}

/* ---- made to take for ever ---- */

static void ignore(void *arg, uint64_t user, uint64_t len)
{
}

/* Lists that many arenas share: looks at chunks are numbered. */
static void test_shared_list(void **state)
{
	struct fake *f = arena();
	struct lh_glibc_arena at = {.addr = STATE};
	struct lh_glibc_lists lists;

	put_list(f, FASTBIN, (int[]){9, 11, 3, -1}, true, 0);
	find(f);
	lists = lh_glibc_lists_of(f->target, ignore, NULL);
	lists.most = 20;
	for (unsigned i = 0; i < 100; i++)
		lh_glibc_tell_fastbins(&lists, &found.glibc, &at);
	assert_int_equal(lists.chunks, 9); /* three times, each counted before it is told */
	assert_int_equal(lists.torn, 97);
	forget(f);
}

/* Words that look like empty bins, everywhere in a module. */
static void test_bins_everywhere(void **state)
{
	struct fake *f = fake_new();

	for (uint64_t at = FAKE_BASE; at < FAKE_BASE + FAKE_MEMORY; at += 16) {
		fake_put(f, at, at - 16);
		fake_put(f, at + 8, at - 16);
	}
	give_module(f);
	f->target->modules[0].start = FAKE_BASE;
	f->target->modules[0].end = FAKE_BASE + FAKE_MEMORY;
	assert_int_equal(lh_glibc_chunks_find(f->target, &found), 0);
	assert_int_equal(found.glibc.count, 0);
	forget(f);
}

#define INFOS 3
#define INFO_APART (1u << 20)

static int64_t read_infos(void *arg, uint64_t addr, void *buf, uint64_t len)
{
	const uint8_t *memory = arg;

	memcpy(buf, memory + (addr - FAKE_BASE), len);
	return (int64_t)len;
}

/* Heaps of an arena lead in a circle, which does not come back to the first. */
static void test_heaps_in_circle(void **state)
{
	struct lh_region region = {FAKE_BASE, FAKE_BASE + INFOS * INFO_APART, 0, NULL, true, true, false};
	uint8_t *memory = calloc(INFOS, INFO_APART);
	struct lh_reader reader = {.size = sizeof(reader),
				   .read = read_infos,
				   .arg = memory,
				   .regions = &region,
				   .region_count = 1};
	const struct lh_glibc_form form = {FASTBINS, TOP, ""};
	const struct lh_glibc glibc = {.form = &form};
	struct lh_glibc_arena at = {.addr = FAKE_BASE + 0x100, .top = FAKE_BASE + 2 * INFO_APART + 0x1000};
	static const uint64_t prev[INFOS] = {1, 0, 1};
	struct lh_glibc_heap heap = {0};
	struct lh_target *target;
	struct lh_ctx *ctx;
	struct lh_view view;
	unsigned n = 0;

	for (unsigned i = 0; i < INFOS; i++)
		memcpy(memory + (size_t)i * INFO_APART,
		       (uint64_t[]){at.addr, FAKE_BASE + prev[i] * INFO_APART, INFO_APART}, 24);
	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(lh_target_open_reader(ctx, &reader, NULL, &target), 0);
	view = lh_view_of(target);
	while (lh_glibc_heap_next(&view, &glibc, &at, &heap))
		assert_true(n++ < 4 * INFOS);
	assert_true(n >= INFOS);
	lh_target_free(target);
	lh_ctx_free(ctx);
	free(memory);
}

/* ---- chunks with a mapping to themselves ---- */

static void test_mapped(void **state)
{
	const uint64_t at = FAKE_BASE, end = FAKE_BASE + FAKE_MEMORY;
	static const struct {
		uint64_t before, word, bytes;
	} cases[] = {
		{0, 0x2000 | 2, 0x2000},
		{0, 0x1ff0 | 2, 0x2000}, /* 2.43: without its head */
		{1, 0x1ff0 | 2, 0x2000}, /* 2.43: of huge pages */
		{0, 0x2000 | 3, 0},
		{0x10, 0x2000 | 2, 0},
		{0, 0x1234 | 2, 0},
		{0, (FAKE_MEMORY + 0x1000) | 2, 0},
		{0, 0, 0},
	};
	struct fake *f = fake_new();
	struct lh_view view;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		put_chunk(f, at, cases[i].before, cases[i].word);
		fake_open(f);
		view = lh_view_of(f->target);
		assert_int_equal(lh_glibc_mapped_end(&view, at, end),
				 cases[i].bytes ? at + cases[i].bytes : 0);
		fake_free(f);
		f = fake_new();
	}
	fake_open(f);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),          cmocka_unit_test(test_cache),
		cmocka_unit_test(test_smashed_size),    cmocka_unit_test(test_looped_bin),
		cmocka_unit_test(test_wild_bin),        cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_shared_list),     cmocka_unit_test(test_bins_everywhere),
		cmocka_unit_test(test_heaps_in_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
