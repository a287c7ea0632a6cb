/* SPDX-License-Identifier: Apache-2.0 */
/* What the verdict says of heaps that could not be seen as a whole: never an all-clear, and what there is. */
#include "command/invocation.h"
#include "commands/records.h"
#include "fake_heap.h"
#include "result/result_impl.h"
#include "verdict/leaks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OBJECTS 4

/* Lists in sys.modules, in a heap with all that is its own. */
static struct fake *make(void)
{
	static const struct lh_module module;
	struct fake *f = fake_new();
	uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	uint64_t items[OBJECTS];

	for (unsigned i = 1; i < OBJECTS; i++) {
		items[i - 1] = fake_object(i);
		fake_list(f, i, list, 1, NULL, 0);
	}
	fake_list(f, 0, list, 1, items, OBJECTS - 1);
	fake_ring(f, fake_ring_head(f, 0), 0, OBJECTS);
	fake_put(f, fake_storage(f, 8), fake_object(0));
	f->interp.modules = fake_object(0);
	f->heap.module = &module;
	return f;
}

static void assert_says(const char *text, const char *part, bool expected)
{
	if (!text || (strstr(text, part) != NULL) != expected)
		fail_msg("\"%s\" %s \"%s\"", text ? text : "", expected ? "does not say" : "says", part);
}

/* Nothing stands out in any of these; return whether all was seen. */
static bool sees_all(struct fake *f)
{
	struct lh_leaks leaks;
	bool all;

	fake_open(f);
	assert_int_equal(lh_leaks_find(&f->heap, &leaks), 0);
	assert_int_equal(leaks.count, 0);
	assert_says(leaks.looked.text, "Garbage: a collection would free 0 objects, 0 B", true);
	all = !leaks.partly;
	assert_says(leaks.looked.text, "as far as memory could be read", !all && !leaks.unlooked_count);
	lh_leaks_fini(&leaks);
	return all;
}

static void test_whole(void **state)
{
	struct fake *f = make();

	assert_true(sees_all(f));
	fake_free(f);
}

static void test_damage(void **state)
{
	struct fake *f = make();

	f->heap.anomaly = (struct lh_anomaly){"function", "__name__ is a str", 0, 1};
	assert_false(sees_all(f));
	fake_free(f);
}

static void test_module_unknown(void **state)
{
	struct fake *f = make();

	f->heap.module = NULL;
	assert_false(sees_all(f));
	fake_free(f);
}

static void test_torn_ring(void **state)
{
	struct fake *f = make();

	fake_put(f, fake_node(OBJECTS - 1), 0x4141414141410000);
	assert_false(sees_all(f));
	fake_free(f);
}

/* Storage of a list that is not there. */
static void test_storage_missing(void **state)
{
	struct fake *f = make();

	fake_put(f, fake_object(2) + lh_layout_at(&f->heap.layout, LH_F_VAR_SIZE), 100);
	fake_put(f, fake_object(2) + lh_layout_at(&f->heap.layout, LH_F_LIST_ITEMS), 0x414141410000);
	fake_put(f, fake_object(2) + lh_layout_at(&f->heap.layout, LH_F_LIST_ALLOCATED), 100);
	assert_false(sees_all(f));
	fake_free(f);
}

/* A rule that this interpreter has nothing for: the others are asked. */
static void test_not_looked_at(void **state)
{
	struct fake *f = make();
	struct lh_leaks leaks;

	f->heap.build.free_threaded = true;
	fake_open(f);
	assert_int_equal(lh_leaks_find(&f->heap, &leaks), 0);
	assert_int_equal(leaks.unlooked_count, 2);
	assert_string_equal(leaks.unlooked[0].rule, "references");
	assert_string_equal(leaks.unlooked[1].rule, "native_cycles");
	assert_says(leaks.unlooked[0].reason, "without the GIL", true);
	assert_true(leaks.partly);
	assert_says(leaks.looked.text, "Garbage: ", true);
	assert_says(leaks.looked.text, "Interned: ", true);
	assert_says(leaks.looked.text, "References: ", false);
	lh_leaks_fini(&leaks);
	fake_free(f);
}

/* Free with lh_result_free(). */
static struct lh_result *ask(struct fake *f)
{
	struct lh_invocation invocation = {.ctx = f->ctx, .command = &lh_cmd_leaks};
	struct lh_result *result;

	assert_int_equal(lh_result_new(f->ctx, "leaks", &result), 0);
	assert_int_equal(lh_cmd_leaks.run(&invocation, &f->heap, result), 0);
	return result;
}

static bool warns(const struct lh_result *result, const char *code)
{
	for (size_t i = 0; i < result->warning_count; i++)
		if (strcmp(result->warnings[i].code, code) == 0)
			return true;
	return false;
}

/* The command passes on what its analyses warn of, and is not complete. */
static void test_command(void **state)
{
	struct fake *f = make();
	struct lh_result *result;

	f->heap.build.free_threaded = true;
	fake_put(f, fake_node(OBJECTS - 1), 0x4141414141410000);
	fake_open(f);
	result = ask(f);
	assert_true(result->incomplete);
	assert_true(warns(result, "not-looked-at"));
	assert_true(warns(result, "gc-ring-torn"));
	lh_result_free(result);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),           cmocka_unit_test(test_damage),
		cmocka_unit_test(test_module_unknown),  cmocka_unit_test(test_torn_ring),
		cmocka_unit_test(test_storage_missing), cmocka_unit_test(test_not_looked_at),
		cmocka_unit_test(test_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
