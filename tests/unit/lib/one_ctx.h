/* SPDX-License-Identifier: Apache-2.0 */
/* One context for all tests of a group: cmocka_run_group_tests(tests, make_ctx, free_ctx). */
#ifndef TESTS_ONE_CTX_H
#define TESTS_ONE_CTX_H

#include "util/array.h" /* before the name is taken: parameters there are called so, too */

static struct lh_ctx *ctx;

static int make_ctx(void **state)
{
	return lh_ctx_new(&ctx);
}

static int free_ctx(void **state)
{
	ctx = lh_ctx_free(ctx);
	return 0;
}

#endif
