/* SPDX-License-Identifier: Apache-2.0 */
/* A set of addresses against a plain sorted array. */
#include "inventory/addrset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT 5000

static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	return random_state ^= random_state << 17;
}

/* Addresses as heaps have them: dense in a few regions, alone in others. */
static uint64_t some_address(void)
{
	static const uint64_t bases[] = {0x950000, 0x55d0c0ffe000, 0x7f0000000000, 0x7f0000400000,
					 0x7fffffe00000};

	return bases[next_random() % 5] + next_random() % (next_random() & 1 ? 0x200000 : 0x2000) / 8 * 8;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Fill the set and a sorted array of the same addresses, each once. Return: how many. */
static uint32_t fill(struct lh_addrset *set, uint64_t *sorted)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < COUNT; i++) {
		uint64_t addr = some_address();
		int r = lh_addrset_add(set, addr);

		assert_true(r == LH_ADDRSET_NEW || r == LH_ADDRSET_HAD);
		if (r == 0)
			sorted[n++] = addr;
	}
	qsort(sorted, n, sizeof(*sorted), compare);
	return n;
}

static void test_agrees_with_an_array(void **state)
{
	uint64_t *sorted = calloc(COUNT, sizeof(*sorted)), addr;
	struct lh_ctx *ctx = NULL;
	struct lh_addrset set;
	struct lh_addrset_iter iter = {.set = &set};
	uint32_t n;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	lh_addrset_init(&set, ctx);
	n = fill(&set, sorted);
	lh_addrset_finish(&set);
	assert_int_equal(set.count, n);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(lh_addrset_index(&set, sorted[i]), i);
		assert_int_equal(lh_addrset_nth(&set, i), sorted[i]);
		assert_int_equal(lh_addrset_rank(&set, sorted[i]), i + 1);
		assert_int_equal(lh_addrset_rank(&set, sorted[i] - 1), i);
		assert_int_equal(lh_addrset_rank(&set, sorted[i] + 1), i + 1);
		assert_int_equal(lh_addrset_next(&iter, &addr), 0);
		assert_int_equal(addr, sorted[i]);
	}
	assert_int_equal(lh_addrset_next(&iter, &addr), LH_DONE);
	lh_addrset_fini(&set);
	lh_ctx_free(ctx);
	free(sorted);
}

static void test_says_no(void **state)
{
	struct lh_ctx *ctx = NULL;
	struct lh_addrset set;
	struct lh_addrset_iter iter = {.set = &set};
	uint64_t addr;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	lh_addrset_init(&set, ctx);
	assert_false(lh_addrset_has(&set, 0x1000));
	lh_addrset_finish(&set);
	assert_int_equal(lh_addrset_next(&iter, &addr), LH_DONE);
	assert_int_equal(lh_addrset_add(&set, 0x1000), 0);
	assert_int_equal(lh_addrset_add(&set, 0x1000), LH_ADDRSET_HAD);
	lh_addrset_finish(&set);
	assert_true(lh_addrset_has(&set, 0x1000));
	assert_int_equal(lh_addrset_index(&set, 0x1004), LH_NO_INDEX); /* unaligned */
	assert_int_equal(lh_addrset_index(&set, 0x1008), LH_NO_INDEX); /* same page */
	assert_int_equal(lh_addrset_index(&set, 0x2000), LH_NO_INDEX); /* same region */
	assert_int_equal(lh_addrset_index(&set, ~7ull), LH_NO_INDEX);  /* no region */
	lh_addrset_fini(&set);
	lh_ctx_free(ctx);
}

static void test_shared_memory_goes_with_the_last(void **state)
{
	struct lh_ctx *ctx;
	struct lh_addrset first, second;
	static uint64_t sorted[COUNT];
	uint64_t bytes;
	uint32_t count;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	lh_addrset_init(&first, ctx);
	count = fill(&first, sorted);
	lh_addrset_finish(&first);
	bytes = lh_addrset_bytes(&first);
	assert_int_equal(lh_addrset_seal(&first), 0);
	lh_addrset_share(&second, &first);
	assert_int_equal(lh_addrset_bytes(&first), bytes / 2);
	lh_addrset_fini(&first);
	assert_int_equal(lh_addrset_bytes(&second), bytes);
	assert_int_equal(second.count, count);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(lh_addrset_index(&second, sorted[i]), i);
	lh_addrset_fini(&second);
	assert_int_equal(second.region_count, 0);
	lh_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared_memory_goes_with_the_last),
		cmocka_unit_test(test_agrees_with_an_array),
		cmocka_unit_test(test_says_no),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
