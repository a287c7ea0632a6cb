/* SPDX-License-Identifier: Apache-2.0 */
/* tracemalloc's tables (3.12's) with chains in a circle, and counts that lie: each walk ends. */
#include "analyze/traces.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BUCKETS 4

struct world {
	struct fake *f;
	uint64_t told;
};

static uint32_t at(const struct world *w, enum lh_field field)
{
	return lh_layout_at(&w->f->heap.layout, field);
}

static void put(struct world *w, uint64_t addr, enum lh_field field, uint64_t word)
{
	fake_put(w->f, addr + at(w, field), word);
}

static uint64_t put_table(struct world *w, uint64_t buckets, uint64_t count, uint64_t entries)
{
	uint64_t table = fake_storage(w->f, 128);

	put(w, table, LH_F_HASHTABLE_BUCKETS, buckets);
	put(w, table, LH_F_HASHTABLE_BUCKET_COUNT, count);
	put(w, table, LH_F_HASHTABLE_ENTRIES, entries);
	return table;
}

/* An entry whose value is @value, or a trace of its own. */
static uint64_t put_entry(struct world *w, uint64_t next, uint64_t value)
{
	uint64_t entry = fake_storage(w->f, 64), trace = fake_storage(w->f, 32);

	fake_put(w->f, entry, next);
	put(w, entry, LH_F_HASHENTRY_KEY, entry);
	put(w, entry, LH_F_HASHENTRY_VALUE, value ? value : trace);
	put(w, trace, LH_F_TRACE_BYTES, 100);
	put(w, trace, LH_F_TRACE_TRACEBACK, trace);
	return entry;
}

static void give_table(struct world *w, enum lh_field which, uint64_t table)
{
	fake_put(w->f, w->f->heap.runtime + at(w, LH_F_RUNTIME_TRACEMALLOC) + at(w, which), table);
}

static struct world make_world(void)
{
	const struct lh_build build = {.version = LH_PYVER(3, 12, 1)};
	struct world w = {.f = fake_new()};

	assert_int_equal(lh_layout_from_table(&build, NULL, 0, &w.f->heap.layout), 0);
	return w;
}

static int count(void *arg, const struct lh_trace *trace)
{
	struct world *w = arg;

	w->told += trace->traceback != 0;
	return 0;
}

static struct lh_traces walk(struct world *w)
{
	struct lh_traces traces;

	fake_open(w->f);
	assert_int_equal(lh_traces_walk(&w->f->heap, count, w, &traces), 0);
	assert_true(traces.known);
	assert_int_equal(traces.entries, w->told);
	fake_free(w->f);
	return traces;
}

static void test_whole(void **state)
{
	struct world w = make_world();
	uint64_t buckets = fake_storage(w.f, 8 * BUCKETS);

	fake_put(w.f, buckets, put_entry(&w, put_entry(&w, 0, 0), 0));
	fake_put(w.f, buckets + 16, put_entry(&w, 0, 0));
	give_table(&w, LH_F_TRACEMALLOC_TRACES, put_table(&w, buckets, BUCKETS, 3));
	assert_int_equal(walk(&w).counted, 3);
	assert_int_equal(w.told, 3);
}

static void test_circle(void **state)
{
	struct world w = make_world();
	uint64_t buckets = fake_storage(w.f, 8 * BUCKETS), last = put_entry(&w, 0, 0);

	fake_put(w.f, last, put_entry(&w, last, 0));
	fake_put(w.f, buckets, last);
	give_table(&w, LH_F_TRACEMALLOC_TRACES, put_table(&w, buckets, UINT64_MAX, UINT64_MAX));
	assert_int_equal(walk(&w).counted, UINT64_MAX);
	assert_in_range(w.told, 2, FAKE_MEMORY / 16);
}

/* Domains that all have the same table, with empty buckets as far as memory goes; and one that is its own domain. */
static void test_shared(void **state)
{
	struct world w = make_world();
	uint64_t empty = FAKE_BASE + FAKE_NODES, domains = fake_storage(w.f, 8 * BUCKETS),
		 table = put_table(&w, empty, UINT64_MAX, UINT64_MAX), entry = put_entry(&w, 0, table);

	fake_put(w.f, entry, entry);
	fake_put(w.f, domains, entry);
	give_table(&w, LH_F_TRACEMALLOC_DOMAINS, put_table(&w, domains, BUCKETS, UINT64_MAX));
	walk(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_circle),
		cmocka_unit_test(test_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
