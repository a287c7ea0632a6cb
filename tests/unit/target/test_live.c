/* SPDX-License-Identifier: Apache-2.0 */
/* A child of the test is the process: what is copied, and how it
 * is left. And its program, as a module file. */
#include "debuginfo/modfile.h"
#include "target/live.h"
#include "target/resident.h"
#include "util/array.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cmocka.h>

#define BIG ((size_t)1 << 30)
#define THREADS 8

static struct lh_ctx *ctx;
static pid_t child;
static uint8_t *big, *shared, *guarded; /* at the same addresses in parent and child */
static volatile uint64_t *counters;     /* shared: how far the child's threads have come */
uint64_t marker_of_test = 0x1122334455667788;
static const char constant_of_test[] = "a constant of the test program";

static void *count(void *arg)
{
	volatile uint64_t *counter = arg;

	for (;;) {
		++*counter;
		usleep(100);
	}
	return NULL;
}

static void run_child(int ready)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	marker_of_test = 0x99;
	memset(big + 100 * 4096, 0x5a, 3 * 4096);
	memset(shared, 0x77, 4096);
	memset(guarded, 0x33, 3 * 4096);
	mprotect(guarded + 4096, 4096, PROT_NONE);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, count, (void *)(counters + i));
	(void)!write(ready, "", 1);
	count((void *)(counters + THREADS));
}

static void *map(size_t len, int flags)
{
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

static int setup(void **state)
{
	int ready[2];
	char byte;

	big = map(BIG, MAP_PRIVATE);
	madvise(big, BIG, MADV_NOHUGEPAGE);
	shared = map(4096, MAP_SHARED);
	counters = map(4096, MAP_SHARED);
	guarded = map(3 * 4096, MAP_PRIVATE);
	if (pipe(ready) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0)
		run_child(ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		return -1;
	close(ready[0]);
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	munmap(big, BIG);
	lh_ctx_free(ctx);
	return 0;
}

static char state_of(pid_t pid)
{
	char name[64], text[256] = "";
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
	f = fopen(name, "r");
	if (f && fgets(text, sizeof(text), f) && strrchr(text, ')'))
		text[0] = strrchr(text, ')')[2];
	if (f)
		fclose(f);
	return text[0];
}

static void expect_all_threads_run(void)
{
	uint64_t before[THREADS + 1];

	for (int i = 0; i <= THREADS; i++)
		before[i] = counters[i];
	for (int i = 0; i <= THREADS; i++)
		for (int wait = 0; counters[i] == before[i]; wait++) {
			assert_true(wait < 5000);
			usleep(1000);
		}
}

static struct lh_target *open_child(const struct lh_target_options *options)
{
	struct lh_target *target = NULL;
	int r = lh_target_open_process(ctx, child, options, &target);

	if (r == -LH_EPERM) {
		print_message("%s\n", lh_ctx_error(ctx)->text);
		skip();
	}
	if (r < 0)
		fail_msg("%s", lh_ctx_error(ctx)->text);
	return target;
}

static uint64_t addr_of(const void *p)
{
	return (uintptr_t)p;
}

static void test_copy(void **state)
{
	struct lh_target *target = open_child(NULL);
	struct lh_view view = lh_view_of(target);
	const uint8_t *p;
	uint64_t value;

	expect_all_threads_run();
	assert_int_equal(lh_target_u64(target, addr_of(&marker_of_test), &value), 0);
	assert_int_equal(value, 0x99);
	p = lh_view_at(&view, addr_of(big), BIG); /* a gigabyte of which three pages exist */
	assert_non_null(p);
	assert_int_equal(p[100 * 4096 - 1], 0);
	assert_int_equal(p[100 * 4096], 0x5a);
	assert_int_equal(p[103 * 4096 - 1], 0x5a);
	assert_int_equal(p[103 * 4096], 0);
	p = lh_view_at(&view, addr_of(shared), 4096);
	assert_non_null(p);
	assert_int_equal(p[4095], 0x77);
	assert_non_null(lh_view_at(&view, addr_of(guarded), 4096));
	assert_null(lh_view_at(&view, addr_of(guarded), 4097));
	assert_non_null(lh_view_at(&view, addr_of(guarded + 8192), 4096));
	assert_true(target->pause_ms > 0 && target->pause_ms < 5000);
	lh_target_free(target);
}

/* Word scans look at the pages that exist, and at nothing else. */
static void test_untouched_memory_is_a_hole(void **state)
{
	struct lh_target *target = open_child(NULL);
	struct lh_view view = lh_view_of(target);
	uint64_t at = addr_of(big), end = at + BIG, seen = 0, n;

	for (; at < end; at += n) {
		const uint8_t *p = lh_view_run(&view, at, &n);

		n = n < end - at ? n : end - at;
		seen += p ? n : 0;
		if (p)
			assert_int_equal(at, addr_of(big) + 100 * 4096);
	}
	assert_int_equal(seen, 3 * 4096);
	lh_target_free(target);
}

struct runs {
	struct lh_range all[4];
	size_t count;
};

static int note_run(void *arg, uint64_t start, uint64_t end)
{
	struct runs *runs = arg;

	assert_true(runs->count < 4);
	runs->all[runs->count++] = (struct lh_range){start, end};
	return 0;
}

static int refuse_run(void *arg, uint64_t start, uint64_t end)
{
	return -LH_ENOMEM;
}

/* The system's own search, which older ones lack, and a look at each page find the same. */
static void test_pages_in_either_way(void **state)
{
	struct lh_pages pages;
	uint64_t start = addr_of(big), from = start + 101 * 4096;

	if (lh_pages_open(&pages, child) != 0)
		skip();
	for (int way = 0; way < 2; way++, pages.scans = false) {
		struct runs runs = {0}, part = {0};
		const struct lh_page_runs all = {note_run, &runs}, some = {note_run, &part},
					  none = {refuse_run, NULL};

		assert_int_equal(lh_pages_runs(&pages, start, start + BIG, &all), 0);
		assert_int_equal(runs.count, 1);
		assert_int_equal(runs.all[0].start, start + 100 * 4096);
		assert_int_equal(runs.all[0].end, start + 103 * 4096);
		assert_int_equal(lh_pages_runs(&pages, from, from + 4096, &some), 0);
		assert_int_equal(part.count, 1);
		assert_int_equal(part.all[0].end - part.all[0].start, 4096);
		assert_int_equal(lh_pages_runs(&pages, start, start + BIG, &none), -LH_ENOMEM);
	}
	lh_pages_close(&pages);
	assert_int_equal(lh_pages_runs(&pages, start, start + BIG, &(struct lh_page_runs){note_run, NULL}),
			 LH_ABSENT);
}

#define FORKED (256 * 4096)

/* Bytes of [addr, addr + size) that the child alone has. */
static uint64_t alone(const struct lh_target *target, const void *addr, uint64_t size)
{
	struct lh_resident resident = lh_resident_of(target);
	struct lh_page_bytes bytes = {0};

	assert_true(target->private_known);
	lh_resident_add(&resident, addr_of(addr), addr_of(addr) + size, &bytes);
	assert_int_equal(bytes.resident, size);
	assert_int_equal(bytes.resident - bytes.shared, bytes.dirty);
	return bytes.dirty;
}

/* What a fork shares is shared after it was read, too; what it wrote to, and what it wrote nothing but zeros to, is its own. */
static void test_reading_leaves_pages_shared(void **state)
{
	uint8_t *forked = map(FORKED, MAP_PRIVATE);
	struct lh_target_options options = {.size = sizeof(options), .stopped = true};
	struct lh_target *target;
	struct lh_pages pages;
	uint8_t byte;
	pid_t pid;
	int ready[2];

	/* Older systems do not tell pages of zeros from the one that is theirs. */
	assert_int_equal(lh_pages_open(&pages, getpid()), 0);
	memset(forked, pages.scans ? 0 : 0x33, FORKED);
	memset(forked, 0x11, FORKED / 2);
	lh_pages_close(&pages);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		forked[0] = 0x22;
		forked[3 * 4096] = 0x11;
		forked[FORKED - 1] = 0;
		(void)!write(ready[1], "", 1);
		pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	for (int i = 0; i < 2; i++) {
		if (lh_target_open_process(ctx, pid, &options, &target) == -LH_EPERM)
			skip();
		assert_int_equal(alone(target, forked, FORKED), 3 * 4096);
		lh_target_read(target, addr_of(forked), &byte, 1);
		assert_int_equal(byte, 0x22);
		lh_target_read(target, addr_of(forked + FORKED / 2 - 1), &byte, 1);
		assert_int_equal(byte, 0x11);
		lh_target_free(target);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(forked, FORKED);
	close(ready[0]);
	close(ready[1]);
}

#define HUGE ((size_t)2 << 20)
#define HUGE_PAGES (4 * HUGE)

/* The first page of a huge page does not speak for all: the parent copies what it writes to, the child has the rest still. */
static void test_huge_pages_that_a_fork_shares(void **state)
{
	static const size_t written[] = {
		0, 1, HUGE / 4096 + 5, HUGE / 4096 + 6, 2 * HUGE / 4096, HUGE_PAGES / 4096 - 1};
	struct lh_target_options options = {.size = sizeof(options), .stopped = true};
	uint8_t *room = map(HUGE_PAGES + HUGE, MAP_PRIVATE);
	uint8_t *forked = room + (HUGE - (uintptr_t)room % HUGE) % HUGE;
	struct lh_target *target;
	pid_t pid;

	madvise(forked, HUGE_PAGES, MADV_HUGEPAGE);
	memset(forked, 0x11, HUGE_PAGES);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	for (size_t i = 0; i < LH_ARRAY_SIZE(written); i++)
		forked[written[i] * 4096] = 0x22;
	if (lh_target_open_process(ctx, pid, &options, &target) != -LH_EPERM) {
		assert_int_equal(alone(target, forked, HUGE_PAGES), LH_ARRAY_SIZE(written) * 4096);
		lh_target_free(target);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(room, HUGE_PAGES + HUGE);
}

static void test_without_stopping(void **state)
{
	struct lh_target_options options = {.size = sizeof(options), .stopped = true};
	struct lh_target *target = open_child(&options);

	assert_true(target->pause_ms == 0);
	lh_target_free(target);
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
	r = lh_target_open_process(ctx, child, NULL, &target);
	lh_ctx_set_progress(ctx, NULL, NULL);
	if (r == -LH_EPERM)
		skip();
	assert_int_equal(r, -LH_EINTR);
	assert_null(target);
	expect_all_threads_run();
}

static void test_stopped_process_stays_stopped(void **state)
{
	struct lh_target *target;

	kill(child, SIGSTOP);
	while (state_of(child) != 'T')
		usleep(1000);
	target = open_child(NULL);
	lh_target_free(target);
	/* The kernel lets it run for a moment before it stops again. */
	for (int i = 0; i < 1000 && state_of(child) != 'T'; i++)
		usleep(1000);
	assert_int_equal(state_of(child), 'T');
	kill(child, SIGCONT);
	expect_all_threads_run();
}

static void test_no_such_process(void **state)
{
	struct lh_target *target = NULL;
	pid_t gone = fork();

	if (gone == 0)
		_exit(0);
	/* dead but not yet reaped, then gone */
	while (state_of(gone) != 'Z')
		usleep(1000);
	assert_int_equal(lh_target_open_process(ctx, gone, NULL, &target), -LH_ESRCH);
	waitpid(gone, NULL, 0);
	assert_int_equal(lh_target_open_process(ctx, gone, NULL, &target), -LH_ESRCH);
	assert_int_equal(lh_target_open_process(ctx, 0, NULL, &target), -LH_ESRCH);
	assert_int_equal(lh_target_open_process(ctx, -1, NULL, &target), -LH_ESRCH);
	assert_int_equal(lh_target_open_process(ctx, getpid(), NULL, &target), -LH_EPERM);
	assert_null(target);
}

static const struct lh_module *main_module(const struct lh_target *target)
{
	for (size_t i = 0; i < target->module_count; i++)
		if (target->modules[i].main)
			return &target->modules[i];
	fail_msg("no main module");
	return NULL;
}

static void test_module_file(void **state)
{
	struct lh_target *target = open_child(NULL);
	const struct lh_module *m = main_module(target);
	struct lh_modfile *file;
	uint64_t addr, size, offset, start;
	const char *name;
	char text[sizeof(constant_of_test)];

	assert_ptr_equal(lh_target_module(target, addr_of(constant_of_test)), m);
	assert_ptr_equal(lh_target_module(target, addr_of(&marker_of_test)), m);
	assert_ptr_equal(lh_target_module(target, addr_of(&ctx)), m); /* .bss */
	assert_int_equal(lh_modfile_open(target, m, &file), 0);
	assert_int_equal(lh_modfile_symbol(file, "marker_of_test", &addr, &size), 0);
	assert_int_equal(addr, addr_of(&marker_of_test));
	assert_true(size >= 8); /* sanitizers pad variables */
	assert_int_equal(lh_modfile_symbol(file, "no_such_symbol", &addr, NULL), LH_ABSENT);
	assert_int_equal(lh_modfile_symbol(file, "", &addr, NULL), LH_ABSENT);
	assert_int_equal(lh_modfile_symbol_at(file, addr_of(&marker_of_test) + 7, &name, &offset), 0);
	assert_string_equal(name, "marker_of_test");
	assert_int_equal(offset, 7);
	assert_int_equal(lh_modfile_symbol_at(file, 1, &name, &offset), LH_ABSENT);
	assert_int_equal(lh_modfile_section(file, ".rodata", &start, &size), 0);
	assert_in_range(addr_of(constant_of_test), start, start + size - 1);
	assert_int_equal(lh_modfile_section(file, ".no-such", &start, &size), LH_ABSENT);
	assert_int_equal(lh_modfile_read(file, addr_of(constant_of_test), text, sizeof(text)), 0);
	assert_string_equal(text, constant_of_test);
	assert_int_equal(lh_modfile_read(file, m->start - 1, text, 8), LH_ABSENT);
	assert_int_equal(lh_modfile_read(file, m->start, text, SIZE_MAX), LH_ABSENT);
	assert_int_equal(lh_target_read(target, addr_of(constant_of_test), text, sizeof(text)), 0);
	assert_string_equal(text, constant_of_test);
	assert_ptr_equal(lh_modfile_module(file), m);
	lh_modfile_free(file);
	lh_target_free(target);
}

/* What the user names and cannot be used is refused when the target is opened. */
static void expect_refused(struct lh_target_options options, int error, const char *words)
{
	struct lh_target *target = NULL;
	int r;

	options.size = sizeof(options);
	r = lh_target_open_process(ctx, child, &options, &target);
	if (r == -LH_EPERM)
		skip();
	assert_int_equal(r, -error);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, words));
	assert_null(target);
}

static void test_wrong_files_are_refused(void **state)
{
	expect_refused((struct lh_target_options){.exe = "/bin/sh"}, LH_EFORMAT,
		       "exe /bin/sh: another build");
	expect_refused((struct lh_target_options){.exe = "/etc/passwd"}, LH_EFORMAT,
		       "exe /etc/passwd: not an ELF program");
	expect_refused((struct lh_target_options){.exe = "/nonexistent/python"}, LH_EIO,
		       "exe /nonexistent/python: No such file");
	expect_refused((struct lh_target_options){.exe = "/etc"}, LH_EIO, "exe /etc: it is no regular file");
	expect_refused((struct lh_target_options){.sysroot = "/nonexistent"}, LH_EIO,
		       "sysroot /nonexistent: No such file");
	expect_refused((struct lh_target_options){.sysroot = "/proc"}, LH_EFORMAT,
		       "sysroot /proc: none of the ");
	expect_refused((struct lh_target_options){.debug_dir = "/etc/passwd"}, LH_EIO,
		       "debug_dir /etc/passwd: it is no folder");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_untouched_memory_is_a_hole),
		cmocka_unit_test(test_pages_in_either_way),
		cmocka_unit_test(test_reading_leaves_pages_shared),
		cmocka_unit_test(test_huge_pages_that_a_fork_shares),
		cmocka_unit_test(test_without_stopping),
		cmocka_unit_test(test_interrupt_lets_go),
		cmocka_unit_test(test_stopped_process_stays_stopped),
		cmocka_unit_test(test_no_such_process),
		cmocka_unit_test(test_module_file),
		cmocka_unit_test(test_wrong_files_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
