/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_CPYTHON_TYPE_NAME_H
#define LH_CPYTHON_TYPE_NAME_H

#include "cpython/heap.h"

/** lh_type_name() - "module.qualname", without builtins. Never NULL: "<type at 0x...>" when it cannot be
 * read. Owned by @type. */
const char *lh_type_name(struct lh_heap *heap, struct lh_type *type);
/**
 * lh_type_name_from_heap() - what tp_name of the type at @addr must have been, where its text is not here
 * @type: its struct. Return: owned by the caller; NULL when nothing tells it, or memory ran out.
 */
char *lh_type_name_from_heap(struct lh_heap *heap, uint64_t addr, const uint8_t *type);
/** lh_last_name() - "Session" of "app.Session" */
static inline const char *lh_last_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

#endif
