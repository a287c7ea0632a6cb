/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of a process that claims a large part of its address space. */
#include "analyze/memory_parts.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CLAIMED (1ull << 46)
#define CHUNK 0x3000u

/* A mapping of 64 TB with half a MB that is here: one chunk of malloc's, and nothing else. */
static void test_reserved(void **state)
{
	struct fake *f = fake_new();
	struct lh_memory memory = {0};
	const struct lh_owned owned = {.heap = &f->heap};
	const struct lh_regions regions = {.chunks.glibc.count = 1};
	struct lh_memory_work w = {.heap = &f->heap, .memory = &memory, .regions = &regions, .owned = &owned};
	const struct lh_run run = {FAKE_BASE - CLAIMED / 2, FAKE_BASE + CLAIMED / 2, LH_REGION_ANONYMOUS, 0};

	memset(f->memory, 0, sizeof(f->memory));
	fake_put(f, FAKE_BASE + 0x1008, CHUNK | 2);
	fake_open(f);
	w.view = lh_view_of(f->target);
	w.resident = lh_resident_of(f->target);
	lh_memory_anonymous(&w, &run);
	assert_int_equal(w.leaves[LH_LEAF_MAPPED_HEADERS].bytes, 16);
	assert_int_equal(w.leaves[LH_LEAF_MAPPED_NATIVE].bytes, CHUNK - 16);
	assert_int_equal(w.leaves[LH_LEAF_UNEXPLAINED].bytes, CLAIMED - CHUNK);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_reserved)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
