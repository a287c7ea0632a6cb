/* SPDX-License-Identifier: Apache-2.0 */
/* What a copy of a container would have less: dict(d), l[:], set(s). */
#ifndef LH_ANALYZE_REBUILT_H
#define LH_ANALYZE_REBUILT_H

#include "cpython/object.h"

/**
 * lh_rebuilt_saves() - bytes of the table of a dict, list or set that its copy does without
 * @ret_items: how many it has. Return: bytes; 0 where the copy is no smaller, for other types, and for dicts that share
 * their keys.
 */
uint64_t lh_rebuilt_saves(struct lh_heap *heap, struct lh_view *view, const struct lh_object *object,
			  uint64_t *ret_items);

#endif
