/* SPDX-License-Identifier: Apache-2.0 */
/* Cores written here, whole and broken in one place each. */
#include "core_writer.h"
#include "target/target.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define PAGE 4096u

static struct lh_ctx *ctx;
static uint8_t page[2 * PAGE], program[3 * PAGE];
static char program_path[] = "/tmp/py-heap-test-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(program_path);

	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)(i * 7 + i / 256);
	program_write(program, 0xab);
	if (fd < 0 || write(fd, program, sizeof(program)) != sizeof(program))
		return -1;
	close(fd);
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	unlink(program_path);
	lh_ctx_free(ctx);
	return 0;
}

static void add_load(struct core_writer *w, uint64_t addr, const void *data, size_t len, uint32_t flags)
{
	w->loads[w->load_count++] =
		(struct writer_load){.addr = addr, .data = data, .len = len, .flags = flags};
}

static struct lh_target *open_image(const void *image, size_t len)
{
	struct lh_target *target = NULL;
	int r = lh_target_open_core_image(ctx, image, len, NULL, &target);

	if (r < 0)
		print_message("%s\n", lh_ctx_error(ctx)->text);
	assert_int_equal(r, 0);
	return target;
}

/* Two neighbours that are one run of bytes, a gap, a third. */
static struct core_writer three_loads(void)
{
	struct core_writer w = {.pid = 4711};

	add_load(&w, 0x10000, page, PAGE, PF_R | PF_W);
	add_load(&w, 0x10000 + PAGE, page + PAGE, PAGE, PF_R | PF_W);
	add_load(&w, 0x30000, page, 100, PF_R);
	return w;
}

static void test_reads(void **state)
{
	struct core_writer w = three_loads();
	size_t len;
	uint8_t *image = core_write(&w, &len), buf[2 * PAGE];
	struct lh_target *target = open_image(image, len);
	struct lh_view view = lh_view_of(target);
	uint64_t value;

	assert_int_equal(target->pid, 4711);
	assert_int_equal(target->segment_count, 2);
	assert_int_equal(lh_target_read(target, 0x10000, buf, sizeof(buf)), 0);
	assert_memory_equal(buf, page, sizeof(buf));
	assert_int_equal(lh_target_u64(target, 0x10ffc, &value), 0);
	assert_memory_equal(&value, page + 0xffc, 8);
	/* zero-copy, across what were two headers */
	assert_memory_equal(lh_view_at(&view, 0x10ff0, 32), page + 0xff0, 32);
	assert_in_range((uintptr_t)lh_view_origin(lh_view_at(&view, 0x10000, 1)), (uintptr_t)image,
			(uintptr_t)image + len);
	assert_null(lh_view_at(&view, 0x11ff0, 17));
	assert_non_null(lh_view_at(&view, 0x11ff0, 16));
	assert_null(lh_view_at(&view, 0x20000, 1));
	assert_null(lh_view_at(&view, UINT64_MAX, 2));
	assert_null(lh_view_at(&view, 0x30000, UINT64_MAX));
	assert_int_equal(lh_target_read(target, 0x30000 + 96, buf, 8), -LH_EFAULT);
	assert_int_equal(lh_ctx_error(ctx)->addr, 0x30000 + 100);
	assert_null(lh_target_segment(target, 0xffff));
	assert_non_null(lh_target_segment(target, 0x10000));
	assert_null(lh_target_segment(target, 0x12000));
	assert_int_equal(target->missing_bytes, 0);
	lh_target_free(target);
	free(image);
}

static void test_writable_memory(void **state)
{
	struct core_writer w = three_loads();
	struct lh_range run = {0};
	uint8_t *image;
	struct lh_target *target;
	size_t len;

	add_load(&w, 0x40000, page, 100, PF_R | PF_W);
	image = core_write(&w, &len);
	target = open_image(image, len);
	assert_true(lh_target_next_writable(target, 0, UINT64_MAX, &run));
	assert_true(run.start == 0x10000 && run.end == 0x10000 + 2 * PAGE);
	assert_true(lh_target_next_writable(target, run.end, UINT64_MAX, &run));
	assert_true(run.start == 0x40000 && run.end == 0x40000 + 100);
	assert_false(lh_target_next_writable(target, run.end, UINT64_MAX, &run));
	/* a part of one, and no end of it */
	assert_true(lh_target_next_writable(target, 0x10008, 0x10010, &run));
	assert_true(run.start == 0x10008 && run.end == 0x10010);
	assert_false(lh_target_next_writable(target, run.end, 0x10010, &run));
	assert_false(lh_target_next_writable(target, 0x20000, 0x40000, &run));
	assert_int_equal(lh_target_bytes(target), 2 * PAGE + 200);
	lh_target_free(target);
	free(image);
}

static void test_strings(void **state)
{
	struct core_writer w = {0};
	size_t len;
	char buf[8];
	uint8_t *image;
	struct lh_target *target;

	add_load(&w, 0x1000, "short\0unterminated", 18, PF_R);
	image = core_write(&w, &len);
	target = open_image(image, len);
	assert_int_equal(lh_target_string(target, 0x1000, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "short");
	assert_int_equal(lh_target_string(target, 0x1006, buf, sizeof(buf)), LH_ABSENT);
	assert_string_equal(buf, "untermi");
	assert_int_equal(lh_target_string(target, 0x100e, buf, sizeof(buf)), LH_ABSENT);
	assert_string_equal(buf, "ated");
	assert_int_equal(lh_target_string(target, 0x9000, buf, sizeof(buf)), LH_ABSENT);
	assert_string_equal(buf, "");
	lh_target_free(target);
	free(image);
}

/* However short the file: an error in words or what is there, never more. */
static void test_every_truncation(void **state)
{
	struct core_writer w = three_loads();
	size_t len, opened = 0;
	uint8_t *image;

	w.files[w.file_count++] = (struct writer_file){0x10000, 0x12000, 0, "/nonexistent/file"};
	image = core_write(&w, &len);
	for (size_t cut = 0; cut < len; cut++) {
		struct lh_target *target = NULL;
		uint8_t *copy = malloc(cut ? cut : 1),
			byte; /* of its own size: sanitizers see each step too far */
		int r;

		memcpy(copy, image, cut);
		r = lh_target_open_core_image(ctx, copy, cut, NULL, &target);
		if (r < 0) {
			assert_int_equal(r, -LH_EFORMAT);
			assert_true(strlen(lh_ctx_error(ctx)->text) > 20);
		} else {
			opened++;
			if (cut > sizeof(Elf64_Ehdr) + 4 * sizeof(Elf64_Phdr))
				assert_int_equal(target->truncated_bytes,
						 len - cut < 2 * PAGE + 100 ? len - cut : 2 * PAGE + 100);
			for (size_t i = 0; i < target->segment_count; i++)
				assert_int_equal(
					lh_target_read(target, target->segments[i].end - 1, &byte, 1), 0);
			lh_target_free(target);
		}
		free(copy);
	}
	assert_true(opened > 2 * PAGE);
	free(image);
}

static void test_overlaps_are_clipped(void **state)
{
	struct core_writer w = {0};
	uint8_t *image, byte;
	size_t len;
	struct lh_target *target;

	add_load(&w, 0x10000, page, PAGE, PF_R);
	add_load(&w, 0x10800, page + 16, PAGE, PF_R);
	add_load(&w, 0x10100, page + 32, 16, PF_R);
	image = core_write(&w, &len);
	target = open_image(image, len);
	assert_int_equal(target->segment_count, 2);
	assert_int_equal(target->segments[0].end, 0x11000);
	assert_int_equal(target->segments[1].start, 0x11000);
	assert_int_equal(target->segments[1].end, 0x11800);
	assert_int_equal(lh_target_read(target, 0x10100, &byte, 1), 0);
	assert_int_equal(byte, page[0x100]);
	assert_int_equal(lh_target_read(target, 0x11000, &byte, 1), 0);
	assert_int_equal(byte, page[16 + 0x800]);
	lh_target_free(target);
	free(image);
}

static void test_extended_count(void **state)
{
	struct core_writer w = three_loads();
	size_t len;
	uint8_t *image, byte;
	struct lh_target *target;

	w.extended_count = true;
	image = core_write(&w, &len);
	target = open_image(image, len);
	assert_int_equal(target->segment_count, 2);
	assert_int_equal(lh_target_read(target, 0x30000 + 99, &byte, 1), 0);
	assert_int_equal(byte, page[99]);
	lh_target_free(target);
	free(image);
}

static void test_wrapping_headers_are_dropped(void **state)
{
	struct core_writer w = three_loads();
	size_t len;
	uint8_t *image = core_write(&w, &len);
	struct lh_target *target;

	core_phdr(image, 1)->p_vaddr = UINT64_MAX - 10;
	core_phdr(image, 2)->p_offset = UINT64_MAX - 10;
	target = open_image(image, len);
	assert_int_equal(target->segment_count, 1);
	assert_int_equal(target->segments[0].start, 0x30000);
	assert_int_equal(target->truncated_bytes, PAGE);
	lh_target_free(target);
	free(image);
}

static void test_notes_past_their_segment(void **state)
{
	struct core_writer w = three_loads();
	size_t len;
	uint8_t *image;
	struct lh_target *target;

	w.files[w.file_count++] = (struct writer_file){0x10000, 0x11000, 0, "/a"};
	w.note_size_lie = 1000;
	image = core_write(&w, &len);
	target = open_image(image, len);
	assert_int_equal(target->pid, 4711);
	assert_null(target->mappings[0].path);
	lh_target_free(target);
	free(image);

	w.note_size_lie = 0;
	w.file_count_lie = UINT64_MAX / 24;
	image = core_write(&w, &len);
	target = open_image(image, len);
	assert_null(target->mappings[0].path);
	lh_target_free(target);
	free(image);
}

static void expect_refusal(const void *data, size_t len, const char *words)
{
	struct lh_target *target = NULL;

	assert_int_equal(lh_target_open_core_image(ctx, data, len, NULL, &target), -LH_EFORMAT);
	assert_null(target);
	if (!strstr(lh_ctx_error(ctx)->text, words))
		fail_msg("'%s' lacks '%s'", lh_ctx_error(ctx)->text, words);
}

static void test_not_a_core(void **state)
{
	uint8_t small[64] = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, 1};
	struct lh_target *target = NULL;

	expect_refusal("", 0, "empty");
	expect_refusal("#!/bin/sh\n", 10, "not an ELF file");
	expect_refusal("\x1f\x8b\x08\0\0\0\0\0", 8, "gzip");
	expect_refusal("\x28\xb5\x2f\xfd\0\0\0\0", 8, "zstd");
	expect_refusal("\x7f"
		       "ELF\2\1\1",
		       7, "cut short");
	expect_refusal(small, sizeof(small), "64-bit");
	expect_refusal(program, sizeof(program), "not the program");
	assert_int_equal(lh_target_open_core(ctx, "/nonexistent/core", NULL, &target), -LH_EIO);
	assert_int_equal(lh_target_open_core(ctx, "/", NULL, &target), -LH_EFORMAT);
	assert_int_equal(lh_target_open_core(ctx, "/dev/null", NULL, &target), -LH_EFORMAT);
	assert_int_equal(lh_target_open_core(ctx, program_path, NULL, &target), -LH_EFORMAT);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "ELF type DYN"));
}

/* The program in memory: headers and data dumped, constants not. */
static struct core_writer with_program(const char *path)
{
	struct core_writer w = {.at_phdr = 0x500040};

	add_load(&w, 0x500000, program, PAGE, PF_R);
	add_load(&w, 0x501000, NULL, 0, PF_R);
	w.loads[1].memsz = PAGE;
	add_load(&w, 0x502000, page, PAGE, PF_R | PF_W);
	add_load(&w, 0x503000, page, PAGE, PF_R | PF_W);
	for (uint64_t i = 0; i < 3; i++)
		w.files[w.file_count++] =
			(struct writer_file){0x500000 + i * PAGE, 0x501000 + i * PAGE, i, path};
	return w;
}

static void test_module(void **state)
{
	struct core_writer w = with_program(program_path);
	size_t len;
	uint8_t *image = core_write(&w, &len);
	struct lh_target *target = open_image(image, len);
	const struct lh_module *m = &target->modules[0];
	char text[16];

	assert_int_equal(target->module_count, 1);
	assert_true(m->main);
	assert_string_equal(m->path, program_path);
	assert_string_equal(target->executable, program_path);
	assert_int_equal(m->start, 0x500000);
	assert_int_equal(m->end, 0x504000);
	assert_int_equal(m->bias, 0x500000);
	assert_int_equal(m->build_id_len, 20);
	assert_int_equal(m->build_id[19], 0xab);
	assert_ptr_equal(lh_target_module(target, 0x503fff), m);
	assert_null(lh_target_module(target, 0x504000));
	/* constants from the file, data from the core */
	assert_int_equal(lh_target_string(target, 0x501000, text, sizeof(text)), 0);
	assert_string_equal(text, "constant");
	assert_int_equal(lh_target_read(target, 0x502000, text, sizeof(text)), 0);
	assert_memory_equal(text, page, sizeof(text));
	assert_int_equal(target->missing_bytes, 0);
	assert_int_equal(lh_target_mapping(target, 0x501000)->offset, 0x1000);
	lh_target_free(target);
	free(image);
}

/* A file of another build is worse than none. */
static void test_module_of_another_build(void **state)
{
	struct core_writer w = with_program(program_path);
	size_t len;
	uint8_t *image = core_write(&w, &len), byte;
	struct lh_target *target;

	image[core_phdr(image, 1)->p_offset + 0x210] ^= 1;
	target = open_image(image, len);
	assert_int_equal(target->module_count, 1);
	assert_int_equal(lh_target_read(target, 0x501000, &byte, 1), -LH_EFAULT);
	assert_int_equal(target->missing_bytes, PAGE);
	lh_target_free(target);
	free(image);
}

/* Where the file is: --exe, or below --sysroot. */
static void test_module_elsewhere(void **state)
{
	struct lh_target_options options = {.size = sizeof(options), .exe = program_path};
	struct core_writer w = with_program("/nonexistent/python");
	struct lh_target *target;
	size_t len;
	uint8_t *image = core_write(&w, &len), byte;

	assert_int_equal(lh_target_open_core_image(ctx, image, len, &options, &target), 0);
	assert_int_equal(lh_target_read(target, 0x501000, &byte, 1), 0);
	assert_string_equal(target->modules[0].path, "/nonexistent/python");
	lh_target_free(target);
	free(image);

	w = with_program(program_path + strlen("/tmp"));
	image = core_write(&w, &len);
	options = (struct lh_target_options){.size = sizeof(options), .sysroot = "/tmp"};
	assert_int_equal(lh_target_open_core_image(ctx, image, len, &options, &target), 0);
	assert_int_equal(lh_target_read(target, 0x501000, &byte, 1), 0);
	lh_target_free(target);
	free(image);
}

/* Bytes that a truncated core lost must not come from the file: they were relocated since. */
static void test_truncated_module_is_not_filled(void **state)
{
	struct core_writer w = with_program(program_path);
	size_t len;
	uint8_t *image, byte;
	struct lh_target *target;

	w.loads[1] =
		(struct writer_load){.addr = 0x501000, .data = program + PAGE, .len = PAGE, .flags = PF_R};
	image = core_write(&w, &len);
	target = open_image(image, len - 2 * PAGE - 100);
	assert_int_equal(lh_target_read(target, 0x501000, &byte, 1), 0);
	assert_int_equal(lh_target_read(target, 0x501fff, &byte, 1), -LH_EFAULT);
	assert_int_equal(target->truncated_bytes, 2 * PAGE + 100);
	assert_int_equal(target->missing_bytes, 2 * PAGE + 100);
	lh_target_free(target);
	free(image);
}

/* Paths in a core are somebody else's words: no device, no pipe is opened for them. */
static void test_only_regular_files_are_opened(void **state)
{
	char pipe_path[] = "/tmp/py-heap-pipe-XXXXXX";
	struct core_writer w;
	struct lh_target *target;
	uint8_t *image;
	size_t len;

	close(mkstemp(pipe_path));
	unlink(pipe_path);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	w = with_program(pipe_path); /* opening it would block for ever */
	image = core_write(&w, &len);
	target = open_image(image, len);
	assert_int_equal(target->missing_bytes, PAGE);
	lh_target_free(target);
	free(image);
	unlink(pipe_path);
}

/* Every byte of the headers and notes, set to what breaks sums. */
static void test_every_byte_is_hostile(void **state)
{
	static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
	struct core_writer w = with_program("/nonexistent/python");
	size_t len, end;
	uint8_t *image = core_write(&w, &len), byte;

	end = core_phdr(image, 1)->p_offset + 0x240;
	for (size_t at = 0; at < end; at++)
		for (size_t k = 0; k < sizeof(values); k++) {
			uint8_t *copy = malloc(len);
			struct lh_target *target = NULL;

			memcpy(copy, image, len);
			copy[at] = values[k];
			if (lh_target_open_core_image(ctx, copy, len, NULL, &target) == 0)
				for (size_t i = 0; i < target->segment_count; i++)
					assert_int_equal(
						lh_target_read(target, target->segments[i].end - 1, &byte, 1),
						0);
			lh_target_free(target);
			free(copy);
		}
	free(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_writable_memory),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_overlaps_are_clipped),
		cmocka_unit_test(test_extended_count),
		cmocka_unit_test(test_wrapping_headers_are_dropped),
		cmocka_unit_test(test_notes_past_their_segment),
		cmocka_unit_test(test_not_a_core),
		cmocka_unit_test(test_module),
		cmocka_unit_test(test_module_of_another_build),
		cmocka_unit_test(test_module_elsewhere),
		cmocka_unit_test(test_truncated_module_is_not_filled),
		cmocka_unit_test(test_only_regular_files_are_opened),
		cmocka_unit_test(test_every_byte_is_hostile),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
