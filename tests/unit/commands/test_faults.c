/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real heap read through a callback: every read fails once, every allocation fails once. An error or an
 * answer comes out, never a crash, and nothing leaks (the sanitizers' build looks).
 */
#include "fail_malloc.h"
#include "libheap-command.h"
#include "util/array.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define REGIONS_MAX 2000
#define PYTHON "/usr/bin/python3"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
/* How many of the reads, and of the allocations, fail: of opening the heap, and of each command then. */
#if __has_feature(address_sanitizer) || defined(__SANITIZE_ADDRESS__)
#define OPENING_STEPS 60
#define STEPS 12
#else
#define OPENING_STEPS 200
#define STEPS 60
#endif

/* Reads and allocations until something is done. */
struct amount {
	long reads, allocations;
};

static pid_t child;
static struct lh_region regions[REGIONS_MAX];
static size_t region_count;
static char paths[REGIONS_MAX][256];
static long reads_left = -1; /* reads until one fails; -1: never */
static long read_count;
static struct amount opened; /* of the last heap that was opened */
static bool hidden;          /* the files of the mappings, and what the process did not write of them */

static int64_t read_child(void *arg, uint64_t addr, void *buf, uint64_t len)
{
	struct iovec local = {buf, len}, remote = {(void *)(uintptr_t)addr, len};
	ssize_t n;

	read_count++;
	for (size_t i = 0; hidden && i < region_count; i++)
		if (addr >= regions[i].start && addr < regions[i].end && regions[i].path &&
		    !regions[i].writable && regions[i].offset)
			return 0;
	if (reads_left >= 0 && reads_left-- == 0)
		return -EIO;
	n = process_vm_readv(child, &local, 1, &remote, 1, 0);
	return n < 0 ? 0 : n;
}

static void read_maps(void)
{
	char name[64], line[512], perms[8];
	unsigned long long start, end, offset;
	FILE *maps;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)child);
	maps = fopen(name, "r");
	while (maps && region_count < REGIONS_MAX && fgets(line, sizeof(line), maps)) {
		char *path = paths[region_count];

		path[0] = 0;
		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %255s", &start, &end, perms, &offset, path) <
			    4 ||
		    perms[0] != 'r')
			continue;
		regions[region_count++] = (struct lh_region){
			start, end, offset, path[0] ? path : NULL, true, perms[1] == 'w', perms[2] == 'x'};
	}
	if (maps)
		fclose(maps);
}

static int start_child(void **state)
{
	int ready[2], go[2];
	char byte;

	/* Only this process has the other ends: the child ends with it, however that ends. */
	if (access(PYTHON, X_OK) != 0 || pipe2(ready, O_CLOEXEC) != 0 || pipe2(go, O_CLOEXEC) != 0)
		return 0;
	child = fork();
	if (child == 0) {
		dup2(go[0], 0);
		dup2(ready[1], 1);
		execl(PYTHON, "python3", "-I", "-S", "-c",
		      "import os; kept = [[], {1: 2}, 'x', (1, [])]; kept.append(kept); os.write(1, b'x'); "
		      "os.read(0, 1)",
		      (char *)NULL);
		_exit(1);
	}
	close(ready[1]);
	close(go[0]);
	if (read(ready[0], &byte, 1) != 1) {
		child = 0;
		return 0;
	}
	read_maps();
	return 0;
}

#define EXPORTED "faults-export.sqlite" /* in the working folder, as the next */
#define REPORT "faults-report.md"
#define SNAPSHOT "faults-snapshot.zst"
#define PAGE "faults-report.html"

static int stop_child(void **state)
{
	unlink(EXPORTED);
	unlink(REPORT);
	unlink(SNAPSHOT);
	unlink(PAGE);
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return 0;
}

/* Run @name on the child's heap. Return: 0, with the answer if @ret is not NULL; -LH_E*. */
static int ask_for(const char *name, const char *word, char **ret)
{
	struct lh_reader reader = {.size = sizeof(reader),
				   .read = read_child,
				   .regions = regions,
				   .region_count = region_count,
				   .pid = child};
	const char *words[] = {word};
	struct lh_ctx *ctx = NULL;
	struct lh_target *target = NULL;
	struct lh_heap *heap = NULL;
	struct lh_invocation *invocation = NULL;
	struct lh_result *result = NULL;
	char *text = NULL;
	size_t len;
	int r = lh_ctx_new(&ctx);

	if (r == 0)
		r = lh_target_open_reader(ctx, &reader, NULL, &target);
	if (r == 0)
		r = lh_heap_open(target, NULL, &heap);
	opened = (struct amount){read_count, fail_after};
	if (r == 0)
		r = lh_invocation_new(ctx, lh_command_find(name), word ? 1 : 0, words, false, &invocation);
	if (r == 0)
		r = lh_invocation_run(invocation, heap, &result);
	if (r == 0)
		r = lh_result_format(result, NULL, &text, &len);
	if (r < 0 && ctx)
		assert_true(lh_ctx_error(ctx)->code != 0);
	if (ret)
		*ret = r == 0 ? text : NULL;
	if (!ret || r != 0)
		free(text);
	lh_result_free(result);
	lh_invocation_free(invocation);
	lh_heap_free(heap);
	lh_target_free(target);
	lh_ctx_free(ctx);
	return r;
}

static int ask(const char *name, const char *word)
{
	return ask_for(name, word, NULL);
}

static const struct {
	const char *name, *word;
} commands[] = {{"types"},
		{"gc"},
		{"garbage"},
		{"garbage", "--frozen"},
		{"cycles"},
		{"retained"},
		{"refaudit"},
		{"verify"},
		{"verify", "--fast"},
		{"threads"},
		{"memory"},
		{"arenas"},
		{"pins", "--below=100"},
		{"info"},
		{"crash"},
		{"interned"},
		{"waste"},
		{"sites"},
		{"waste", "--duplicates"},
		{"why", "--type=*type*"},
		{"types", "--objects"},
		{"garbage", "--components"},
		{"refaudit", "--all"},
		{"threads", "--locals"},
		{"threads", "--tasks"},
		{"retained", "--by-type"},
		{"retained", "--points"},
		{"memory", "--malloc"},
		{"orphans", "--blocks"},
		{"arenas", "--classes"},
		{"freelists", "--all"},
		{"leaks", "--fail-over=1"},
		{"info", "--layout-fields"},
		{"find", "--value=x"},
		{"find", "--type=dict"},
		{"export", "--output=" EXPORTED},
		{"snapshot", "--output=" SNAPSHOT},
		{"report", "--output=" REPORT},
		{"report", "--output=" PAGE},
		{"cycles", "--garbage"}};

#define COMMANDS (LH_ARRAY_SIZE(commands))

static size_t command_count = COMMANDS;

/* The same process without its files: what is searched for and named from the heap then, 'types' goes
 * through. */
static int hide_files(void **state)
{
	for (size_t i = 0; i < region_count; i++)
		if (paths[i][0] == '/')
			paths[i][1] = '~';
	hidden = true;
	command_count = 1;
	return 0;
}

static bool can_ask(void)
{
	if (child > 0 && ask("info", NULL) == 0)
		return true;
	print_message("skipped: no " PYTHON " whose layout is known\n");
	return false;
}

/* From the first of @steps on; the first few one by one. */
static long next_step(long k, long from, long to, long steps)
{
	return k + (k - from < steps / 2 ? 1 : (to - from) / steps + 1);
}

/* What a command takes until its heap is open, which is the same for all, and until it is through. */
static struct amount measure(size_t c, struct amount *ret_opened)
{
	const long far = 1L << 40;
	struct amount through;

	read_count = 0;
	fail_after = far;
	assert_int_equal(ask(commands[c].name, commands[c].word), 0);
	through = (struct amount){read_count, far - fail_after};
	*ret_opened = (struct amount){opened.reads, far - opened.allocations};
	fail_after = -1;
	return through;
}

static void fail_reads(size_t c, long from, long to, long steps)
{
	for (long k = from; k < to; k = next_step(k, from, to, steps)) {
		reads_left = k;
		ask(commands[c].name, commands[c].word);
	}
	reads_left = -1;
}

static void test_every_read_fails_once(void **state)
{
	if (!can_ask())
		skip();
	for (size_t c = 0; c < command_count; c++) {
		struct amount opening, all = measure(c, &opening);

		if (c == 0)
			fail_reads(c, 0, opening.reads, OPENING_STEPS);
		fail_reads(c, opening.reads, all.reads, STEPS);
	}
}

/* No memory for something is an error, never another answer. What was only kept for later may do without. */
static void fail_allocation(const char *name, const char *word, long k, const char *answer)
{
	char *other = NULL;
	int r;

	fail_after = k;
	failed_once = false;
	r = ask_for(name, word, &other);
	fail_after = -1;
	if (r == 0 ? strcmp(other, answer) != 0 : r != -LH_ENOMEM)
		fail_msg("%s %s: allocation %ld: %d, another answer", name, word ? word : "", k, r);
	free(other);
}

static void fail_allocations(size_t c, long from, long to, long steps, const char *answer)
{
	if (getenv("PYHEAP_EVERY_ALLOCATION"))
		steps = LONG_MAX;
	for (long k = from; k < to; k = next_step(k, from, to, steps))
		fail_allocation(commands[c].name, commands[c].word, k, answer);
}

static void test_every_allocation_fails_once(void **state)
{
	if (!can_ask())
		skip();
	for (size_t c = 0; c < command_count; c++) {
		struct amount opening, all = measure(c, &opening);
		char *answer = NULL;

		assert_int_equal(ask_for(commands[c].name, commands[c].word, &answer), 0);
		if (c == 0)
			fail_allocations(c, 0, opening.allocations, OPENING_STEPS, answer);
		fail_allocations(c, opening.allocations, all.allocations, STEPS, answer);
		free(answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_read_fails_once),
		cmocka_unit_test(test_every_allocation_fails_once),
		cmocka_unit_test_setup(test_every_read_fails_once, hide_files),
		cmocka_unit_test(test_every_allocation_fails_once),
	};

	return cmocka_run_group_tests(tests, start_child, stop_child);
}
