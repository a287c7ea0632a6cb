/* SPDX-License-Identifier: Apache-2.0 */
/* A core's file with a hole, read for words. */
#include "core_writer.h"
#include "target/word_run.h"
#include "util/bytes.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct lh_ctx *ctx;
static uint8_t page[8192];

static int setup(void **state)
{
	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)(i * 7 + i / 256);
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	lh_ctx_free(ctx);
	return 0;
}

#define HOLE (1u << 20)

/* A core of one segment: 100 bytes, the rest of a hole's MB, 8 KB; not aligned to anything. */
static void write_sparse(const char *path)
{
	struct core_writer w = {0};
	size_t len, at;
	uint8_t *image;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);

	w.loads[w.load_count++] =
		(struct writer_load){.addr = 0x10000, .data = page, .len = 100, .flags = PF_R | PF_W};
	image = core_write(&w, &len);
	at = core_phdr(image, 1)->p_offset;
	core_phdr(image, 1)->p_filesz = core_phdr(image, 1)->p_memsz = HOLE + sizeof(page);
	assert_int_equal(write(fd, image, at + 100), at + 100);
	assert_int_equal(pwrite(fd, page, sizeof(page), (off_t)(at + HOLE)), sizeof(page));
	close(fd);
	free(image);
}

/* What is passed over is zeros and most of the hole; the rest comes word by word. */
static void test_holes_are_passed_over(void **state)
{
	static const char path[] = "/tmp/py-heap-test-sparse";
	struct lh_target *target = NULL;
	struct lh_view view;
	uint64_t end = 0x10000 + HOLE + sizeof(page), passed = 0, n;

	unlink(path);
	write_sparse(path);
	assert_int_equal(lh_target_open_core(ctx, path, NULL, &target), 0);
	view = lh_view_of(target);
	assert_null(lh_view_run(&view, 0, &n));
	assert_int_equal(n, 0x10000);
	for (uint64_t at = 0x10000; at < end; at += n) {
		const uint8_t *all = lh_view_at(&view, 0x10000, end - 0x10000),
			      *p = lh_view_run(&view, at, &n);

		assert_in_range(n, 8, end - at);
		assert_int_equal(n & 7, 0);
		assert_true(!p || p == all + (at - 0x10000));
		for (uint64_t i = 0; !p && i < n; i++)
			assert_int_equal(all[at - 0x10000 + i], 0);
		passed += p ? 0 : n;
	}
	assert_in_range(passed, HOLE - (64 << 10), HOLE);
	assert_null(lh_view_run(&view, end, &n));
	assert_int_equal(n, UINT64_MAX - end);
	lh_target_free(target);
	unlink(path);
}

/* All words that are not zeros are in the runs, each once; the first and the last are whole. */
static void test_runs_of_words(void **state)
{
	static const char path[] = "/tmp/py-heap-test-words";
	uint64_t start = 0x10003, end = 0x10000 + HOLE + sizeof(page), sum = 0, expected = 0, last = 0;
	struct lh_target *target;
	struct lh_word_run run;
	struct lh_view view;
	const uint8_t *all;

	write_sparse(path);
	assert_int_equal(lh_target_open_core(ctx, path, NULL, &target), 0);
	view = lh_view_of(target);
	all = lh_view_at(&view, 0x10000, end - 0x10000);
	for (uint64_t at = 0x10008; at + 8 <= end - 3; at += 8)
		expected += lh_u64(all + (at - 0x10000)) * at;
	run = lh_word_run_of(start, end - 3);
	while (lh_word_run_next(&run, &view, 4096)) {
		assert_in_range(run.len, 8, 4096);
		assert_int_equal((run.len | run.at) & 7, 0);
		assert_in_range(run.at, last ? last : start, end - 3 - run.len);
		for (uint64_t i = 0; i < run.len; i += 8)
			sum += lh_u64(run.words + i) * (run.at + i);
		last = run.at + run.len;
	}
	assert_true(expected && sum == expected);
	run = lh_word_run_of(0x10000, 0x10007);
	assert_false(lh_word_run_next(&run, &view, 4096));
	run = lh_word_run_of(0x10010, 0x10000);
	assert_false(lh_word_run_next(&run, &view, 4096));
	run = lh_word_run_of(UINT64_MAX - 3, UINT64_MAX);
	assert_false(lh_word_run_next(&run, &view, 4096));
	lh_target_free(target);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holes_are_passed_over),
		cmocka_unit_test(test_runs_of_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
