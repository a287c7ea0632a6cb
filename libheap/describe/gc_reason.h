/* SPDX-License-Identifier: Apache-2.0 */
/* Why no collection has run by itself, in words. */
#ifndef LH_DESCRIBE_GC_REASON_H
#define LH_DESCRIBE_GC_REASON_H

#include "cpython/gc.h"

/** lh_gc_reason() - write one sentence about the main interpreter's collector to @buf */
void lh_gc_reason(struct lh_heap *heap, char *buf, size_t size);

#endif
