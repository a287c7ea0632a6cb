/* SPDX-License-Identifier: Apache-2.0 */
/* tracemalloc's tables (3.12's) made by hand: whole, and lying in one way each. */
#include "analyze/traces.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BUCKETS 8
#define TRACES 20
#define FRAMES 3

struct world {
	struct fake *f;
	uint64_t table, domains, buckets; /* buckets: of the table of blocks */
	uint64_t entries[TRACES], traceback;
	uint64_t calls, bytes; /* of the walk */
};

static uint32_t at(const struct world *w, enum lh_field field)
{
	return lh_layout_at(&w->f->heap.layout, field);
}

static uint64_t put_table(struct world *w, uint64_t buckets, uint64_t entries)
{
	uint64_t table = fake_storage(w->f, 128), array = fake_storage(w->f, buckets * 8);

	fake_put(w->f, table + at(w, LH_F_HASHTABLE_BUCKET_COUNT), buckets);
	fake_put(w->f, table + at(w, LH_F_HASHTABLE_ENTRIES), entries);
	fake_put(w->f, table + at(w, LH_F_HASHTABLE_BUCKETS), array);
	return table;
}

/* In front of its bucket's chain. */
static uint64_t put_entry(struct world *w, uint64_t bucket, uint64_t key, uint64_t value)
{
	uint64_t entry = fake_storage(w->f, at(w, LH_F_HASHENTRY_SIZE));
	uint64_t first;

	memcpy(&first, fake_at(w->f, bucket), 8);
	fake_put(w->f, entry, first);
	fake_put(w->f, entry + at(w, LH_F_HASHENTRY_KEY), key);
	fake_put(w->f, entry + at(w, LH_F_HASHENTRY_VALUE), value);
	fake_put(w->f, bucket, entry);
	return entry;
}

static uint64_t put_trace(struct world *w, uint64_t bytes)
{
	uint64_t trace = fake_storage(w->f, 16);

	fake_put(w->f, trace + at(w, LH_F_TRACE_BYTES), bytes);
	fake_put(w->f, trace + at(w, LH_F_TRACE_TRACEBACK), w->traceback);
	return trace;
}

static void put_traceback(struct world *w)
{
	uint64_t t = w->traceback = fake_storage(w->f, 128), frames = t + at(w, LH_F_TRACE_FRAMES);

	fake_put_u32(w->f, t + at(w, LH_F_TRACE_FRAME_COUNT), FRAMES | 500u << 16);
	for (unsigned i = 0; i < FRAMES; i++) {
		fake_put(w->f, frames + 12 * i + at(w, LH_F_TRACE_FRAME_FILE), 0x1000 + i);
		fake_put_u32(w->f, frames + 12 * i + at(w, LH_F_TRACE_FRAME_LINE), 10 + i);
	}
}

/* Blocks 1 to 20, of 1 to 20 bytes, in a table of 8 buckets; one domain without blocks. */
static struct world make(void)
{
	struct world w = {.f = fake_new()};
	struct lh_build build = {.version = LH_PYVER(3, 12, 1)};
	uint64_t state, domain;

	assert_int_equal(lh_layout_from_table(&build, NULL, 0, &w.f->heap.layout), 0);
	put_traceback(&w);
	w.table = put_table(&w, BUCKETS, TRACES);
	memcpy(&w.buckets, fake_at(w.f, w.table + at(&w, LH_F_HASHTABLE_BUCKETS)), 8);
	for (unsigned i = 0; i < TRACES; i++)
		w.entries[i] = put_entry(&w, w.buckets + i % BUCKETS * 8, 0x100 + i, put_trace(&w, i + 1));
	w.domains = put_table(&w, BUCKETS, 1);
	memcpy(&domain, fake_at(w.f, w.domains + at(&w, LH_F_HASHTABLE_BUCKETS)), 8);
	put_entry(&w, domain, 7, put_table(&w, BUCKETS, 0));
	state = w.f->heap.runtime + at(&w, LH_F_RUNTIME_TRACEMALLOC);
	fake_put(w.f, state + at(&w, LH_F_TRACEMALLOC_TRACES), w.table);
	fake_put(w.f, state + at(&w, LH_F_TRACEMALLOC_DOMAINS), w.domains);
	return w;
}

static int count(void *arg, const struct lh_trace *trace)
{
	struct world *w = arg;

	w->calls++;
	w->bytes += trace->bytes;
	return 0;
}

static struct lh_traces walk(struct world *w)
{
	struct lh_traces traces;

	fake_open(w->f);
	assert_int_equal(lh_traces_walk(&w->f->heap, count, w, &traces), 0);
	assert_true(traces.known);
	assert_int_equal(traces.entries, w->calls);
	fake_free(w->f);
	return traces;
}

static void test_whole(void **state)
{
	struct world w = make();
	struct lh_traces traces = walk(&w);

	assert_int_equal(traces.counted, TRACES);
	assert_int_equal(w.calls, TRACES);
	assert_int_equal(w.bytes, TRACES * (TRACES + 1) / 2);
}

/* A table of its own has each domain. */
static void test_domain(void **state)
{
	struct world w = make();
	uint64_t array, more = put_table(&w, 1, 1);
	struct lh_traces traces;

	memcpy(&array, fake_at(w.f, more + at(&w, LH_F_HASHTABLE_BUCKETS)), 8);
	put_entry(&w, array, 0x500, put_trace(&w, 1000));
	memcpy(&array, fake_at(w.f, w.domains + at(&w, LH_F_HASHTABLE_BUCKETS)), 8);
	put_entry(&w, array + 8, 8, more);
	fake_put(w.f, w.domains + at(&w, LH_F_HASHTABLE_ENTRIES), 2);
	traces = walk(&w);
	assert_int_equal(traces.counted, TRACES + 1);
	assert_int_equal(w.bytes, TRACES * (TRACES + 1) / 2 + 1000);
}

/* A chain that leads back into itself ends with what the table says it has. */
static void test_circle(void **state)
{
	struct world w = make();
	struct lh_traces traces;

	fake_put(w.f, w.entries[0], w.entries[8]);
	traces = walk(&w);
	assert_int_equal(traces.counted, TRACES);
	assert_int_equal(w.calls, TRACES);
}

/* So it does if that is a lie: there is no room for more entries than the memory has. */
static void test_circle_and_lying_count(void **state)
{
	static const uint64_t counts[] = {UINT64_MAX, 1ull << 40, 1ull << 63};

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		struct world w = make();
		struct lh_traces traces;

		fake_put(w.f, w.entries[0], w.entries[8]);
		fake_put(w.f, w.table + at(&w, LH_F_HASHTABLE_ENTRIES), counts[i]);
		traces = walk(&w);
		assert_int_equal(traces.counted, counts[i]);
		assert_in_range(w.calls, TRACES, FAKE_MEMORY / 16);
	}
}

/* Domains that lead to the same lying table: all tables together have no more room. */
static void test_circle_of_domains(void **state)
{
	struct world w = make();
	uint64_t array, domain;

	memcpy(&array, fake_at(w.f, w.domains + at(&w, LH_F_HASHTABLE_BUCKETS)), 8);
	domain = put_entry(&w, array, 8, w.table);
	fake_put(w.f, domain, domain);
	fake_put(w.f, w.domains + at(&w, LH_F_HASHTABLE_ENTRIES), UINT64_MAX);
	walk(&w);
	assert_in_range(w.calls, TRACES, FAKE_MEMORY / 16);
}

/* Domains that have a table with empty buckets as far as memory goes, and one that is a circle. */
static void test_empty_buckets(void **state)
{
	struct world w = make();
	uint64_t array, table = put_table(&w, BUCKETS, UINT64_MAX), domain;

	fake_put(w.f, table + at(&w, LH_F_HASHTABLE_BUCKETS), FAKE_BASE + FAKE_NODES);
	fake_put(w.f, table + at(&w, LH_F_HASHTABLE_BUCKET_COUNT), UINT64_MAX);
	memcpy(&array, fake_at(w.f, w.domains + at(&w, LH_F_HASHTABLE_BUCKETS)), 8);
	domain = put_entry(&w, array, 8, table);
	fake_put(w.f, domain, domain);
	fake_put(w.f, w.domains + at(&w, LH_F_HASHTABLE_ENTRIES), UINT64_MAX);
	walk(&w);
	assert_in_range(w.calls, TRACES, FAKE_MEMORY / 16);
}

/* Buckets that lie elsewhere, or are too many; entries that do: what can be read is seen. */
static void test_wild(void **state)
{
	static const struct {
		enum lh_field field;
		uint64_t word, calls;
	} cases[] = {
		{LH_F_HASHTABLE_BUCKETS, 0x4141414141414141, 0},
		{LH_F_HASHTABLE_BUCKETS, UINT64_MAX - 7, 0},
		{LH_F_HASHTABLE_BUCKETS, 0, 0},
		{LH_F_HASHTABLE_BUCKET_COUNT, 1, 3},
		{LH_F_HASHTABLE_BUCKET_COUNT, 0, 0},
		{LH_F_HASHTABLE_ENTRIES, 0, 0},
		{LH_F_HASHTABLE_ENTRIES, 5, 5},
		{LH_F_HASHTABLE_ENTRIES, TRACES + 5, TRACES},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world w = make();

		fake_put(w.f, w.table + at(&w, cases[i].field), cases[i].word);
		walk(&w);
		assert_int_equal(w.calls, cases[i].calls);
	}
}

static void test_wild_entry(void **state)
{
	struct world w = make();
	struct lh_traces traces;

	/* Of the chain 16, 8, 0: the one after 16 is nowhere. The value of 17 is neither. */
	fake_put(w.f, w.entries[16], 0x4141414141414141);
	fake_put(w.f, w.entries[17] + at(&w, LH_F_HASHENTRY_VALUE), 0x4141414141414141);
	traces = walk(&w);
	assert_int_equal(traces.counted, TRACES);
	assert_int_equal(w.calls, TRACES - 3);
}

/* A traceback has the frames that it says, if they are there. */
static void test_frames(void **state)
{
	struct world w = make();
	struct lh_view view;
	struct lh_trace_frame frame;

	fake_open(w.f);
	view = lh_view_of(w.f->target);
	for (unsigned i = 0; i < FRAMES; i++) {
		assert_int_equal(lh_trace_frame(&w.f->heap, &view, w.traceback, i, &frame), 0);
		assert_int_equal(frame.file, 0x1000 + i);
		assert_int_equal(frame.line, 10 + i);
	}
	assert_int_equal(lh_trace_frame(&w.f->heap, &view, w.traceback, FRAMES, &frame), LH_ABSENT);
	assert_int_equal(lh_trace_frame(&w.f->heap, &view, w.traceback, UINT32_MAX, &frame), LH_ABSENT);
	assert_int_equal(lh_trace_frame(&w.f->heap, &view, UINT64_MAX - 4, 0, &frame), LH_ABSENT);
	assert_int_equal(lh_trace_frame(&w.f->heap, &view, FAKE_BASE + FAKE_MEMORY - 12, 0, &frame),
			 LH_ABSENT);
	fake_free(w.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_circle),
		cmocka_unit_test(test_circle_and_lying_count),
		cmocka_unit_test(test_circle_of_domains),
		cmocka_unit_test(test_empty_buckets),
		cmocka_unit_test(test_wild),
		cmocka_unit_test(test_wild_entry),
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
