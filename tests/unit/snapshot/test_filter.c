/* SPDX-License-Identifier: Apache-2.0 */
/* What a snapshot keeps of memory that no object owns, wherever the blocks in which it is asked for begin. */
#include "fake_heap.h"
#include "snapshot/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PATH "/usr/lib/python3.11/lib-dynload/_pickle.so"
#define OTHER "/srv/somebody/a secret in four words"
#define AT (FAKE_BASE + FAKE_STORAGE)
#define LEN 256

/* The loader's path of a module, an address, and text that is nobody's. */
static void test_whatever_the_blocks(void **state)
{
	struct fake *f = fake_new();
	static char file[] = "/lib/_pickle.so";
	static struct lh_module module = {.path = file};
	uint8_t expected[LEN] = {0};

	memcpy(fake_at(f, AT + 24), PATH, sizeof(PATH));
	fake_put(f, AT + 96, FAKE_BASE + 16);
	memcpy(fake_at(f, AT + 128), OTHER, sizeof(OTHER));
	memcpy(expected, fake_at(f, AT), 128);
	fake_open(f);
	f->target->modules = &module;
	f->target->module_count = 1;
	for (uint64_t block = 8; block <= LEN; block *= 2) {
		struct lh_snapshot_marks marks;
		struct lh_snapshot_filter filter;
		uint8_t got[LEN] = {0};

		assert_int_equal(lh_kept_init(&marks, f->target, false), 0);
		assert_int_equal(lh_filter_init(&filter, &marks), 0);
		for (uint64_t at = 0; at < LEN; at += block)
			lh_filter_read(&filter, AT + at, block, got + at);
		assert_memory_equal(got, expected, LEN);
		lh_filter_fini(&filter);
		lh_kept_fini(&marks);
	}
	f->target->modules = NULL;
	f->target->module_count = 0;
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whatever_the_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
