/* SPDX-License-Identifier: Apache-2.0 */
/* A child of the test is the process: what is left out of the copy of it. */
#include "target/uncopied.h"
#include "util/array.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "one_ctx.h"

static pid_t child;
static uint8_t *pages; /* three, at the same address in parent and child */

static uint64_t address(size_t page)
{
	return (uintptr_t)pages + page * 4096;
}

static int setup(void **state)
{
	pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
	memset(pages, 0x5a, 3 * 4096);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return child < 0 ? -1 : make_ctx(state);
}

static int teardown(void **state)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	munmap(pages, 3 * 4096);
	return free_ctx(state);
}

/* The page in the middle of three, of which the first is said to be what it was. */
static struct lh_target *open_without(uint8_t seen)
{
	uint64_t start = address(0);
	struct lh_uncopied one = {.pages = {start + 4096, start + 8192},
				  .owner = start,
				  .seen = {0x5a, 0x5a, seen},
				  .seen_len = 3,
				  .size_at = start + 8,
				  .size = 0x5a5a5a5a5a5a5a58};
	struct lh_target *target = NULL;

	assert_int_equal(lh_target_open_without(ctx, child, NULL,
						&(struct lh_uncopied_list){.all = &one, .count = 1}, &target),
			 0);
	return target;
}

static void test_what_is_left_out_is_missing(void **state)
{
	uint64_t page = address(1), word;
	struct lh_target *target = open_without(0x5a);
	struct lh_view view = lh_view_of(target);

	assert_int_equal(lh_target_u64(target, page - 8, &word), 0);
	assert_int_equal(word, 0x5a5a5a5a5a5a5a5a);
	assert_null(lh_view_at(&view, page, 8));
	assert_int_equal(lh_target_u64(target, page, &word), -LH_EFAULT);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "contents of a large object were not copied"));
	assert_int_equal(lh_target_u64(target, page + 4096, &word), 0);
	assert_int_equal(lh_target_uncopied(target, 0, UINT64_MAX), 4096);
	lh_target_free(target);
}

static void test_what_is_not_as_it_was_is_copied(void **state)
{
	struct lh_target *target = open_without(0x5b);
	uint64_t word;

	assert_int_equal(lh_target_u64(target, address(1), &word), 0);
	assert_int_equal(word, 0x5a5a5a5a5a5a5a5a);
	assert_int_equal(lh_target_uncopied(target, 0, UINT64_MAX), 0);
	lh_target_free(target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_left_out_is_missing),
		cmocka_unit_test(test_what_is_not_as_it_was_is_copied),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
