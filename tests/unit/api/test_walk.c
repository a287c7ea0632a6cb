/* SPDX-License-Identifier: Apache-2.0 */
/* Ways through all objects: which a query asks for, what is summed up, and how a walk ends. */
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NODES 50
#define BIG 7 /* the node with most items */

/* Lists in two generations, every third of a subclass; nobody but them and their types is there. */
static struct fake *make(bool torn)
{
	struct fake *f = fake_new();
	uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	uint64_t other = fake_type(f, 2, "app.Basket", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);

	for (unsigned i = 0; i < NODES; i++) {
		uint64_t items[] = {fake_object((i + 1) % NODES), fake_object(i)};

		fake_list(f, i, i % 3 ? list : other, 9, items, i == BIG ? 2 : 1);
	}
	fake_ring(f, fake_ring_head(f, 0), 0, NODES / 2);
	fake_ring(f, fake_ring_head(f, 2), NODES / 2, NODES - NODES / 2);
	if (torn)
		fake_put(f, fake_node(NODES - 3), 8);
	fake_open(f);
	return f;
}

struct seen {
	struct lh_heap *heap;
	unsigned count, end; /* end: fail after so many; 0: never */
	uint64_t last, bytes;
};

static int see(void *arg, const struct lh_object_info *o)
{
	struct lh_object_info alone = {.size = sizeof(alone)};
	struct seen *s = arg;

	assert_true(o->addr > s->last);
	assert_int_equal(lh_object_info(s->heap, o->addr, &alone), 0);
	assert_int_equal(alone.flags, o->flags);
	assert_int_equal(alone.bytes, o->bytes);
	s->last = o->addr;
	s->bytes += o->bytes;
	return ++s->count == s->end ? -LH_EINTR : 0;
}

/* How many objects meet the query; iterator, walk and counts agree. */
static unsigned ask(struct fake *f, struct lh_object_query query)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_objects_summary sums = {.size = sizeof(sums)}, again = {.size = sizeof(again)};
	struct lh_type_count_info type = {.size = sizeof(type)};
	struct seen s = {.heap = &f->heap};
	struct lh_type_count_iter *counts;
	struct lh_object_iter *iter;
	uint64_t by_type = 0;
	unsigned found = 0;

	query.size = sizeof(query);
	assert_int_equal(lh_object_walk(&f->heap, &query, see, &s, &object, &sums), 0);
	assert_int_equal(sums.objects, s.count);
	assert_int_equal(sums.bytes, s.bytes);
	assert_int_equal(lh_type_count_iter_new(&f->heap, &query, &counts), 0);
	while (lh_type_count_iter_next(counts, &type) == 0)
		by_type += type.objects;
	assert_int_equal(lh_type_count_iter_summary(counts, &again), 0);
	assert_memory_equal(&again, &sums,
			    offsetof(struct lh_objects_summary, collecting)); /* after it is padding */
	assert_int_equal(again.collecting, sums.collecting);
	lh_type_count_iter_free(counts);
	assert_int_equal(by_type, s.count);
	assert_int_equal(lh_object_iter_new(&f->heap, &query, &iter), 0);
	while (lh_object_iter_next(iter, &object) == 0)
		found++;
	lh_object_iter_free(iter);
	assert_int_equal(found, s.count);
	return found;
}

static void test_queries(void **state)
{
	struct fake *f = make(false);
	struct lh_type *type;

	assert_int_equal(ask(f, (struct lh_object_query){.tracked_only = true}), NODES);
	assert_int_equal(ask(f, (struct lh_object_query){0}), NODES + 3); /* the types */
	assert_int_equal(ask(f, (struct lh_object_query){.types = "Basket"}), (NODES + 2) / 3);
	assert_int_equal(ask(f, (struct lh_object_query){.types = "app.*\nlist"}), NODES);
	assert_int_equal(ask(f, (struct lh_object_query){.types = "app"}), 0);
	assert_int_equal(ask(f, (struct lh_object_query){.types = "list", .min_bytes = 1u << 20}), 0);
	assert_int_equal(ask(f, (struct lh_object_query){.key = "a"}), 0);
	assert_int_equal(ask(f, (struct lh_object_query){.value = "1"}), 0);
	assert_int_equal(lh_type_at(&f->heap, FAKE_BASE + FAKE_TYPES + 2 * 1024, &type), 0);
	assert_int_equal(ask(f, (struct lh_object_query){.type = type, .tracked_only = true}),
			 (NODES + 2) / 3);
	assert_true(lh_type_is_named(&f->heap, type, "x\napp.B*"));
	assert_false(lh_type_is_named(&f->heap, type, "app"));
	fake_free(f);
}

/* What the caller returns ends the walk; a query that is not understood begins none. */
static void test_ends(void **state)
{
	static const char bad[] = "\xff";
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_object_query query = {.size = sizeof(query), .tracked_only = true};
	struct fake *f = make(false);
	struct seen s = {.heap = &f->heap, .end = 5};

	assert_int_equal(lh_object_walk(&f->heap, &query, see, &s, &object, NULL), -LH_EINTR);
	assert_int_equal(s.count, 5);
	query.value = bad;
	assert_int_equal(lh_object_query_check(f->ctx, &query), -LH_EUSAGE);
	assert_int_equal(lh_object_walk(&f->heap, &query, see, &s, &object, NULL), -LH_EUSAGE);
	query.value = NULL;
	query.interpreter = 8;
	assert_int_equal(lh_object_query_check(f->ctx, &query), 0);
	assert_int_equal(lh_object_walk(&f->heap, &query, see, &s, &object, NULL), -LH_EUSAGE);
	query.size = 0;
	assert_int_equal(lh_object_query_check(f->ctx, &query), -LH_EUSAGE);
	assert_int_equal(s.count, 5);
	fake_free(f);
}

static void test_damage(void **state)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_objects_summary sums = {.size = sizeof(sums)};
	struct fake *f = make(true);
	struct seen s = {.heap = &f->heap};

	assert_int_equal(lh_object_walk(&f->heap, NULL, see, &s, &object, &sums), 0);
	assert_int_not_equal(sums.broken, 0);
	assert_true(sums.listed <= NODES && sums.listed >= NODES - 3); /* from both ends */
	assert_false(sums.collecting);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queries),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
