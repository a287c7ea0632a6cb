/* SPDX-License-Identifier: Apache-2.0 */
/* Walking dicts in the order in which Python iterates over them. */
#ifndef LH_CPYTHON_DICT_ITEMS_H
#define LH_CPYTHON_DICT_ITEMS_H

#include "cpython/items_parts.h"

/** lh_items_start_dict() - begin a walk through a dict, for lh_items_start(), which says what it returns */
int lh_items_start_dict(struct lh_items *items, const struct lh_object *object);

#endif
