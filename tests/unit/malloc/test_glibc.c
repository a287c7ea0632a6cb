/* SPDX-License-Identifier: Apache-2.0 */
/* Heaps of glibc's malloc made by hand, its arenas and lists of free chunks. */
#include "fake_heap.h"
#include "malloc/glibc_arena.h"
#include "malloc/glibc_free.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_glibc.h"
#include "free_log.h"

/* ---- heaps, without the arena ---- */

static struct lh_glibc_findings findings;

static struct free_log ask(struct fake *f)
{
	struct free_log log = {.most = 8};

	fake_open(f);
	assert_int_equal(lh_glibc_report_free(f->target, free_log_add, &log, &findings), 0);
	fake_free(f);
	return log;
}

/* The fake's memory is one mapping, so a heap fills it all: used, free, used, top. */
static struct fake *glibc_heap(void)
{
	struct fake *f = fake_new();

	memset(f->memory, 0, sizeof(f->memory));
	put_chunk(f, FAKE_BASE, 0, 0x1000 | 1);
	put_chunk(f, FAKE_BASE + 0x1000, 0, 0x2000 | 1);
	put_chunk(f, FAKE_BASE + 0x3000, 0x2000, 0x1000);
	put_chunk(f, FAKE_BASE + 0x4000, 0, (FAKE_MEMORY - 0x4000) | 1);
	return f;
}

static void test_free_chunks(void **state)
{
	struct free_log log = ask(glibc_heap());

	assert_int_equal(log.count, 2);
	assert_int_equal(log.addr[0], FAKE_BASE + 0x1010);
	assert_int_equal(log.len[0], 0x1ff0);
	assert_int_equal(log.addr[1], FAKE_BASE + 0x4010);
	assert_int_equal(log.len[1], FAKE_MEMORY - 0x4010);
}

/* Three data stack chunks side by side, {previous, size, top}, look like three chunks of malloc's. */
static void test_no_heap(void **state)
{
	struct fake *f = fake_new();

	memset(f->memory, 0, sizeof(f->memory));
	for (uint64_t at = 0; at < FAKE_MEMORY; at += 0x4000)
		put_chunk(f, FAKE_BASE + at, 0, 0x4000);
	assert_int_equal(ask(f).count, 0);
	f = glibc_heap();
	fake_put(f, FAKE_BASE + 0x3000, 0x1ff0); /* the free chunk's size is not repeated behind it */
	assert_int_equal(ask(f).count, 0);
	f = glibc_heap();
	fake_put(f, FAKE_BASE + 0x4008, (FAKE_MEMORY - 0x5000) | 1); /* does not end where the mapping does */
	assert_int_equal(ask(f).count, 0);
}

/* A thread's cache: two chunks of 0x30, the second by a masked link. */
static void test_cached_chunks(void **state)
{
	struct fake *f = glibc_heap();
	uint64_t first = FAKE_BASE + 0x290 + 16, second = first + 0x30;
	struct free_log log;

	put_chunk(f, FAKE_BASE, 0, 0x290 | 1);
	put_chunk(f, FAKE_BASE + 0x290, 0, 0x30 | 1);
	put_chunk(f, FAKE_BASE + 0x2c0, 0, 0x30 | 1);
	put_chunk(f, FAKE_BASE + 0x2f0, 0, (0x1000 - 0x2f0) | 1);
	fake_put(f, FAKE_BASE + 16, 2 << 16);         /* uint16_t counts[] */
	fake_put(f, FAKE_BASE + 16 + 128 + 8, first); /* bin 1 */
	fake_put(f, first, second ^ first >> 12);
	fake_put(f, second, second >> 12);
	log = ask(f);
	assert_int_equal(log.count, 4);
	assert_int_equal(log.addr[0], first);
	assert_int_equal(log.len[0], 0x28);
	assert_int_equal(log.addr[1], second);
}

/* ---- arenas ---- */

/* Which of the chunks are free; the top is always. */
static unsigned listed(struct fake *f)
{
	struct free_log log = {.most = CHUNKS + 1};
	unsigned free = 0;

	give_module(f);
	assert_int_equal(lh_glibc_report_free(f->target, free_log_add, &log, &findings), 0);
	for (unsigned i = 0; i < log.count; i++)
		if (log.addr[i] != chunk(CHUNKS) + 16) {
			assert_int_equal(log.len[i], CHUNK - 8);
			free |= 1u << (log.addr[i] - 16 - chunk(0)) / CHUNK;
		}
	fake_free(f);
	return free;
}

static void test_fastbins(void **state)
{
	for (int masked = 0; masked < 2; masked++) {
		struct fake *f = arena();

		put_list(f, FASTBIN, (int[]){3, 7, 5, -1}, masked, 0);
		assert_int_equal(listed(f), 1 << 3 | 1 << 7 | 1 << 5);
		assert_int_equal(findings.arenas, 1);
		assert_int_equal(findings.heaps, 1);
		assert_int_equal(findings.torn, 0);
	}
}

/* Somebody wrote to a freed chunk; a chunk was freed twice. */
static void test_torn_fastbins(void **state)
{
	struct fake *f = arena();

	put_list(f, FASTBIN, (int[]){3, 7, 5, -1}, true, 0);
	fake_put(f, chunk(7) + 16, 0x6465706f6c657665);
	assert_int_equal(listed(f), 1 << 3 | 1 << 7);
	assert_int_equal(findings.torn, 1);
	f = arena();
	put_list(f, FASTBIN, (int[]){3, 7, 3, -1}, true, 0);
	put_list(f, chunk(7) + 16, (int[]){3, -1}, false, 0);
	fake_put(f, chunk(7) + 16, chunk(3) ^ (chunk(7) + 16) >> 12);
	fake_put(f, chunk(3) + 16, chunk(7) ^ (chunk(3) + 16) >> 12);
	assert_int_equal(listed(f), 1 << 3 | 1 << 7);
	assert_int_equal(findings.torn, 1);
}

/* A masked link that is the address of another chunk of the size: not where the list goes on. */
static void test_masked_like_plain(void **state)
{
	struct fake *f = arena();
	unsigned from = 0, to = 0;
	uint64_t plain = 0;

	for (unsigned i = 1; i < CHUNKS && !to; i++)
		for (unsigned k = 0; k < CHUNKS && !to; k++) {
			plain = chunk(k) ^ (chunk(i) + 16) >> 12;
			if (k != i && (plain & 15) == 0 && plain - HEAP < 0x1000) {
				from = i;
				to = k;
			}
		}
	put_list(f, FASTBIN, (int[]){(int)from, (int)to, -1}, true, 0);
	if (to)
		put_chunk(f, plain, 0, CHUNK | 1);
	assert_int_equal(listed(f), 1u << from | 1u << to);
}

/* A thread's cache is one by its numbers, wherever in the heap. */
static void test_caches(void **state)
{
	const uint64_t cache = HEAP + 16, bin = CHUNK / 16 - 2;
	struct fake *f = arena();

	put_list(f, cache + 128 + 8 * bin, (int[]){2, 9, -1}, true, 16);
	fake_put(f, cache + 2 * bin, 2);
	assert_int_equal(listed(f), 1 << 2 | 1 << 9);
	assert_int_equal(findings.caches, 1);
	f = arena();
	put_list(f, cache + 128 + 8 * bin, (int[]){2, 9, -1}, true, 16);
	fake_put(f, cache + 2 * bin, 3);
	assert_int_equal(listed(f), 0);
	assert_int_equal(findings.caches, 0);
}

/* Another arena: its heap begins with {arena, no heap before, size}, and the state. */
static void test_ring(void **state)
{
	const uint64_t heap = FAKE_BASE, other = heap + 48, first = (other + NEXT + 40 + 15) & ~15ull;
	struct fake *f = arena();
	struct free_log log = {.most = 8};

	put_state(f, other, first + 0x60, 0x8000);
	fake_put(f, heap, other);
	fake_put(f, heap + 16, 0x8000);
	put_chunk(f, first, 0, 0x60 | 1);
	put_chunk(f, first + 0x60, 0, (heap + 0x8000 - first - 0x60) | 1);
	fake_put(f, STATE + NEXT, other);
	fake_put(f, other + NEXT, STATE);
	fake_put(f, other + FASTBINS + 8 * 4, first);
	fake_put(f, first + 16, (first + 16) >> 12);
	give_module(f);
	assert_int_equal(lh_glibc_report_free(f->target, free_log_add, &log, &findings), 0);
	assert_int_equal(findings.arenas, 2);
	assert_int_equal(findings.heaps, 2);
	assert_int_equal(findings.listed, 1);
	assert_int_equal(log.addr[1], first + 16); /* behind the main arena's top */
	assert_int_equal(log.len[1], 0x58);
	assert_int_equal(log.addr[2], first + 0x70); /* the other's top */
	fake_free(f);
}

/* What is like an arena in all but one thing */
static void test_no_arena(void **state)
{
	struct fake *f = arena();

	put_list(f, FASTBIN, (int[]){3, -1}, true, 0);
	fake_put(f, STATE + NEXT, STATE + 0x20); /* the ring of arenas does not close */
	assert_int_equal(listed(f), 0);
	assert_int_equal(findings.arenas, 0);
	f = arena();
	put_list(f, FASTBIN, (int[]){3, -1}, true, 0);
	for (unsigned i = 20; i < 30; i++)
		fake_put(f, STATE + BINS + 16 * i, 0); /* bins that lead nowhere */
	assert_int_equal(listed(f), 0);
	assert_int_equal(findings.arenas, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_free_chunks),   cmocka_unit_test(test_no_heap),
		cmocka_unit_test(test_cached_chunks), cmocka_unit_test(test_fastbins),
		cmocka_unit_test(test_torn_fastbins), cmocka_unit_test(test_masked_like_plain),
		cmocka_unit_test(test_caches),        cmocka_unit_test(test_ring),
		cmocka_unit_test(test_no_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
