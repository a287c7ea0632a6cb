/* SPDX-License-Identifier: Apache-2.0 */
/* Contents and containers (3.11's) whose lengths and tables are damaged; more contents than are kept. */
#include "analyze/duplicates.h"
#include "analyze/rebuilt.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { TYPE_BYTES = 1, TYPE_LIST, TYPE_DICT, TYPE_SET };

struct world {
	struct fake *f;
	uint64_t bytes, list, dict, set; /* types */
	struct lh_duplicates duplicates;
	struct lh_view view;
};

static uint32_t at(const struct world *w, enum lh_field field)
{
	return lh_layout_at(&w->f->heap.layout, field);
}

static struct world make_world(void)
{
	struct world w = {.f = fake_new()};

	w.f->heap.build = w.f->heap.layout.build;
	w.bytes = fake_type(w.f, TYPE_BYTES, "bytes", 33, LH_TPFLAG_BYTES_SUBCLASS);
	w.list = fake_type(w.f, TYPE_LIST, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	w.dict = fake_type(w.f, TYPE_DICT, "dict", 48, LH_TPFLAG_DICT_SUBCLASS | LH_TPFLAG_HAVE_GC);
	w.set = fake_type(w.f, TYPE_SET, "set", 200, LH_TPFLAG_HAVE_GC);
	return w;
}

static uint64_t put_object(struct world *w, uint64_t type, uint64_t size)
{
	uint64_t addr = fake_storage(w->f, size);

	fake_put(w->f, addr + at(w, LH_F_OBJECT_REFCNT), 1);
	fake_put(w->f, addr + at(w, LH_F_OBJECT_TYPE), type);
	return addr;
}

static uint64_t put_bytes(struct world *w, const char *text, uint64_t length)
{
	uint64_t addr = put_object(w, w->bytes, 64 + strlen(text));

	fake_put(w->f, addr + at(w, LH_F_VAR_SIZE), length);
	memcpy(fake_at(w->f, addr + at(w, LH_F_BYTES_DATA)), text, strlen(text));
	return addr;
}

static void open_world(struct world *w)
{
	fake_open(w->f);
	w->view = lh_view_of(w->f->target);
	lh_duplicates_init(&w->duplicates, &w->f->heap);
}

static void close_world(struct world *w)
{
	lh_duplicates_fini(&w->duplicates);
	fake_free(w->f);
}

static struct lh_object read_object(struct world *w, uint64_t addr)
{
	struct lh_object object;

	assert_int_equal(lh_object_at(&w->f->heap, &w->view, addr, &object), 0);
	return object;
}

static void add(struct world *w, uint64_t addr)
{
	struct lh_object object = read_object(w, addr);

	assert_true(lh_duplicates_have(object.type));
	assert_int_equal(lh_duplicates_add(&w->duplicates, &object, 40), 0);
}

static uint64_t saves(struct world *w, uint64_t addr)
{
	struct lh_object object = read_object(w, addr);
	uint64_t items;

	return lh_rebuilt_saves(&w->f->heap, &w->view, &object, &items);
}

static void test_equal_contents(void **state)
{
	struct world w = make_world();
	uint64_t some[] = {put_bytes(&w, "spam", 4), put_bytes(&w, "eggs", 4), put_bytes(&w, "spam", 4),
			   put_bytes(&w, "spa", 3),  put_bytes(&w, "", 0),     put_bytes(&w, "", 0)};

	open_world(&w);
	for (size_t i = 0; i < 6; i++)
		add(&w, some[i]);
	assert_int_equal(w.duplicates.count, 4);
	assert_int_equal(w.duplicates.items[0].count, 2);
	assert_int_equal(lh_content_waste(&w.duplicates.items[0]), 40);
	assert_int_equal(w.duplicates.skipped, 0);
	close_world(&w);
}

static void test_lengths_beyond_memory(void **state)
{
	struct world w = make_world();
	uint64_t some[] = {put_bytes(&w, "spam", FAKE_MEMORY), put_bytes(&w, "spam", UINT64_MAX),
			   put_bytes(&w, "spam", 1ull << 31)};

	open_world(&w);
	for (size_t i = 0; i < 3; i++)
		add(&w, some[i]);
	assert_int_equal(w.duplicates.count, 0);
	assert_int_equal(w.duplicates.skipped, 3);
	close_world(&w);
}

static void test_more_contents_than_are_kept(void **state)
{
	struct world w = make_world();
	uint64_t some[] = {put_bytes(&w, "a", 1), put_bytes(&w, "b", 1), put_bytes(&w, "a", 1),
			   put_bytes(&w, "b", 1)};

	open_world(&w);
	w.duplicates.max = 1;
	for (size_t i = 0; i < 4; i++)
		add(&w, some[i]);
	assert_int_equal(w.duplicates.count, 1);
	assert_int_equal(w.duplicates.items[0].count, 2);
	assert_int_equal(w.duplicates.skipped, 2);
	close_world(&w);
}

static void test_damaged_containers(void **state)
{
	struct world w = make_world();
	uint64_t list = put_object(&w, w.list, 64), dict = put_object(&w, w.dict, 64),
		 set = put_object(&w, w.set, 256), table = fake_storage(w.f, 0x1000);

	fake_put(w.f, list + at(&w, LH_F_VAR_SIZE), 3);
	fake_put(w.f, list + at(&w, LH_F_LIST_ITEMS), table);
	fake_put(w.f, list + at(&w, LH_F_LIST_ALLOCATED), 1ull << 60);
	fake_put(w.f, dict + at(&w, LH_F_DICT_USED), UINT64_MAX);
	fake_put(w.f, dict + at(&w, LH_F_DICT_KEYS), FAKE_BASE + FAKE_MEMORY - 8);
	fake_put(w.f, set + at(&w, LH_F_SET_USED), 1);
	fake_put(w.f, set + at(&w, LH_F_SET_MASK), UINT64_MAX - 1);
	fake_put(w.f, set + at(&w, LH_F_SET_TABLE), table);
	open_world(&w);
	assert_int_equal(saves(&w, list), 0);
	assert_int_equal(saves(&w, dict), 0);
	assert_int_equal(saves(&w, set), 0);
	close_world(&w);
}

static void test_room_of_a_list(void **state)
{
	struct world w = make_world();
	uint64_t list = put_object(&w, w.list, 64);

	fake_put(w.f, list + at(&w, LH_F_VAR_SIZE), 3);
	fake_put(w.f, list + at(&w, LH_F_LIST_ITEMS), fake_storage(w.f, 64));
	fake_put(w.f, list + at(&w, LH_F_LIST_ALLOCATED), 8);
	open_world(&w);
	assert_int_equal(saves(&w, list), 40);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_contents),
		cmocka_unit_test(test_lengths_beyond_memory),
		cmocka_unit_test(test_more_contents_than_are_kept),
		cmocka_unit_test(test_damaged_containers),
		cmocka_unit_test(test_room_of_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
