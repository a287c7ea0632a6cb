/* SPDX-License-Identifier: Apache-2.0 */
/* Fields proved on objects: a function whose __code__ is what a test makes of it. */
#include "discover/prove.h"
#include "fake_heap.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* One function in the oldest generation; its code is an object of type @code_type. */
static struct fake *make(const char *code_type)
{
	struct fake *f = fake_new();
	const struct lh_layout *l = &f->heap.layout;
	uint64_t function = fake_type(f, 1, "function", 152, LH_TPFLAG_HAVE_GC);
	uint64_t code = fake_storage(f, 256);

	fake_put(f, fake_object(0) + lh_layout_at(l, LH_F_OBJECT_REFCNT), 1);
	fake_put(f, fake_object(0) + lh_layout_at(l, LH_F_OBJECT_TYPE), function);
	fake_put(f, fake_object(0) + lh_layout_at(l, LH_F_FUNCTION_CODE), code);
	fake_put(f, code + lh_layout_at(l, LH_F_OBJECT_REFCNT), 1);
	fake_put(f, code + lh_layout_at(l, LH_F_OBJECT_TYPE), fake_type(f, 2, code_type, 200, 0));
	fake_ring(f, fake_ring_head(f, 2), 0, 1);
	fake_open(f);
	return f;
}

static void test_field_is_proved(void **state)
{
	struct fake *f = make("code");

	assert_int_equal(lh_prove_fields(&f->heap, &f->interp), 0);
	assert_non_null(f->heap.layout.proof[LH_F_FUNCTION_CODE]);
	assert_null(f->heap.layout.proof[LH_F_FUNCTION_GLOBALS]); /* NULL in the only function */
	fake_free(f);
}

/* "" came from the fuzzer: a type without a name is among no kinds. */
static void test_field_is_refuted(void **state)
{
	static const char *const others[] = {"dict", "cod", "codec", "c", "|", ""};

	for (size_t i = 0; i < LH_ARRAY_SIZE(others); i++) {
		struct fake *f = make(others[i]);

		assert_int_equal(lh_prove_fields(&f->heap, &f->interp), -LH_ELAYOUT);
		assert_null(f->heap.layout.proof[LH_F_FUNCTION_CODE]);
		fake_free(f);
	}
}

/* A layout without a field that readers take for granted is refused by that field's name, not asserted. */
static void test_layout_without_a_field(void **state)
{
	static const enum lh_field fields[] = {LH_F_OBJECT_SIZE, LH_F_TYPE_DICT, LH_F_KEYS_LOG2_SIZE,
					       LH_F_BYTES_DATA,  LH_F_CODE_SIZE, LH_F_IFRAME_LOCALSPLUS};
	struct fake *f = make("code");
	struct lh_heap *heap = &f->heap;

	assert_int_equal(lh_prove_needed(heap), 0);
	for (size_t i = 0; i < LH_ARRAY_SIZE(fields); i++) {
		uint32_t before = heap->layout.off1[fields[i]];

		assert_int_not_equal(before, 0);
		heap->layout.off1[fields[i]] = 0;
		assert_int_equal(lh_prove_needed(heap), -LH_ELAYOUT);
		assert_non_null(strstr(lh_ctx_error(heap->ctx)->text, lh_field_infos[fields[i]].name));
		heap->layout.off1[fields[i]] = before;
	}
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_field_is_proved),
		cmocka_unit_test(test_field_is_refuted),
		cmocka_unit_test(test_layout_without_a_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
