/* SPDX-License-Identifier: Apache-2.0 */
/* Cores compressed here by each library: whole, in several streams, cut short, damaged. */
#include "compressor.h"
#include "core_writer.h"
#include "fail_malloc.h"
#include "target/decompress.h"
#include "target/target.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#define LOAD (1u << 20)
#define BASE 0x10000u

static struct lh_ctx *ctx;
static uint8_t noise[LOAD], zeros[LOAD], rows[LOAD];
static uint8_t *core;
static size_t core_len;
static char path[] = "/tmp/py-heap-test-XXXXXX";

/* Bytes that do not compress, those that vanish, and those between. */
static int setup(void **state)
{
	struct core_writer w = {.pid = 4711};
	const uint8_t *const loads[] = {noise, zeros, rows};
	uint32_t seed = 1;

	for (size_t i = 0; i < LOAD; i++) {
		seed = seed * 1664525 + 1013904223;
		noise[i] = (uint8_t)(seed >> 24);
		rows[i] = (uint8_t)(i % 64 ? i % 7 : seed >> 28);
	}
	for (size_t i = 0; i < 3; i++)
		w.loads[w.load_count++] = (struct writer_load){
			.addr = BASE + i * LOAD, .data = loads[i], .len = LOAD, .flags = 6};
	core = core_write(&w, &core_len);
	close(mkstemp(path));
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	unlink(path);
	free(core);
	lh_ctx_free(ctx);
	return 0;
}

static void write_file(const void *data, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
}

static int open_bytes(const void *data, size_t len, struct lh_target **ret)
{
	write_file(data, len);
	return lh_target_open_core(ctx, path, NULL, ret);
}

static void expect_words(const char *words)
{
	if (!strstr(lh_ctx_error(ctx)->text, words))
		fail_msg("'%s' lacks '%s'", lh_ctx_error(ctx)->text, words);
}

static void expect_refusal(const void *data, size_t len, int error, const char *words)
{
	struct lh_target *target = NULL;

	assert_int_equal(open_bytes(data, len, &target), -error);
	assert_null(target);
	expect_words(words);
}

/* What the target has is what the core has there. Return: how much that is. */
static size_t check_bytes(struct lh_target *target)
{
	const uint8_t *const loads[] = {noise, zeros, rows};
	size_t sum = 0;

	for (size_t i = 0; i < 3; i++)
		for (size_t at = 0; at < LOAD; at += 4096) {
			struct lh_view view = lh_view_of(target);
			const void *bytes = lh_view_at(&view, BASE + i * LOAD + at, 4096);

			if (!bytes)
				continue;
			assert_memory_equal(bytes, loads[i] + at, 4096);
			sum += 4096;
		}
	return sum;
}

static void expect_whole(const void *data, size_t len)
{
	struct lh_target *target = NULL;
	int r = open_bytes(data, len, &target);

	if (r < 0)
		fail_msg("%s", lh_ctx_error(ctx)->text);
	assert_int_equal(target->pid, 4711);
	assert_int_equal(target->truncated_bytes, 0);
	assert_null(target->damage);
	assert_int_equal(check_bytes(target), 3 * LOAD);
	assert_string_equal(target->path, path);
	lh_target_free(target);
}

/* Each test below is run for each library; those that are missing are told, and one test is about them. */
static const struct compressor *needed(void **state)
{
	const struct compressor *c = *state;

	if (c->compress)
		return c;
	print_message("no %s in this build\n", c->library);
	skip();
	return NULL;
}

static void test_whole(void **state)
{
	const struct compressor *c = needed(state);
	size_t len;
	uint8_t *packed = c->compress(core, core_len, &len);

	assert_true(len < core_len / 2);
	expect_whole(packed, len);
	free(packed);
}

/* Two streams, one behind the other, then bytes that belong to neither. */
static void test_streams_in_a_row(void **state)
{
	const struct compressor *c = needed(state);
	size_t len, more_len, half = LOAD + 4711;
	uint8_t *packed = c->compress(core, half, &len), *more;

	more = c->compress(core + half, core_len - half, &more_len);
	packed = realloc(packed, len + more_len + 8);
	memcpy(packed + len, more, more_len);
	expect_whole(packed, len + more_len);
	memcpy(packed + len + more_len, "trailing", 8);
	expect_whole(packed, len + more_len + 8);
	free(packed);
	free(more);
}

static void test_cut_short(void **state)
{
	const struct compressor *c = needed(state);
	size_t len, opened = 0;
	uint8_t *packed = c->compress(core, core_len, &len);

	for (size_t tenth = 0; tenth < 10; tenth++) {
		struct lh_target *target = NULL;
		size_t cut = tenth ? len * tenth / 10 : sizeof(c->magic), have;

		if (open_bytes(packed, cut, &target) < 0) {
			assert_int_equal(lh_ctx_error(ctx)->code, LH_EFORMAT);
			expect_words("cut short");
			continue;
		}
		opened++;
		have = check_bytes(target);
		assert_true(have < 3 * LOAD);
		assert_in_range(target->truncated_bytes, 3 * LOAD - have - 4096, 3 * LOAD - have);
		assert_non_null(strstr(target->damage, "cut short"));
		lh_target_free(target);
	}
	assert_true(opened >= 8);
	free(packed);
}

/* A flipped bit gives a word about it, or made no difference. */
static void test_damaged(void **state)
{
	const struct compressor *c = needed(state);
	size_t len, told = 0;
	uint8_t *packed = c->compress(core, core_len, &len);

	for (size_t i = 0; i < 100; i++) {
		size_t at = (len - 1) * i / 99;
		struct lh_target *target = NULL;

		packed[at] ^= 0x10;
		if (open_bytes(packed, len, &target) < 0) {
			assert_int_equal(lh_ctx_error(ctx)->code, LH_EFORMAT);
			told++;
		} else if (target->damage) {
			told++;
		} else {
			assert_int_equal(check_bytes(target), 3 * LOAD);
		}
		packed[at] ^= 0x10;
		lh_target_free(target);
	}
	assert_true(told >= 95);
	free(packed);
}

static void test_nothing_inside(void **state)
{
	const struct compressor *c = needed(state);
	size_t len, inner_len;
	uint8_t *packed = c->compress(core, 0, &len), *inner;

	expect_refusal(packed, len, LH_EFORMAT, "the file in it is empty");
	free(packed);
	packed = c->compress((const uint8_t *)"#!/bin/sh\n", 10, &len);
	expect_refusal(packed, len, LH_EFORMAT, "not an ELF file");
	inner = c->compress(packed, len, &inner_len);
	expect_refusal(inner, inner_len, LH_EFORMAT, c->name);
	expect_words("data inside");
	free(inner);
	free(packed);
}

/* What is no core is not decompressed to its end. */
static void test_large_but_no_core(void **state)
{
	const struct compressor *c = needed(state);
	char *damage = NULL;
	struct stat st;
	size_t len;
	uint8_t *packed = c->compress(core + 1, core_len - 1, &len);
	int fd = -1;

	assert_int_equal(lh_decompress(ctx, path, packed, len, &fd, &damage), 0);
	assert_null(damage);
	assert_int_equal(fstat(fd, &st), 0);
	assert_in_range(st.st_size, 1, LOAD);
	close(fd);
	expect_refusal(packed, len, LH_EFORMAT, "not an ELF file");
	free(packed);
}

static void test_every_allocation_fails_once(void **state)
{
	const struct compressor *c = needed(state);
	size_t len;
	uint8_t *packed = c->compress(core, core_len, &len);

	for (long k = 0; k < 100; k++) {
		char *damage = NULL;
		int fd = -1, r;

		fail_after = k;
		failed_once = false;
		r = lh_decompress(ctx, path, packed, len, &fd, &damage);
		fail_after = -1;
		assert_int_equal(r, failed_once ? -LH_ENOMEM : 0);
		if (fd >= 0)
			close(fd);
		if (!failed_once)
			break;
	}
	free(packed);
}

static void test_without_the_library(void **state)
{
	const struct compressor *c = *state;

	if (c->compress)
		return;
	expect_refusal(c->magic, sizeof(c->magic), LH_EFORMAT, c->library);
	expect_words("-dc FILE >core");
}

static void test_not_known(void **state)
{
	expect_refusal("BZh91AY&SY", 10, LH_EFORMAT, "bzip2 -dc");
	expect_refusal("", 0, LH_EFORMAT, "empty");
}

/* The first library there is; what follows is the same for all. */
static uint8_t *pack(size_t *ret_len)
{
	for (size_t i = 0; i < COMPRESSORS; i++)
		if (compressors[i].compress)
			return compressors[i].compress(core, core_len, ret_len);
	skip();
	return NULL;
}

static void test_no_folder_for_it(void **state)
{
	size_t len;
	uint8_t *packed = pack(&len);

	setenv("TMPDIR", "/nonexistent/folder", 1);
	expect_refusal(packed, len, LH_EIO, "/nonexistent/folder: No such file or directory: set TMPDIR");
	unsetenv("TMPDIR");
	free(packed);
}

/* Past the limit a write would be a signal that kills. */
static void test_file_size_limit(void **state)
{
	struct rlimit before, limit;
	struct lh_target *target = NULL;
	size_t len;
	uint8_t *packed = pack(&len);

	write_file(packed, len);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = LOAD;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(lh_target_open_core(ctx, path, NULL, &target), -LH_EIO);
	setrlimit(RLIMIT_FSIZE, &before);
	expect_words("longer than 1.0 MB");
	free(packed);
}

static int on_progress(const struct lh_progress *progress, void *arg)
{
	unsigned *calls = arg;

	if (strcmp(progress->phase, "decompressing") != 0)
		return 0;
	++*calls;
	assert_true(progress->done <= progress->total && progress->total > 0);
	return 1;
}

static void test_interrupted(void **state)
{
	unsigned calls = 0;
	size_t len;
	uint8_t *packed = pack(&len);

	lh_ctx_set_progress(ctx, on_progress, &calls);
	expect_refusal(packed, len, LH_EINTR, "decompressing: interrupted");
	lh_ctx_set_progress(ctx, NULL, NULL);
	assert_int_equal(calls, 1);
	lh_ctx_interrupt(ctx);
	expect_refusal(packed, len, LH_EINTR, "decompressing: interrupted");
	expect_whole(packed, len);
	free(packed);
}

#define EACH(f)                                                      \
	{#f " gzip", f, NULL, NULL, (void *)&compressors[0]},        \
		{#f " xz", f, NULL, NULL, (void *)&compressors[1]},  \
		{#f " lz4", f, NULL, NULL, (void *)&compressors[2]}, \
	{                                                            \
#f " zstd", f, NULL, NULL, (void *)&compressors[3]   \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(test_whole),
		EACH(test_streams_in_a_row),
		EACH(test_cut_short),
		EACH(test_damaged),
		EACH(test_nothing_inside),
		EACH(test_large_but_no_core),
		EACH(test_every_allocation_fails_once),
		EACH(test_without_the_library),
		cmocka_unit_test(test_not_known),
		cmocka_unit_test(test_no_folder_for_it),
		cmocka_unit_test(test_file_size_limit),
		cmocka_unit_test(test_interrupted),
	};

	unsetenv("TMPDIR");
	return cmocka_run_group_tests(tests, setup, teardown);
}
