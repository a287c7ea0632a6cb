/* SPDX-License-Identifier: Apache-2.0 */
/* The struct of a type (PyTypeObject, PyHeapTypeObject) as bytes of the target, before it is in the table of
 * types. */
#ifndef LH_CPYTHON_TYPE_STRUCT_H
#define LH_CPYTHON_TYPE_STRUCT_H

#include "cpython/heap.h"

#define LH_BASES_MAX 64            /* bases above a type, metatypes above a metatype */
#define LH_BASICSIZE_MAX (1 << 20) /* more is not believed of tp_basicsize, tp_itemsize */

/** lh_type_plausible() - Return: the struct of the type at @addr, if the bytes there can be one, its metatype
 * apart; else NULL */
const uint8_t *lh_type_plausible(struct lh_heap *heap, uint64_t addr);
/** lh_type_is_python() - whether a class statement made the type whose struct is at @type (bytes of the
 * target) */
bool lh_type_is_python(struct lh_heap *heap, const uint8_t *type);
/**
 * lh_type_tp_name() - tp_name of the type at @addr, whose struct is at @type: as it stands, or what it must
 * have been
 * Return: 0; LH_ABSENT when nothing tells it (@buf is "").
 */
int lh_type_tp_name(struct lh_heap *heap, uint64_t addr, const uint8_t *type, char *buf, size_t size);

#endif
