/* SPDX-License-Identifier: Apache-2.0 */
/* What fills the heap: objects and bytes by type. */
#ifndef LH_ANALYZE_TYPE_COUNTS_H
#define LH_ANALYZE_TYPE_COUNTS_H

#include "inventory/objects.h"

struct lh_type_count {
	uint64_t count, bytes, tracked;
	uint64_t native; /* bytes of native memory that they own (owned.h); 0 if it was not asked for */
};

struct lh_type_counts {
	struct lh_type_count *types; /* by lh_type.index */
	size_t capacity;
	uint64_t objects, bytes, tracked, native;
	struct lh_findings findings;
};

/** lh_type_counts_take() - count all live objects, or only tracked ones; @native: and the native memory that all objects own.
 * Return: 0, -LH_E*. Free with lh_type_counts_fini(). */
int lh_type_counts_take(struct lh_heap *heap, bool tracked_only, bool native, struct lh_type_counts *ret);
/** lh_type_counts_native() - add the native memory that objects of types own to counts of all of them. @types: by lh_type.index.
 * @sum: of all types, likewise. Return: 0, -LH_E*. */
int lh_type_counts_native(struct lh_heap *heap, struct lh_type_count *types, size_t count, uint64_t *sum);
void lh_type_counts_fini(struct lh_type_counts *counts);

#endif
