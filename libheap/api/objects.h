/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_API_OBJECTS_H
#define LH_API_OBJECTS_H

#include "inventory/objects.h"

/** lh_object_describe() - fill the caller's struct. @item: its count need not have been read; @bytes: lh_object_bytes() */
void lh_object_describe(struct lh_heap *heap, const struct lh_item *item, uint64_t bytes,
			struct lh_object_info *ret);

#endif
