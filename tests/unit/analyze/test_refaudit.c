/* SPDX-License-Identifier: Apache-2.0 */
/* Counts held against pointers, on a heap of lists made by hand:
 * 3.11, a pool, and storage outside of pools. */
#include "analyze/refaudit.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define OBJECTS 8
#define POOL (FAKE_BASE + 0x60000) /* of 16 KiB, as 3.11's are */
#define BLOCK 64

struct heap {
	struct fake *f;
	uint64_t list; /* type */
	struct lh_refaudit audit;
};

/* List 0 holds all others once; each is counted once, and list 0 by a word of storage. */
static struct heap make(void)
{
	struct heap h = {.f = fake_new()};
	uint64_t items[OBJECTS];

	h.list = fake_type(h.f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	for (unsigned i = 1; i < OBJECTS; i++) {
		items[i - 1] = fake_object(i);
		fake_list(h.f, i, h.list, 1, NULL, 0);
	}
	fake_list(h.f, 0, h.list, 1, items, OBJECTS - 1);
	fake_put(h.f, fake_storage(h.f, 8), fake_object(0));
	fake_ring(h.f, fake_ring_head(h.f, 0), 0, OBJECTS);
	return h;
}

static void set_count(struct heap *h, unsigned i, uint64_t count)
{
	fake_put(h->f, fake_object(i), count);
}

static void audit(struct heap *h)
{
	fake_open(h->f);
	assert_int_equal(lh_refaudit_run(&h->f->heap, &h->audit), 0);
}

/* What is unexplained of list @i. */
static int64_t unexplained(const struct heap *h, unsigned i)
{
	for (size_t k = 0; k < h->audit.suspect_count; k++)
		if (h->audit.suspects[k].addr == fake_object(i))
			return h->audit.suspects[k].unexplained;
	return 0;
}

static void end(struct heap *h)
{
	lh_refaudit_fini(&h->audit);
	fake_free(h->f);
}

/* The type's count is none that the test keeps: types 0 and 1 count 10 each. */
static void assert_lists(const struct heap *h, const int64_t *expected)
{
	for (unsigned i = 0; i < OBJECTS; i++)
		assert_int_equal(unexplained(h, i), expected[i]);
}

static void test_clean(void **state)
{
	struct heap h = make();

	audit(&h);
	assert_lists(&h, (int64_t[OBJECTS]){0});
	assert_int_equal(h.audit.deficit, 0);
	end(&h);
}

static void test_excess_and_deficit(void **state)
{
	struct heap h = make();
	uint64_t again = fake_storage(h.f, 8);

	set_count(&h, 3, 8); /* seven too many */
	fake_list(h.f, OBJECTS, h.list, 1, (uint64_t[]){fake_object(5)}, 1);
	fake_ring(h.f, fake_ring_head(h.f, 0), 0, OBJECTS + 1); /* 5 is held twice and counted once */
	fake_put(h.f, again, fake_object(OBJECTS));
	audit(&h);
	assert_lists(&h, (int64_t[OBJECTS]){[3] = 7, [5] = -1});
	assert_int_equal(h.audit.deficit, 1);
	end(&h);
}

/* A word that nobody knows is a holder; more of them than counted are no deficit. */
static void test_words_elsewhere(void **state)
{
	struct heap h = make();
	uint64_t words = fake_storage(h.f, 32);

	set_count(&h, 2, 3);
	fake_put(h.f, words, fake_object(2));
	fake_put(h.f, words + 8, fake_object(2));
	fake_put(h.f, words + 16, fake_object(4)); /* stale */
	fake_put(h.f, words + 24, fake_object(4) + 1);
	audit(&h);
	assert_lists(&h, (int64_t[OBJECTS]){0});
	end(&h);
}

static uint64_t field(const struct heap *h, enum lh_field which)
{
	return fake_object(0) + lh_layout_at(&h->f->heap.layout, which);
}

/* Items behind the length of a list are none. */
static void test_dead_tail(void **state)
{
	struct heap h = make();

	fake_put(h.f, field(&h, LH_F_VAR_SIZE), OBJECTS - 2); /* the last one was popped */
	fake_put(h.f, field(&h, LH_F_LIST_ALLOCATED), OBJECTS - 1);
	audit(&h);
	assert_lists(&h, (int64_t[OBJECTS]){[OBJECTS - 1] = 1});
	end(&h);
}

static void test_freed_block(void **state)
{
	struct heap h = make();
	const struct lh_layout *l = &h.f->heap.layout;
	static struct lh_arena arena = {
		.address = POOL, .first_pool = POOL, .end = POOL + 0x4000, .limit = POOL + 0x4000};
	static uint64_t map = 0xf; /* its four pages */

	h.f->heap.pymalloc = (struct lh_pymalloc){.arenas = &arena,
						  .count = 1,
						  .pool_size = 0x4000,
						  .arena_size = 0x4000,
						  .alignment = 16,
						  .header = 48,
						  .map_start = POOL,
						  .map_end = POOL + 0x4000,
						  .map = &map};
	fake_put_u32(h.f, POOL + lh_layout_at(l, LH_F_POOL_COUNT), 1);
	fake_put_u32(h.f, POOL + lh_layout_at(l, LH_F_POOL_SZIDX), BLOCK / 16 - 1);
	fake_put_u32(h.f, POOL + lh_layout_at(l, LH_F_POOL_NEXTOFFSET), 48 + 2 * BLOCK);
	fake_put(h.f, POOL + lh_layout_at(l, LH_F_POOL_FREEBLOCK), POOL + 48); /* the first is free again */
	fake_put(h.f, POOL + 48 + 8, fake_object(1));
	fake_put(h.f, POOL + 48 + BLOCK + 8, fake_object(2));     /* the second is used */
	fake_put(h.f, POOL + 48 + 2 * BLOCK + 8, fake_object(4)); /* the third was never handed out */
	for (unsigned i = 1; i <= 4; i++)
		set_count(&h, i, i == 3 ? 1 : 2);
	audit(&h);
	assert_lists(&h, (int64_t[OBJECTS]){[1] = 1, [4] = 1});
	end(&h);
}

/* A count that is the start of a C string, with nobody who holds it. */
static void test_text_is_no_count(void **state)
{
	struct heap h = make();

	set_count(&h, 6, 0x65646f6d);
	audit(&h);
	assert_lists(&h, (int64_t[OBJECTS]){0});
	end(&h);
}

static void test_registers_hold(void **state)
{
	struct heap h = make();

	set_count(&h, 2, 2);
	set_count(&h, 3, 2);
	fake_open(h.f);
	h.f->target->registers = malloc(sizeof(*h.f->target->registers));
	h.f->target->registers[0] = (struct lh_register){.value = fake_object(2)};
	h.f->target->register_count = 1;
	assert_int_equal(lh_refaudit_run(&h.f->heap, &h.audit), 0);
	assert_lists(&h, (int64_t[OBJECTS]){[3] = 1});
	end(&h);
}

/* A thread's data stack: words above its top are of calls that returned. */
static void test_data_stack(void **state)
{
	struct heap h = make();
	const struct lh_layout *l = &h.f->heap.layout;
	uint64_t thread = fake_storage(h.f, lh_layout_at(l, LH_F_THREAD_SIZE)),
		 chunk = fake_storage(h.f, 256), at = thread + lh_layout_at(l, LH_F_THREAD_DATASTACK_CHUNK);

	h.f->interp.addr = fake_storage(h.f, lh_layout_at(l, LH_F_INTERP_SIZE));
	fake_put(h.f, h.f->interp.addr + lh_layout_at(l, LH_F_INTERP_THREADS), thread);
	fake_put(h.f, at, chunk);
	fake_put(h.f, at + 8, chunk + 128);
	fake_put(h.f, at + 16, chunk + 256);
	fake_put(h.f, chunk + 64, fake_object(2));
	fake_put(h.f, chunk + 192, fake_object(3));
	set_count(&h, 2, 2);
	set_count(&h, 3, 2);
	audit(&h);
	assert_lists(&h, (int64_t[OBJECTS]){[3] = 1});
	end(&h);
}

/* ---- C stacks ---- */

#define STACK (FAKE_BASE + 0x10000)
#define TLS (FAKE_BASE + 0x1f000)
#define POINTER (FAKE_BASE + 0x18000)

/* Where the stack of a thread whose struct pthread says @block,
 * @size, @guard is dead; 0: that is not known. */
static uint64_t dead(uint64_t pointer, uint64_t first, uint64_t block, uint64_t size, uint64_t guard,
		     uint64_t *ret_end)
{
	struct fake *f = fake_new();
	uint64_t start = 0;

	fake_put(f, TLS + 0x690, block);
	fake_put(f, TLS + 0x698, size);
	fake_put(f, TLS + 0x6a0, guard);
	fake_open(f);
	f->target->stacks = calloc(1, sizeof(struct lh_stack));
	f->target->stacks[0] = (struct lh_stack){pointer, TLS};
	f->target->stack_count = 1;
	f->target->first_stack = first;
	if (!lh_target_dead_stack(f->target, 0, &start, ret_end))
		start = 0;
	fake_free(f);
	return start;
}

static void test_dead_stacks(void **state)
{
	uint64_t stop = 0, size = TLS + 0x1000 - STACK;

	assert_int_equal(dead(POINTER, 0, STACK, size, 0x1000, &stop), STACK + 0x1000);
	assert_int_equal(stop, POINTER - 128);
	assert_int_equal(dead(POINTER, POINTER + 64, 0, 0, 0, &stop), FAKE_BASE); /* the first thread's */
	assert_int_equal(stop, POINTER - 128);
	/* an alternate stack above the thread's own data; a block that does not have both; none */
	assert_int_equal(dead(TLS + 0x3000, 0, STACK, size, 0x1000, &stop), 0);
	assert_int_equal(dead(POINTER, 0, STACK, POINTER - STACK, 0x1000, &stop), 0);
	assert_int_equal(dead(STACK - 0x1000, 0, STACK, size, 0x1000, &stop), 0);
	assert_int_equal(dead(POINTER, 0, 0, 0, 0, &stop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),           cmocka_unit_test(test_excess_and_deficit),
		cmocka_unit_test(test_words_elsewhere), cmocka_unit_test(test_dead_tail),
		cmocka_unit_test(test_freed_block),     cmocka_unit_test(test_text_is_no_count),
		cmocka_unit_test(test_registers_hold),  cmocka_unit_test(test_data_stack),
		cmocka_unit_test(test_dead_stacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
