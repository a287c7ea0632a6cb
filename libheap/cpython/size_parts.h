/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of lh_object_bytes(). Sizes read from the target are hostile: sums saturate at LH_SIZE_SANE, so a
 * torn object cannot make totals absurd.
 */
#ifndef LH_CPYTHON_SIZE_PARTS_H
#define LH_CPYTHON_SIZE_PARTS_H

#include "cpython/object.h"

#define LH_SIZE_SANE (1ull << 46)

/* 0: more than any memory has. */
static inline uint64_t lh_size_times(uint64_t count, uint64_t size)
{
	return count > LH_SIZE_SANE / (size ? size : 1) ? 0 : count * size;
}

/* size.c. Bytes of storage of an object, when there can be so much where its field @at says; 0: there cannot. */
uint64_t lh_size_stored(const struct lh_heap *heap, const uint8_t *bytes, enum lh_field at, uint64_t size);
/* Of the items of a var-sized object. */
uint64_t lh_size_items(const struct lh_heap *heap, const struct lh_object *o);
/* object.__sizeof__() */
uint64_t lh_size_plain(const struct lh_heap *heap, const struct lh_object *o);
/* Items of the tuple at @addr; 0: there is none. */
uint64_t lh_size_tuple_length(struct lh_heap *heap, struct lh_view *view, uint64_t addr);

/* size_builtins.c, size_stdlib.c, pickle.c: what rows of kinds.c name */
uint64_t lh_size_dict(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_odict(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_list(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_set(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_bytes(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_str(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_bytearray(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_int(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_type(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_code(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_frame(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_generator(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_deque(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_array(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_buffered(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_bytesio(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_element(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_combinations(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_permutations(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_product(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_struct(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_pickler(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);
uint64_t lh_size_unpickler(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o);

#endif
