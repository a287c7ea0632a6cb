/* SPDX-License-Identifier: Apache-2.0 */
/* One check of a heap that was made by hand. Include after cmocka.h. */
#ifndef TESTS_CHECKED_H
#define TESTS_CHECKED_H

#include "fake_heap.h"
#include "verify/checks.h"

static inline void check_with(struct fake *f, struct lh_verify *v, enum lh_check_id check)
{
	*v = (struct lh_verify){.heap = &f->heap, .view = lh_view_of(f->target)};
	v->now = &v->checks[check];
	assert_int_equal(lh_checks[check].run(v), 0);
}

static inline void done(struct fake *f, struct lh_verify *v)
{
	lh_verify_fini(v);
	fake_free(f);
}

static inline void assert_damage(const struct lh_verify *v, size_t i, const char *kind, uint64_t addr)
{
	assert_true(i < v->count);
	assert_string_equal(v->damages[i].kind, kind);
	assert_int_equal(v->damages[i].addr, addr);
}

#endif
