/* SPDX-License-Identifier: Apache-2.0 */
/* Why a collection has not run by itself, in words. */
#ifndef LH_DESCRIBE_GC_REASON_H
#define LH_DESCRIBE_GC_REASON_H

#include "cpython/gc.h"

/** lh_gc_reason() - one sentence of the main interpreter's collector into @buf */
void lh_gc_reason(struct lh_heap *heap, char *buf, size_t size);

#endif
