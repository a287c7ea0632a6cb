/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the iterator over references that other files of this room give to callers. */
#ifndef LH_API_REFERENCE_ITER_H
#define LH_API_REFERENCE_ITER_H

#include "cpython/heap.h"

/**
 * lh_reference_iter_along() - the references of each of the @length objects at @way to the next
 * @way: addresses; it becomes the iterator's, and is freed even if that cannot be made
 * @gc_only: as the collector sees them. Return: 0; -LH_ENOMEM.
 */
int lh_reference_iter_along(struct lh_heap *heap, uint64_t *way, size_t length, bool gc_only,
			    struct lh_reference_iter **ret);

#endif
