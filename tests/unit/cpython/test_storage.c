/* SPDX-License-Identifier: Apache-2.0 */
/* Storage of deques (3.11's) that damage has reached: no more blocks are told than memory has room for. */
#include "cpython/storage.h"
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DEQUES 100

struct world {
	struct fake *f;
	struct lh_type type;
	uint64_t told;
};

static uint32_t at(const struct world *w, enum lh_field field)
{
	return lh_layout_at(&w->f->heap.layout, field);
}

static void on_owned(void *arg, uint64_t addr, bool guess)
{
	struct world *w = arg;

	assert_false(guess);
	assert_true(addr >= FAKE_BASE);
	w->told++;
}

static uint64_t put_deque(struct world *w, uint64_t first, uint64_t last)
{
	uint64_t deque = fake_storage(w->f, 256);

	fake_put(w->f, deque + at(w, LH_F_DEQUE_LEFTBLOCK), first);
	fake_put(w->f, deque + at(w, LH_F_DEQUE_RIGHTBLOCK), last);
	return deque;
}

static void visit(struct world *w, struct lh_owner *owner, uint64_t addr)
{
	struct lh_object o = {.addr = addr, .bytes = fake_at(w->f, addr), .type = &w->type};

	lh_storage_visit(owner, &o);
}

static void test_deques(void **state)
{
	struct world w = {.f = fake_new()};
	uint64_t a = fake_storage(w.f, at(&w, LH_F_DEQUE_BLOCK_SIZE)),
		 b = fake_storage(w.f, at(&w, LH_F_DEQUE_BLOCK_SIZE)), whole = put_deque(&w, a, b),
		 circle = put_deque(&w, a, FAKE_BASE);
	struct lh_owner owner = {.heap = &w.f->heap, .fn = on_owned, .arg = &w};

	fake_put(w.f, a + at(&w, LH_F_DEQUE_BLOCK_RIGHTLINK), b);
	fake_put(w.f, b + at(&w, LH_F_DEQUE_BLOCK_RIGHTLINK), a);
	fake_open(w.f);
	w.type.kind = lh_kind_find(w.f->heap.kinds, &w.f->heap.layout, "collections.deque");
	assert_int_equal(w.type.kind->id, LH_KIND_DEQUE);
	owner.view = lh_view_of(w.f->target);
	owner.room = lh_target_bytes(w.f->target);
	visit(&w, &owner, whole);
	assert_int_equal(w.told, 2);
	/* Blocks that many deques share, and that lead in a circle */
	for (unsigned i = 0; i < DEQUES; i++)
		visit(&w, &owner, circle);
	assert_int_equal(w.told, FAKE_MEMORY / at(&w, LH_F_DEQUE_BLOCK_SIZE));
	fake_free(w.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_deques)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
