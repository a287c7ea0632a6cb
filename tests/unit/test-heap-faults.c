/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real heap read through a callback: every read fails once, every allocation fails once. An error or an
 * answer comes out, never a crash, and nothing leaks (the sanitizers' build looks).
 */
#include "fail-malloc.h"
#include "libheap.h"

#include <errno.h>
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

static pid_t child;
static struct lh_region regions[REGIONS_MAX];
static size_t region_count;
static char paths[REGIONS_MAX][256];
static long reads_left = -1; /* reads until one fails; -1: never */
static long read_count;
static bool hidden; /* the files of the mappings, and what the process did not write of them */

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

	if (access(PYTHON, X_OK) != 0 || pipe(ready) != 0 || pipe(go) != 0)
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
	if (read(ready[0], &byte, 1) != 1) {
		child = 0;
		return 0;
	}
	read_maps();
	return 0;
}

static int stop_child(void **state)
{
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
		{"threads"},
		{"arenas"},
		{"info"},
		{"interned"},
		{"why", "--type=*type*"},
		{"types", "--objects"},
		{"garbage", "--components"},
		{"refaudit", "--all"},
		{"threads", "--locals"},
		{"threads", "--tasks"},
		{"retained", "--by-type"},
		{"retained", "--points"},
		{"arenas", "--classes"},
		{"info", "--layout-fields"},
		{"find", "--value=x"},
		{"find", "--type=dict"},
		{"cycles", "--garbage"}};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

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

static void test_every_read_fails_once(void **state)
{
	if (!can_ask())
		skip();
	for (size_t c = 0; c < command_count; c++) {
		long total, step;

		read_count = 0;
		assert_int_equal(ask(commands[c].name, commands[c].word), 0);
		total = read_count;
		step = total / 40 + 1;
		for (long k = 0; k < total; k += k < 20 ? 1 : step) {
			reads_left = k;
			ask(commands[c].name, commands[c].word);
		}
		reads_left = -1;
	}
}

/* Allocations until the command is through, counted by letting a far one fail. */
static long count_allocations(const char *name, const char *word)
{
	long before = 1L << 40;

	fail_after = before;
	assert_int_equal(ask(name, word), 0);
	before -= fail_after;
	fail_after = -1;
	return before;
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

static void test_every_allocation_fails_once(void **state)
{
	if (!can_ask())
		skip();
	for (size_t c = 0; c < command_count; c++) {
		long total = count_allocations(commands[c].name, commands[c].word), step = total / 60 + 1;
		char *answer = NULL;

		if (getenv("PYHEAP_EVERY_ALLOCATION"))
			step = 1;
		assert_int_equal(ask_for(commands[c].name, commands[c].word, &answer), 0);
		for (long k = 0; k < total; k += k < 30 ? 1 : step)
			fail_allocation(commands[c].name, commands[c].word, k, answer);
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
