/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on paths, components and counts, on a heap of lists made by hand; and what is refused. */
#include "cpython/kinds.h"
#include "fake_heap.h"
#include "libheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/*
 * sys.modules is list 0. It holds 1 at [0] and [1], and 2; 1 holds 3 (and 3 itself), 2 holds 3. 4 and 5 hold each other,
 * 6 holds nothing and nothing holds it.
 */
enum { MODULES, A, B, WANTED, LEFT, RIGHT, ALONE, NODES };

struct case_heap {
	struct fake *f;
	uint64_t list;
};

static void add(struct case_heap *h, unsigned i, uint64_t refcnt, const unsigned *to, size_t count)
{
	uint64_t items[4];

	for (size_t k = 0; k < count; k++)
		items[k] = fake_object(to[k]);
	fake_list(h->f, i, h->list, refcnt, items, count);
}

static struct case_heap make(void)
{
	struct case_heap h = {.f = fake_new()};

	h.list = fake_type(h.f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	add(&h, MODULES, 1, (unsigned[]){A, A, B}, 3);
	add(&h, A, 2, (unsigned[]){WANTED}, 1);
	add(&h, B, 1, (unsigned[]){WANTED}, 1);
	add(&h, WANTED, 3, (unsigned[]){WANTED}, 1);
	add(&h, LEFT, 1, (unsigned[]){RIGHT}, 1);
	add(&h, RIGHT, 1, (unsigned[]){LEFT}, 1);
	add(&h, ALONE, 1, NULL, 0);
	fake_ring(h.f, fake_ring_head(h.f, 0), 0, NODES);
	h.f->interp.modules = fake_object(MODULES);
	fake_open(h.f);
	return h;
}

static void check_step(struct lh_reference_iter *steps, unsigned from, unsigned to, const char *name)
{
	struct lh_reference_info step = {.size = sizeof(step)};
	const char *text;

	assert_int_equal(lh_reference_iter_next(steps, &step), 0);
	assert_int_equal(step.from, fake_object(from));
	assert_int_equal(step.to, fake_object(to));
	assert_int_equal(step.flags, LH_REFERENCE_VISITED);
	assert_int_equal(lh_reference_iter_name(steps, &text), 0);
	assert_string_equal(text, name);
}

static void check_path(struct lh_path_iter *iter, unsigned holder, const char *text, const char *name)
{
	struct lh_root_info root = {.size = sizeof(root)};
	struct lh_path_info path = {.size = sizeof(path)};
	struct lh_reference_info step = {.size = sizeof(step)};
	struct lh_reference_iter *steps;
	const char *told;

	assert_int_equal(lh_path_iter_next(iter, &path), 0);
	assert_int_equal(path.length, 3);
	assert_int_equal(lh_path_iter_root(iter, &root), 0);
	assert_int_equal(root.kind, LH_ROOT_MODULES);
	assert_int_equal(root.object, fake_object(MODULES));
	assert_false(root.stale);
	assert_int_equal(lh_path_iter_root_name(iter, &told), 0);
	assert_string_equal(told, "sys.modules");
	assert_int_equal(lh_path_iter_text(iter, &told), 0);
	assert_string_equal(told, text);
	assert_int_equal(lh_path_iter_steps(iter, &steps), 0);
	check_step(steps, MODULES, holder, name);
	check_step(steps, holder, WANTED, "[0]");
	assert_int_equal(lh_reference_iter_next(steps, &step), LH_DONE);
	lh_reference_iter_free(steps);
}

static void test_paths(void **state)
{
	struct case_heap h = make();
	struct lh_path_info path = {.size = sizeof(path)};
	struct lh_path_query all = {.size = sizeof(all), .all_roots = true};
	struct lh_path_iter *iter;
	const char *text;

	assert_int_equal(lh_path_iter_new(&h.f->heap, fake_object(WANTED), &all, &iter), 0);
	assert_int_equal(lh_path_iter_text(iter, &text), LH_ABSENT);
	check_path(iter, A, "sys.modules[0][0]", "[0]");
	assert_int_equal(lh_path_iter_shape(iter, &text), LH_ABSENT);
	check_path(iter, B, "sys.modules[2][0]", "[2]");
	assert_int_equal(lh_path_iter_next(iter, &path), LH_DONE);
	assert_int_equal(lh_path_iter_text(iter, &text), LH_ABSENT);
	lh_path_iter_free(iter);

	assert_int_equal(lh_path_iter_new(&h.f->heap, fake_object(WANTED), NULL, &iter), 0);
	check_path(iter, A, "sys.modules[0][0]", "[0]");
	assert_int_equal(lh_path_iter_shape(iter, &text), 0);
	assert_string_equal(text, "sys.modules[…][0]");
	assert_int_equal(lh_path_iter_next(iter, &path), LH_DONE);
	lh_path_iter_free(iter);
	fake_free(h.f);
}

static void test_no_paths(void **state)
{
	struct case_heap h = make();
	struct lh_path_query avoid = {.size = sizeof(avoid), .avoid = "other\nlist"};
	struct lh_path_info path = {.size = sizeof(path)};
	struct {
		struct lh_path_query query;
		uint64_t newer;
	} newer = {{.size = sizeof(newer)}, 1};
	struct lh_path_iter *iter = NULL;

	assert_int_equal(lh_path_iter_new(&h.f->heap, fake_object(WANTED) + 8, NULL, &iter), LH_ABSENT);
	assert_int_equal(lh_path_iter_new(&h.f->heap, fake_object(WANTED), &newer.query, &iter), -LH_EUSAGE);
	assert_null(iter);
	assert_int_equal(lh_path_iter_new(&h.f->heap, fake_object(WANTED), &avoid, &iter), 0);
	assert_int_equal(lh_path_iter_next(iter, &path), LH_DONE);
	lh_path_iter_free(iter);
	fake_free(h.f);
}

static void test_roots(void **state)
{
	struct case_heap h = make();
	struct lh_root_info root = {.size = sizeof(root)};
	struct lh_root_iter *iter;
	const char *name;

	h.f->interp.sysdict = FAKE_BASE + 8; /* is not an object */
	assert_int_equal(lh_root_iter_new(&h.f->heap, &iter), 0);
	assert_int_equal(lh_root_iter_next(iter, &root), 0);
	assert_int_equal(root.object, fake_object(MODULES));
	assert_int_equal(root.kind, LH_ROOT_MODULES);
	assert_int_equal(lh_root_iter_name(iter, &name), 0);
	assert_string_equal(name, "sys.modules");
	assert_int_equal(lh_root_iter_next(iter, &root), LH_DONE);
	lh_root_iter_free(iter);
	fake_free(h.f);
}

/* WANTED holds itself, LEFT and RIGHT each other. */
static void test_components(void **state)
{
	struct case_heap h = make();
	struct lh_component_info c = {.size = sizeof(c)};
	struct lh_reference_iter *cycle;
	unsigned garbage = 0, count = 0;
	uint64_t addr;

	for (; lh_component_at(&h.f->heap, count, &c) == 0; count++) {
		unsigned first = c.garbage ? LEFT : WANTED;

		assert_int_equal(c.objects, c.garbage ? 2 : 1);
		assert_false(c.frozen);
		garbage += c.garbage;
		assert_int_equal(lh_component_object_at(&h.f->heap, count, 0, &addr), 0);
		assert_int_equal(addr, fake_object(first));
		assert_int_equal(lh_component_object_at(&h.f->heap, count, c.objects, &addr), LH_DONE);
		assert_int_equal(lh_component_cycle(&h.f->heap, count, &cycle), 0);
		check_step(cycle, first, c.garbage ? RIGHT : WANTED, "[0]");
		lh_reference_iter_free(cycle);
	}
	assert_int_equal(count, 2);
	assert_int_equal(garbage, 1);
	assert_int_equal(lh_component_at(&h.f->heap, count, &c), LH_DONE);
	assert_int_equal(lh_component_at(&h.f->heap, SIZE_MAX, &c), LH_DONE);
	assert_int_equal(lh_component_object_at(&h.f->heap, SIZE_MAX, 0, &addr), LH_DONE);
	assert_int_equal(lh_component_object_at(&h.f->heap, 0, SIZE_MAX, &addr), LH_DONE);
	assert_int_equal(lh_component_cycle(&h.f->heap, count, &cycle), LH_DONE);
	fake_free(h.f);
}

/* Nothing holds ALONE, which is counted once; MODULES is held by the interpreter, which is not in this memory. */
static void test_suspects(void **state)
{
	struct case_heap h = make();
	struct lh_refaudit_summary sum = {.size = sizeof(sum)};
	struct lh_suspect_info s = {.size = sizeof(s)};
	int64_t excess = 0;
	bool alone = false;
	size_t n = 0;

	assert_int_equal(lh_refaudit_summary(&h.f->heap, &sum), 0);
	for (; lh_suspect_at(&h.f->heap, n, &s) == 0; n++) {
		assert_int_equal(s.refcount - (int64_t)s.found, s.unexplained);
		excess += s.unexplained;
		alone |= s.addr == fake_object(ALONE) && s.unexplained == 1 && s.found == 0;
	}
	assert_true(alone);
	assert_int_equal(sum.suspects, n);
	assert_int_equal(sum.excess, excess);
	assert_int_equal(sum.deficit, 0);
	assert_int_equal(lh_suspect_at(&h.f->heap, SIZE_MAX, &s), LH_DONE);
	fake_free(h.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),    cmocka_unit_test(test_no_paths),
		cmocka_unit_test(test_roots),    cmocka_unit_test(test_components),
		cmocka_unit_test(test_suspects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
