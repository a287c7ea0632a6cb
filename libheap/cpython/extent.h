/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far an object reaches in its own block. What looks like an object is not one if it is larger than any block
 * there can be: a C string written over an int whose type word is still there says that it has 2^50 digits.
 */
#ifndef LH_CPYTHON_EXTENT_H
#define LH_CPYTHON_EXTENT_H

#include "cpython/object.h"

/** lh_memory_has_large() - lh_memory_has_room(), for sizes above a pool's largest block */
bool lh_memory_has_large(const struct lh_heap *heap, uint64_t addr, uint64_t bytes);
/** lh_memory_has_room() - whether what a process may have allocated at @addr can have @bytes: no block of a
 * pool has more than 512, and nothing is larger than what is mapped. */
static inline bool lh_memory_has_room(const struct lh_heap *heap, uint64_t addr, uint64_t bytes)
{
	return bytes <= LH_POOL_BLOCK_MAX || lh_memory_has_large(heap, addr, bytes);
}

/** lh_instance_extent() - lh_object_extent(), for types whose instances differ */
uint64_t lh_instance_extent(const struct lh_heap *heap, const uint8_t *bytes, const struct lh_type *type);
/** lh_object_extent() - bytes from the object's address on that its own block must have, storage elsewhere
 * apart */
static inline uint64_t lh_object_extent(const struct lh_heap *heap, const uint8_t *bytes,
					const struct lh_type *type)
{
	return type->extent ? type->extent : lh_instance_extent(heap, bytes, type);
}

#endif
