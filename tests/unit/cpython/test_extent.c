/* SPDX-License-Identifier: Apache-2.0 */
/* Objects at the end of their memory: a static type has the fields of a static one, not those of its metatype's
 * instances. */
#include "cpython/extent.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What lh_object_at() says of a type with @flags that has @room bytes up to the end of all memory. */
static int look_at_end(uint64_t room, uint64_t flags)
{
	struct fake *f = fake_new();
	uint64_t model = fake_type(f, 1, "module.Last", 56, flags), addr = FAKE_BASE + FAKE_MEMORY - room;
	uint64_t size = lh_layout_at(&f->heap.layout, LH_F_TYPE_SIZE);
	struct lh_object o;
	int r;

	for (uint64_t at = 0; at + 8 <= size && at + 8 <= room; at += 8)
		fake_put(f, addr + at, lh_u64(fake_at(f, model + at)));
	fake_open(f);
	r = lh_object_at(&f->heap, &f->heap.view, addr, &o);
	if (r == 0)
		assert_int_equal(lh_object_extent(&f->heap, o.bytes, o.type), room);
	fake_free(f);
	return r;
}

static void test_end_of_segment(void **state)
{
	struct fake *f = fake_new();
	uint64_t static_size = lh_layout_at(&f->heap.layout, LH_F_TYPE_SIZE),
		 heap_size = lh_layout_at(&f->heap.layout, LH_F_HEAPTYPE_SIZE);

	fake_free(f);
	assert_int_equal(look_at_end(static_size, 0), 0);
	assert_int_equal(look_at_end(static_size - 8, 0), LH_ABSENT);
	assert_int_equal(look_at_end(heap_size, LH_TPFLAG_HEAPTYPE), 0);
	assert_int_equal(look_at_end(heap_size - 8, LH_TPFLAG_HEAPTYPE), LH_ABSENT);
}

/* An object whose header alone is there, of a type of @itemsize */
static int look_at_header(uint64_t itemsize)
{
	struct fake *f = fake_new();
	const struct lh_layout *l = &f->heap.layout;
	uint64_t size = lh_layout_at(l, LH_F_OBJECT_SIZE), addr = FAKE_BASE + FAKE_MEMORY - size;
	uint64_t type = fake_type(f, 1, "module.Small", size, 0);
	struct lh_object o;
	int r;

	fake_put(f, type + lh_layout_at(l, LH_F_TYPE_ITEMSIZE), itemsize);
	fake_put(f, addr + lh_layout_at(l, LH_F_OBJECT_REFCNT), 1);
	fake_put(f, addr + lh_layout_at(l, LH_F_OBJECT_TYPE), type);
	fake_open(f);
	r = lh_object_at(&f->heap, &f->heap.view, addr, &o);
	fake_free(f);
	return r;
}

/* A damaged type may have items, and no room for their count. */
static void test_items_without_count(void **state)
{
	assert_int_equal(look_at_header(0), 0);
	assert_int_equal(look_at_header(8), LH_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_end_of_segment),
		cmocka_unit_test(test_items_without_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
