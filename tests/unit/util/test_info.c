/* SPDX-License-Identifier: Apache-2.0 */
/* Structs that callers fill: an older caller's, a newer one's, and one whose size was forgotten, for each of them. */
#include "fake_heap.h"
#include "small_result.h"

#include "util/array.h"
#include "util/info.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TAIL 16 /* bytes that a newer libheap.h has and we do not know */

static struct fake *fake;

static int setup(void **state)
{
	fake = fake_new();
	fake_type(fake, 0, "type", 408, 0);
	fake_open(fake);
	return 0;
}

static int teardown(void **state)
{
	fake_free(fake);
	return 0;
}

static const struct lh_region region = {.start = FAKE_BASE, .end = FAKE_BASE + 4096, .readable = true};

static int64_t read_nothing(void *arg, uint64_t addr, void *buf, uint64_t len)
{
	return 0;
}

/* ---- one function per struct: 0, or what the library returned. @bytes: the struct ---- */

static int use_reader(const void *bytes)
{
	struct lh_target *target = NULL;
	int r = lh_target_open_reader(fake->ctx, bytes, NULL, &target);

	lh_target_free(target);
	return r;
}

static int use_target_options(const void *bytes)
{
	const struct lh_reader reader = {.size = sizeof(reader), .read = read_nothing};
	struct lh_target *target = NULL;
	int r = lh_target_open_reader(fake->ctx, &reader, bytes, &target);

	lh_target_free(target);
	return r;
}

/* There is no Python in the fake target; before it is looked for the options are. */
static int use_heap_options(const void *bytes)
{
	struct lh_heap *heap = NULL;
	int r = lh_heap_open(fake->target, bytes, &heap);

	assert_null(heap);
	return r == -LH_ENOPYTHON ? 0 : r;
}

static int use_registers(const void *bytes)
{
	size_t before = fake->target->register_count;
	int r = lh_target_add_thread(fake->target, bytes);

	assert_int_equal(fake->target->register_count, before);
	return r;
}

static int use_query(const void *bytes)
{
	struct lh_object_iter *iter = NULL;
	int r = lh_object_iter_new(&fake->heap, bytes, &iter);

	lh_object_iter_free(iter);
	return r;
}

static int use_style(const void *bytes)
{
	struct lh_result *result = NULL;
	char *text = NULL;
	int r;

	assert_int_equal(small_result(fake->ctx, NULL, 0, &result), 0);
	assert_int_equal(lh_result_finish(result), 0);
	r = lh_result_format(result, bytes, &text, NULL);
	free(text);
	lh_result_free(result);
	return r;
}

static const struct {
	const char *name;
	size_t size, older; /* older: without its last member */
	int (*use)(const void *bytes);
} structs[] = {
#define STRUCT(name, last, use)                                              \
	{                                                                    \
#name, sizeof(struct name), offsetof(struct name, last), use \
	}
	STRUCT(lh_reader, pid, use_reader),
	STRUCT(lh_target_options, stopped, use_target_options),
	STRUCT(lh_heap_options, layout, use_heap_options),
	STRUCT(lh_thread_registers, tid, use_registers),
	STRUCT(lh_object_query, interpreter, use_query),
	STRUCT(lh_style, target, use_style),
};

union bytes {
	size_t size;
	struct lh_reader reader;
	unsigned char all[256];
};

/* The struct with its size set to @size; what is past its @known bytes is @fill. */
static union bytes filled(size_t index, size_t size, size_t known, unsigned char fill)
{
	union bytes bytes = {.all = {0}};

	memset(bytes.all + known, fill, sizeof(bytes.all) - known);
	if (structs[index].use == use_reader)
		bytes.reader.read = read_nothing;
	bytes.size = size;
	return bytes;
}

static int use(size_t index, union bytes bytes)
{
	return structs[index].use(&bytes);
}

/* What is past the size that an older caller sets is not read: it is full of ones. */
static void test_older_caller(void **state)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(structs); i++) {
		size_t older = structs[i].older, size = structs[i].size;

		assert_int_equal(use(i, filled(i, older, older, 0xff)), 0);
		assert_int_equal(use(i, filled(i, size, size, 0xff)), 0);
	}
}

static void test_newer_caller(void **state)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(structs); i++) {
		size_t size = structs[i].size;
		union bytes bytes = filled(i, size + TAIL, size + TAIL, 0xff);

		assert_int_equal(use(i, bytes), 0);
		bytes.all[size + TAIL - 1] = 1;
		assert_int_equal(use(i, bytes), -LH_EUSAGE);
		assert_non_null(strstr(lh_ctx_error(fake->ctx)->text, structs[i].name));
		assert_non_null(strstr(lh_ctx_error(fake->ctx)->text, "a newer libheap.so"));
	}
}

static void test_size_is_not_set(void **state)
{
	static const size_t sizes[] = {0, 7, 4097, SIZE_MAX};

	for (size_t i = 0; i < LH_ARRAY_SIZE(structs); i++)
		for (size_t s = 0; s < LH_ARRAY_SIZE(sizes); s++) {
			assert_int_equal(use(i, filled(i, sizes[s], structs[i].size, 0)), -LH_EUSAGE);
			assert_non_null(strstr(lh_ctx_error(fake->ctx)->text, structs[i].name));
			assert_non_null(strstr(lh_ctx_error(fake->ctx)->text, "its size is not set"));
		}
}

static void test_regions_are_the_readers(void **state)
{
	struct lh_reader reader = {.size = offsetof(struct lh_reader, pid),
				   .read = read_nothing,
				   .regions = &region,
				   .region_count = 1,
				   .pid = 7};
	struct lh_target *target = NULL;

	assert_int_equal(lh_target_open_reader(fake->ctx, &reader, NULL, &target), 0);
	assert_int_equal(target->segment_count, 1);
	assert_int_equal(target->pid, 0);
	lh_target_free(target);
}

/* What the library fills: as much as the caller's struct has, zeros in what the library does not know. */
static void test_library_fills(void **state)
{
	struct {
		size_t size, a, b, c;
	} theirs = {2 * sizeof(size_t), 1, 2, 3};
	const struct {
		size_t size, a, b;
	} ours = {0, 10, 20};

	lh_info_give(&theirs, &ours, sizeof(ours));
	assert_int_equal(theirs.size, 2 * sizeof(size_t));
	assert_int_equal(theirs.a, 10);
	assert_int_equal(theirs.b, 2);
	theirs.size = sizeof(theirs);
	lh_info_give(&theirs, &ours, sizeof(ours));
	assert_int_equal(theirs.b, 20);
	assert_int_equal(theirs.c, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_older_caller),    cmocka_unit_test(test_newer_caller),
		cmocka_unit_test(test_size_is_not_set), cmocka_unit_test(test_regions_are_the_readers),
		cmocka_unit_test(test_library_fills),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
