/* SPDX-License-Identifier: Apache-2.0 */
/* The database when memory runs out, for us or for SQLite: a dump is in it as a whole, or not at all. */
#include "fail_malloc.h"
#include "fleet/store.h"
#include "util/array.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DATABASE "test-store.db" /* in the working folder */

static const struct lh_fleet_suspect suspects[] = {
	{"00aa", "holders", "m.rows", "list", "why 0x10", 100, 1},
	{"00bb", "caches", "m.\xff", NULL, "why 0x20", 70, 2},
	{"00aa", "holders", "m.rows", "list", "why 0x30", 11, 4},
};

/** struct answer - what the database says */
struct answer {
	uint64_t dumps, incomplete, leaks, bytes, objects, found;
	char text[64]; /* the last shape */
};

static int count_leak(const struct lh_fleet_leak *leak, void *arg)
{
	struct answer *a = arg;

	a->leaks++;
	a->bytes += leak->median;
	assert_int_equal(leak->median, leak->most);
	snprintf(a->text, sizeof(a->text), "%s", leak->shape);
	return 0;
}

static int count_found(const struct lh_fleet_found *found, void *arg)
{
	struct answer *a = arg;

	a->found++;
	a->objects += found->objects;
	assert_string_equal(found->next, "why 0x10");
	return 0;
}

static int ask(struct lh_ctx *ctx, struct answer *ret)
{
	_cleanup_(lh_fleet_freep) struct lh_fleet *fleet = NULL;
	struct answer a = {0}, one = {0};
	int r = lh_fleet_open(ctx, DATABASE, false, &fleet);

	if (r == 0)
		r = lh_fleet_dumps(fleet, &a.dumps, &a.incomplete);
	if (r == 0)
		r = lh_fleet_leaks(fleet, NULL, count_leak, &a);
	if (r == 0)
		r = lh_fleet_leak(fleet, "00a", count_leak, &one);
	if (r == 0)
		r = lh_fleet_found(fleet, "00aa", count_found, &a);
	*ret = a;
	return r;
}

static int add(struct lh_ctx *ctx)
{
	static const struct lh_fleet_dump dump = {
		.identity = "id", .file = "/core", .build = "1", .python = "3.12.1", .time = 5};
	_cleanup_(lh_fleet_freep) struct lh_fleet *fleet = NULL;
	int r = lh_fleet_open(ctx, DATABASE, true, &fleet);

	return r == 0 ? lh_fleet_add(fleet, &dump, suspects, LH_ARRAY_SIZE(suspects)) : r;
}

static void check(struct lh_ctx *ctx)
{
	struct answer a;

	assert_int_equal(ask(ctx, &a), 0);
	assert_int_equal(a.dumps, 1);
	assert_int_equal(a.incomplete, 1);
	assert_int_equal(a.leaks, 2);
	assert_int_equal(a.bytes, 181);
	assert_int_equal(a.found, 1);
	assert_int_equal(a.objects, 5);
	assert_string_equal(a.text, "m.\xef\xbf\xbd");
}

static void test_once(void **state)
{
	struct lh_ctx *ctx = NULL;

	unlink(DATABASE);
	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(add(ctx), 0);
	check(ctx);
	assert_int_equal(add(ctx), LH_ABSENT);
	check(ctx);
	lh_ctx_free(ctx);
}

static void test_our_memory(void **state)
{
	struct lh_ctx *ctx = NULL;
	struct answer a;
	int r;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	for (long i = 0; i == 0 || failed_once; i++) {
		unlink(DATABASE);
		failed_once = false;
		fail_after = i;
		r = add(ctx);
		fail_after = -1;
		assert_int_equal(r, failed_once ? -LH_ENOMEM : 0);
		if (r < 0)
			assert_int_equal(add(ctx), 0);
		check(ctx);
	}
	for (long i = 0; i == 0 || failed_once; i++) {
		failed_once = false;
		fail_after = i;
		r = ask(ctx, &a);
		fail_after = -1;
		assert_int_equal(r, failed_once ? -LH_ENOMEM : 0);
	}
	lh_ctx_free(ctx);
}

/* SQLite's own: from nothing until it is enough. */
static void test_memory_of_sqlite(void **state)
{
	struct lh_ctx *ctx = NULL;
	struct answer a;
	size_t failed = 0;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	for (sqlite3_int64 limit = 1; limit < 1 << 20; limit += 4096) {
		int r, asked;

		unlink(DATABASE);
		sqlite3_hard_heap_limit64(limit);
		r = add(ctx);
		sqlite3_hard_heap_limit64(0);
		assert_true(r == 0 || r == -LH_ENOMEM);
		assert_int_equal(add(ctx), r == 0 ? LH_ABSENT : 0);
		check(ctx);
		sqlite3_hard_heap_limit64(limit);
		asked = ask(ctx, &a);
		sqlite3_hard_heap_limit64(0);
		assert_true(asked == 0 || asked == -LH_ENOMEM);
		failed += r < 0;
		if (r == 0 && asked == 0)
			break;
	}
	assert_true(failed > 0);
	lh_ctx_free(ctx);
}

static int remove_database(void **state)
{
	unlink(DATABASE);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_our_memory),
		cmocka_unit_test(test_memory_of_sqlite),
	};

	return cmocka_run_group_tests(tests, NULL, remove_database);
}
