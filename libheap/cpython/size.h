/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of an object as sys.getsizeof() would say: its __sizeof__(), and what the collector keeps in front of
 * it. */
#ifndef LH_CPYTHON_SIZE_H
#define LH_CPYTHON_SIZE_H

#include "cpython/object.h"

/**
 * lh_object_bytes() - Return: bytes; where storage is not in the target, or makes no sense, without it.
 * Types of the standard library with a __sizeof__() of their own that is not known here count their basic
 * size: docs/types.md lists them.
 */
uint64_t lh_object_bytes(struct lh_heap *heap, struct lh_view *view, const struct lh_object *object);

/**
 * lh_object_bytes_alone() - bytes of an object where those of all objects are added up
 * Less than lh_object_bytes() when that counts an object that is among them: the buffer of a bytearray is one
 * since 3.15.
 */
uint64_t lh_object_bytes_alone(struct lh_heap *heap, struct lh_view *view, const struct lh_object *object);

/** lh_object_counts_another() - whether the two may differ for objects of @type */
bool lh_object_counts_another(const struct lh_heap *heap, const struct lh_type *type);

/** lh_sized_ring() - the array beside @type's instances that their __sizeof__() counts; NULL: none */
const struct lh_body_ref *lh_sized_ring(const struct lh_heap *heap, const struct lh_type *type);

/** lh_size_counts_buffers() - whether lh_object_bytes() of @type's instances has what is outside of their own block */
bool lh_size_counts_buffers(const struct lh_heap *heap, const struct lh_type *type);

/**
 * lh_type_has_own_sizeof() - whether code that is not known here tells the size of @type's instances: a
 * __sizeof__() of a class or of an extension. What that counts beyond the basic size is in no figure. Slow
 * path.
 */
bool lh_type_has_own_sizeof(struct lh_heap *heap, const struct lh_type *type);

#endif
