/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of a worker beside a parent's, both made by hand. */
#include "analyze/unshared_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START 0x100000
#define PAGES 8
#define PAGE LH_OWN_PAGE
#define ALONE (LH_PAGE_RESIDENT | LH_PAGE_PRIVATE | LH_PAGE_DIRTY)

struct side {
	uint8_t bytes[PAGES * PAGE];
	struct lh_segment segment;
	struct lh_page_run runs[3];
	struct lh_target target;
};

struct pair {
	struct lh_ctx *ctx;
	struct side worker, parent;
};

static void open_side(struct lh_ctx *ctx, struct side *s)
{
	memset(s->bytes, 0x11, sizeof(s->bytes));
	s->segment = (struct lh_segment){START, START + sizeof(s->bytes), s->bytes, NULL, true};
	s->runs[0] = (struct lh_page_run){START, START + sizeof(s->bytes), LH_PAGE_RESIDENT};
	s->target = (struct lh_target){.ctx = ctx,
				       .segments = &s->segment,
				       .segment_count = 1,
				       .pages = s->runs,
				       .page_run_count = 1,
				       .resident_known = true};
}

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));

	*state = p;
	if (!p || lh_ctx_new(&p->ctx) < 0)
		return -1;
	open_side(p->ctx, &p->worker);
	open_side(p->ctx, &p->parent);
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	lh_ctx_free(p->ctx);
	free(p);
	return 0;
}

/* Two pages are shared, the next two are the worker's own, the others are swapped out. */
static void know_pages(struct side *s)
{
	s->runs[0] = (struct lh_page_run){START, START + 2 * PAGE, LH_PAGE_RESIDENT};
	s->runs[1] = (struct lh_page_run){START + 2 * PAGE, START + 4 * PAGE, ALONE};
	s->runs[2] = (struct lh_page_run){START + 4 * PAGE, START + PAGES * PAGE, LH_PAGE_SWAPPED};
	s->target.page_run_count = 3;
	s->target.private_known = true;
}

static void test_as_the_system_says(void **state)
{
	struct pair *p = *state;
	struct lh_own_pages found = {0};

	know_pages(&p->worker);
	p->worker.bytes[0] = 0x22; /* not the worker's own, whatever it is now */
	p->worker.bytes[3 * PAGE + 8 * 65 + 7] = 0x22;
	assert_int_equal(lh_own_pages_find(&p->worker.target, &p->parent.target, &found), 0);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.shared, 2 * PAGE);
	assert_true(found.known && found.items[0].is_equal && !found.items[1].is_equal);
	for (unsigned i = 0; i < LH_OWN_WORDS / 64; i++)
		assert_int_equal(found.items[1].differs[i], i == 1 ? 2 : 0);
	assert_int_equal(lh_own_pages_index(&found, START + 2 * PAGE - 1), 2);
	assert_int_equal(lh_own_pages_index(&found, START + 2 * PAGE), 0);
	assert_int_equal(lh_own_pages_index(&found, START + 4 * PAGE - 1), 1);
	assert_int_equal(lh_own_pages_index(&found, START + 4 * PAGE), 2);
	free(found.items);
}

static void test_equal_pages_of_a_core_are_shared(void **state)
{
	struct pair *p = *state;
	struct lh_own_pages found = {0};

	p->worker.bytes[5 * PAGE] = 0x22;
	assert_int_equal(lh_own_pages_find(&p->worker.target, &p->parent.target, &found), 0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0].addr, START + 5 * PAGE);
	assert_int_equal(found.shared, (PAGES - 1) * PAGE);
	assert_false(found.known);
	free(found.items);
}

/* Of the parent the last page is not here, the one before it is cut, and the first two were never touched. */
static void test_pages_that_the_parent_lacks(void **state)
{
	struct pair *p = *state;
	struct lh_own_pages found = {0};

	p->worker.target.private_known = true;
	p->worker.runs[0].state = ALONE;
	p->parent.segment.end -= PAGE + 8;
	p->parent.runs[0].start += 2 * PAGE;
	assert_int_equal(lh_own_pages_find(&p->worker.target, &p->parent.target, &found), 0);
	assert_int_equal(found.count, PAGES);
	for (unsigned i = 0; i < PAGES; i++)
		assert_int_equal(found.items[i].is_new, i < 2 || i >= PAGES - 2);
	free(found.items);
}

/* Runs of a damaged core begin and end anywhere. */
static void test_runs_that_are_no_pages(void **state)
{
	struct pair *p = *state;
	struct lh_own_pages found = {0};

	p->worker.runs[0] = (struct lh_page_run){START + 1, START + PAGE + 5, LH_PAGE_RESIDENT};
	p->worker.runs[1] = (struct lh_page_run){UINT64_MAX - 100, UINT64_MAX, LH_PAGE_RESIDENT};
	p->worker.target.page_run_count = 2;
	assert_int_equal(lh_own_pages_find(&p->worker.target, &p->parent.target, &found), 0);
	assert_int_equal(found.count, 0);
	free(found.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_as_the_system_says, setup, teardown),
		cmocka_unit_test_setup_teardown(test_equal_pages_of_a_core_are_shared, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages_that_the_parent_lacks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_runs_that_are_no_pages, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
