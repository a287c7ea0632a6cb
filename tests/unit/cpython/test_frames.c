/* SPDX-License-Identifier: Apache-2.0 */
/* Chains of threads and calls (3.11's), whole and broken in one way each. */
#include "cpython/frames.h"
#include "fake_heap.h"
#include "libheap-process.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALLS 5
#define SLOTS 3

struct chain {
	struct fake *f;
	uint64_t thread, cframe, code, calls[CALLS]; /* newest first */
};

static uint64_t field(const struct fake *f, uint64_t addr, enum lh_field which)
{
	return addr + lh_layout_at(&f->heap.layout, which);
}

static uint64_t make_call(struct fake *f, uint64_t code, int64_t at)
{
	uint64_t call = fake_storage(f, lh_layout_at(&f->heap.layout, LH_F_IFRAME_SIZE) + SLOTS * 8);

	fake_put(f, field(f, call, LH_F_IFRAME_EXECUTABLE), code);
	fake_put(f, field(f, call, LH_F_IFRAME_INSTR), field(f, code, LH_F_CODE_ADAPTIVE) + (uint64_t)at);
	return call;
}

/* One thread in CALLS calls */
static struct chain make_chain(void)
{
	struct chain c = {.f = fake_new()};
	struct fake *f = c.f;

	c.thread = fake_storage(f, lh_layout_at(&f->heap.layout, LH_F_THREAD_SIZE));
	c.cframe = fake_storage(f, 64);
	c.code = fake_storage(f, lh_layout_at(&f->heap.layout, LH_F_CODE_SIZE) + 64);
	f->interp.addr = fake_storage(f, lh_layout_at(&f->heap.layout, LH_F_INTERP_SIZE));
	fake_put(f, field(f, f->interp.addr, LH_F_INTERP_THREADS), c.thread);
	fake_put(f, field(f, c.thread, LH_F_THREAD_ID), 0x7f01);
	fake_put(f, field(f, c.thread, LH_F_THREAD_CFRAME), c.cframe);
	fake_put(f, field(f, c.code, LH_F_VAR_SIZE), 20);
	fake_put_u32(f, field(f, c.code, LH_F_CODE_NLOCALSPLUS), SLOTS);
	for (int i = 0; i < CALLS; i++)
		c.calls[i] = make_call(f, c.code, 2 * i);
	for (int i = 0; i + 1 < CALLS; i++)
		fake_put(f, field(f, c.calls[i], LH_F_IFRAME_PREVIOUS), c.calls[i + 1]);
	fake_put(f, field(f, c.cframe, LH_F_CFRAME_CURRENT_FRAME), c.calls[0]);
	return c;
}

struct seen {
	unsigned threads, calls;
	bool incomplete;
};

static struct seen walk(struct chain *c)
{
	struct seen seen = {0};
	struct lh_frames frames;

	fake_open(c->f);
	lh_frames_init(&frames, &c->f->heap, &c->f->interp);
	while (lh_frames_next_thread(&frames)) {
		seen.threads++;
		while (lh_frames_next(&frames))
			seen.calls++;
	}
	seen.incomplete = frames.incomplete;
	fake_free(c->f);
	return seen;
}

static void expect(struct chain *c, unsigned threads, unsigned calls, bool incomplete)
{
	struct seen seen = walk(c);

	assert_int_equal(seen.threads, threads);
	assert_int_equal(seen.calls, calls);
	assert_int_equal(seen.incomplete, incomplete);
}

static void test_whole(void **state)
{
	struct chain c = make_chain();
	struct lh_frames frames;

	fake_open(c.f);
	lh_frames_init(&frames, &c.f->heap, &c.f->interp);
	assert_true(lh_frames_next_thread(&frames));
	assert_int_equal(frames.thread.id, 0x7f01);
	for (int i = 0; i < CALLS; i++) {
		assert_true(lh_frames_next(&frames));
		assert_int_equal(frames.frame.addr, c.calls[i]);
		assert_int_equal(frames.frame.code, c.code);
		assert_true(frames.frame.has_at);
		assert_int_equal(frames.frame.at, 2 * i);
		assert_int_equal(frames.frame.slot_count, SLOTS);
	}
	assert_false(lh_frames_next(&frames));
	assert_false(lh_frames_next_thread(&frames));
	assert_false(frames.incomplete);
	fake_free(c.f);
}

static void test_calls_in_a_circle(void **state)
{
	for (int last = 0; last < CALLS; last++) {
		for (int to = 0; to <= last; to++) {
			struct chain c = make_chain();
			struct seen seen;

			fake_put(c.f, field(c.f, c.calls[last], LH_F_IFRAME_PREVIOUS), c.calls[to]);
			seen = walk(&c);
			assert_true(seen.incomplete);
			assert_in_range(seen.calls, last + 1, 4 * CALLS);
		}
	}
}

static void test_threads_in_a_circle(void **state)
{
	struct chain c = make_chain();

	fake_put(c.f, field(c.f, c.thread, LH_F_THREAD_NEXT), c.thread);
	expect(&c, 1, CALLS, true);
}

static void test_memory_that_is_not_here(void **state)
{
	struct chain c = make_chain();

	fake_put(c.f, field(c.f, c.calls[2], LH_F_IFRAME_PREVIOUS), 0x1000);
	expect(&c, 1, 3, true);
	c = make_chain();
	fake_put(c.f, field(c.f, c.thread, LH_F_THREAD_NEXT), 0x1000);
	expect(&c, 1, CALLS, true);
	c = make_chain();
	fake_put(c.f, field(c.f, c.thread, LH_F_THREAD_CFRAME), UINT64_MAX - 4);
	expect(&c, 1, 0, true);
}

/* Zeros where a stack was not dumped */
static void test_zeros(void **state)
{
	struct chain c = make_chain();

	fake_put(c.f, field(c.f, c.calls[1], LH_F_IFRAME_EXECUTABLE), 0);
	expect(&c, 1, 1, true);
}

/* Entries from C (3.12+) are no calls. */
static void test_entries(void **state)
{
	struct chain c = make_chain();

	*fake_at(c.f, field(c.f, c.calls[1], LH_F_IFRAME_OWNER)) = LH_OWNED_BY_FRAME_OBJECT + 1;
	*fake_at(c.f, field(c.f, c.calls[3], LH_F_IFRAME_OWNER)) = 0xff;
	expect(&c, 1, CALLS - 2, false);
}

static void test_position_outside_of_the_code(void **state)
{
	static const int64_t positions[] = {-4, 1, 42, INT64_MAX / 2, INT64_MIN};

	for (size_t i = 0; i < LH_ARRAY_SIZE(positions); i++) {
		struct chain c = make_chain();
		struct lh_frames frames;

		fake_put(c.f, field(c.f, c.calls[0], LH_F_IFRAME_INSTR),
			 field(c.f, c.code, LH_F_CODE_ADAPTIVE) + (uint64_t)positions[i]);
		fake_open(c.f);
		lh_frames_init(&frames, &c.f->heap, &c.f->interp);
		assert_true(lh_frames_next_thread(&frames) && lh_frames_next(&frames));
		assert_false(frames.frame.has_at);
		fake_free(c.f);
	}
}

static void test_too_many_slots(void **state)
{
	struct chain c = make_chain();
	struct lh_frames frames;

	fake_put_u32(c.f, field(c.f, c.code, LH_F_CODE_NLOCALSPLUS), UINT32_MAX);
	fake_open(c.f);
	lh_frames_init(&frames, &c.f->heap, &c.f->interp);
	assert_true(lh_frames_next_thread(&frames) && lh_frames_next(&frames));
	assert_int_equal(frames.frame.slot_count, 0);
	fake_free(c.f);
}

/* What is lost of one thread is not lost of the next; and an address within a thread is not a thread. */
static void test_calls_of_one_thread(void **state)
{
	struct chain c = make_chain();
	uint64_t lost = fake_storage(c.f, lh_layout_at(&c.f->heap.layout, LH_F_THREAD_SIZE));
	struct lh_frame_info info = {.size = sizeof(info)};
	struct lh_frame_iter *iter;

	fake_put(c.f, field(c.f, lost, LH_F_THREAD_CFRAME), 0x1000);
	fake_put(c.f, field(c.f, lost, LH_F_THREAD_NEXT), c.thread);
	fake_put(c.f, field(c.f, c.f->interp.addr, LH_F_INTERP_THREADS), lost);
	fake_open(c.f);
	assert_int_equal(lh_frame_iter_new(&c.f->heap, c.thread + 8, &iter), LH_ABSENT);
	assert_int_equal(lh_frame_iter_new(&c.f->heap, 0, &iter), LH_ABSENT);
	assert_int_equal(lh_frame_iter_new(&c.f->heap, lost, &iter), 0);
	assert_int_equal(lh_frame_iter_next(iter, &info), -LH_ECORRUPT);
	lh_frame_iter_free(iter);
	assert_int_equal(lh_frame_iter_new(&c.f->heap, c.thread, &iter), 0);
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(lh_frame_iter_next(iter, &info), 0);
		assert_int_equal(info.addr, c.calls[i]);
	}
	assert_int_equal(lh_frame_iter_next(iter, &info), LH_DONE);
	lh_frame_iter_free(iter);
	lh_heap_forget(&c.f->heap);
	fake_free(c.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_calls_in_a_circle),
		cmocka_unit_test(test_threads_in_a_circle),
		cmocka_unit_test(test_memory_that_is_not_here),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_position_outside_of_the_code),
		cmocka_unit_test(test_too_many_slots),
		cmocka_unit_test(test_calls_of_one_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
