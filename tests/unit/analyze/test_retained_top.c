/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that retain most, of a tree that is made up and large enough for several workers: they give what one
 * gives. */
#include "analyze/retained.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "one_ctx.h"

#define NODES 1000000u /* some parts, and a piece of one */
#define TYPES 5u
#define LIMIT 200u

static struct lh_heap heap;
static struct lh_retained tree;
static uint32_t types[NODES], sizes[NODES], node[NODES + 1], place[NODES], above[NODES + 1],
	objects[NODES + 1];
static uint64_t retained[NODES + 1];

/* Half of all are right below the first object; many retain the same. */
static void make(void)
{
	heap = (struct lh_heap){.ctx = ctx, .types.count = TYPES};
	for (uint32_t p = 1; p <= NODES; p++) {
		uint32_t n = (uint32_t)((uint64_t)p * 7919 % NODES);

		node[p] = n;
		place[n] = p;
		types[n] = n % 7 < TYPES ? n % 7 : LH_GRAPH_NO_TYPE;
		sizes[n] = 16 + n % 64;
		above[p] = p == 1 || p % 2 ? 0 : 1;
		retained[p] = (uint64_t)n * 31 % 5000;
		objects[p] = 1 + n % 3;
	}
	tree = (struct lh_retained){
		.graph = {.heap = &heap, .count = NODES, .types = types, .bytes = sizes},
		.tree = {.count = NODES + 1, .node = node, .place = place, .dominator = above},
		.bytes = retained,
		.objects = objects};
}

struct answer {
	uint32_t *places;
	size_t count;
	struct lh_retained_group rest[TYPES + 1];
};

static struct answer ask(unsigned threads, struct lh_retained_query query)
{
	struct answer a = {0};

	ctx->threads = threads;
	query.limit = LIMIT;
	query.rest = a.rest;
	assert_int_equal(lh_retained_top(&tree, &query, &a.places, &a.count), 0);
	return a;
}

static void check(struct lh_retained_query query)
{
	struct answer one = ask(1, query), many = ask(4, query);

	assert_int_equal(one.count, LIMIT);
	assert_int_equal(many.count, LIMIT);
	assert_memory_equal(one.places, many.places, LIMIT * sizeof(*one.places));
	assert_memory_equal(one.rest, many.rest, sizeof(one.rest));
	free(one.places);
	free(many.places);
}

static void test_workers_agree(void **state)
{
	const struct lh_type type = {.index = 3};

	make();
	check((struct lh_retained_query){0});
	check((struct lh_retained_query){.outermost = true});
	check((struct lh_retained_query){.type = &type});
	check((struct lh_retained_query){.type = &type, .outermost = true});
	check((struct lh_retained_query){.after = 77777});
}

/* Each object is in a row or in a group, once. */
static void test_sums(void **state)
{
	struct answer a;
	uint64_t count = 0, bytes = 0, sum = 0;

	make();
	a = ask(4, (struct lh_retained_query){0});
	for (size_t i = 0; i < a.count; i++)
		bytes += sizes[node[a.places[i]]];
	for (size_t i = 0; i <= TYPES; i++) {
		count += a.rest[i].count;
		bytes += a.rest[i].bytes;
	}
	for (size_t i = 0; i < NODES; i++)
		sum += sizes[i];
	assert_int_equal(a.count + count, NODES);
	assert_int_equal(bytes, sum);
	for (size_t i = 1; i < a.count; i++)
		assert_true(retained[a.places[i - 1]] > retained[a.places[i]] ||
			    (retained[a.places[i - 1]] == retained[a.places[i]] &&
			     a.places[i - 1] < a.places[i]));
	free(a.places);
}

/* All of them, in the same order, if there is no limit. */
static void test_no_limit(void **state)
{
	uint32_t *places;
	size_t count;

	make();
	ctx->threads = 4;
	assert_int_equal(
		lh_retained_top(&tree, &(struct lh_retained_query){.outermost = true}, &places, &count), 0);
	assert_int_equal(count, NODES / 2);
	free(places);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workers_agree),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_no_limit),
	};
	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
