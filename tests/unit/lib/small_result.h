/* SPDX-License-Identifier: Apache-2.0 */
/* A result small enough to say what it must look like, down to the byte. */
#ifndef TESTS_SMALL_RESULT_H
#define TESTS_SMALL_RESULT_H

#include "result/result_impl.h"

static const struct lh_column small_columns[] = {
	{"type", NULL, LH_K_TEXT},
	{"count", NULL, LH_K_COUNT},
	{"bytes", "SIZE", LH_K_BYTES},
	{"address", NULL, LH_K_ADDR, true},
	{},
};

struct small_row {
	const char *type;
	int64_t count, bytes;
	uint64_t addr;
};

/* The context lives as long as the test: a result may fail into it at any time. */
static inline int small_result(struct lh_ctx *ctx, const struct small_row *rows, size_t count,
			       struct lh_result **ret)
{
	_cleanup_(lh_result_freep) struct lh_result *result = NULL;
	int r = lh_result_new(ctx, "small", &result);

	if (r != 0)
		return r;
	result->target = (struct lh_heap_description){.kind = "core", .path = "c", .python = "3.11.7"};
	lh_result_columns(result, small_columns, "bytes");
	for (size_t i = 0; r == 0 && i < count; i++)
		r = lh_result_row(result,
				  (struct lh_value[]){LH_TEXT(rows[i].type), LH_COUNT(rows[i].count),
						      rows[i].bytes < 0 ? LH_NULL : LH_BYTES(rows[i].bytes),
						      LH_ADDR(rows[i].addr)});
	if (r == 0)
		*ret = lh_take(result);
	return r;
}

#endif
