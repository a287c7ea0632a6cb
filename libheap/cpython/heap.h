/* SPDX-License-Identifier: Apache-2.0 */
/* A target whose CPython was found and whose layout was proved. */
#ifndef LH_CPYTHON_HEAP_H
#define LH_CPYTHON_HEAP_H

#include "layout/layout.h"
#include "target/target.h"

struct lh_heap {
	struct lh_ctx *ctx;
	struct lh_target *target;
	struct lh_layout layout;
};

#endif
