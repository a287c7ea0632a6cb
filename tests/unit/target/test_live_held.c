/* SPDX-License-Identifier: Apache-2.0 */
/* A child of the test is held while it is read: for how long, and what can be read when. */
#include "target/held.h"
#include "target/live.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SIZE ((size_t)300 << 20) /* less is copied */
#define PAGE 4096

static struct lh_ctx *ctx;
static pid_t child;
static double ms;
static uint8_t *big, *untouched;   /* at the same addresses in parent and child */
static volatile uint64_t *counter; /* shared: the child goes on */

static void run_child(int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memset(big, 0x5a, SIZE);
	(void)!write(ready, "", 1);
	for (;;) {
		++*counter;
		big[0] = (uint8_t)*counter;
		usleep(100);
	}
}

static uint8_t *map(size_t len, int flags)
{
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

static int setup(void **state)
{
	int ready[2];
	char byte;

	big = map(SIZE, MAP_PRIVATE);
	untouched = map(SIZE, MAP_PRIVATE);
	counter = (uint64_t *)map(PAGE, MAP_SHARED);
	if (pipe(ready) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0)
		run_child(ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		return -1;
	close(ready[0]);
	while (!*counter)
		usleep(1000);
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	munmap(big, SIZE);
	munmap(untouched, SIZE);
	munmap((void *)counter, PAGE);
	lh_ctx_free(ctx);
	return 0;
}

static struct lh_target *open_child(void)
{
	struct lh_target *target = NULL;
	int r = lh_target_open_held(ctx, child, NULL, &target, &ms);

	if (r == -LH_EPERM) {
		print_message("%s\n", lh_ctx_error(ctx)->text);
		skip();
	}
	assert_int_equal(r, 0);
	return target;
}

static void expect_it_runs(void)
{
	uint64_t before = *counter;

	for (int wait = 0; *counter == before; wait++) {
		assert_true(wait < 5000);
		usleep(1000);
	}
}

static uint8_t byte_at(struct lh_target *target, const uint8_t *p)
{
	struct lh_view view = lh_view_of(target);
	const uint8_t *byte = lh_view_at(&view, (uintptr_t)p, 1);

	assert_non_null(byte);
	return *byte;
}

static void test_held_until_let_go(void **state)
{
	struct lh_target *target = open_child();
	uint8_t first = byte_at(target, big);

	assert_int_equal(byte_at(target, big + SIZE - 1), 0x5a);
	assert_true((uint8_t)(*counter - first) <= 1);
	assert_true(lh_target_let_go(target));
	assert_true(target->pause_ms > 0 && target->pause_ms < 5000);
	expect_it_runs();
	assert_int_equal(byte_at(target, big), first); /* what was read stays */
	assert_false(lh_target_missed(target));
	lh_target_free(target);
}

/* On time, and what is read too late is missing and said to be. */
static void test_let_go_when_its_time_is_over(void **state)
{
	struct lh_target *target = open_child();
	struct lh_view view = lh_view_of(target);

	assert_int_equal(byte_at(target, big + SIZE - 1), 0x5a);
	usleep(300000);
	expect_it_runs();
	assert_false(lh_target_missed(target));
	assert_null(lh_view_at(&view, (uintptr_t)big + SIZE / 2, 1));
	assert_true(lh_target_missed(target));
	assert_false(lh_target_let_go(target));
	assert_true(target->pause_ms >= 150 && target->pause_ms < 5000);
	lh_target_free(target);
	expect_it_runs();
}

static bool exists(const uint8_t *page)
{
	struct lh_pages pages;
	uint64_t entry = 0;

	assert_int_equal(lh_pages_open(&pages, child), 0);
	assert_int_equal(lh_pages_entries(&pages, (uintptr_t)page, &entry, 1), 1);
	lh_pages_close(&pages);
	return entry & (LH_PAGEMAP_PRESENT | LH_PAGEMAP_SWAPPED);
}

static void test_untouched_pages_are_not_made(void **state)
{
	struct lh_target *target = open_child();

	assert_int_equal(byte_at(target, untouched + SIZE / 2), 0);
	assert_true(lh_target_let_go(target));
	lh_target_free(target);
	assert_true(exists(big));
	assert_false(exists(untouched + SIZE / 2));
}

static void test_free_lets_go(void **state)
{
	lh_target_free(open_child());
	expect_it_runs();
}

static int stop_at_once(const struct lh_progress *progress, void *arg)
{
	return 1;
}

static void test_interrupt_lets_go(void **state)
{
	struct lh_target *target = NULL;
	int r;

	lh_ctx_set_progress(ctx, stop_at_once, NULL);
	lh_ctx_interrupt(ctx);
	r = lh_target_open_held(ctx, child, NULL, &target, &ms);
	lh_ctx_set_progress(ctx, NULL, NULL);
	if (r == -LH_EPERM)
		skip();
	lh_target_free(target);
	expect_it_runs();
}

static void test_small_ones_are_copied(void **state)
{
	struct lh_target *target = NULL;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	assert_int_equal(lh_target_open_held(ctx, pid, NULL, &target, &ms), LH_ABSENT);
	assert_null(target);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held_until_let_go),
		cmocka_unit_test(test_let_go_when_its_time_is_over),
		cmocka_unit_test(test_untouched_pages_are_not_made),
		cmocka_unit_test(test_free_lets_go),
		cmocka_unit_test(test_interrupt_lets_go),
		cmocka_unit_test(test_small_ones_are_copied),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
