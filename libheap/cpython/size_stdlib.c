/* SPDX-License-Identifier: Apache-2.0 */
/* One function per type of the standard library, each the counterpart of its __sizeof__ (Modules/). */
#include "cpython/size.h"
#include "cpython/size_parts.h"

uint64_t lh_size_deque(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t room = lh_layout_constant(&heap->layout, LH_C_DEQUE_BLOCK_ITEMS);
	uint64_t items = lh_field_u64(&heap->layout, o->bytes, LH_F_DEQUE_LEFTINDEX) +
			 lh_deque_length(&heap->layout, o->bytes);

	return (uint64_t)o->type->basicsize +
	       lh_size_times((items + room - 1) / (room ? room : 1),
			     lh_layout_or(&heap->layout, LH_F_DEQUE_BLOCK_SIZE, 0));
}

uint64_t lh_size_array(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	/* struct arraydescr { char typecode; int itemsize; ... } (Modules/arraymodule.c) */
	const uint8_t *descr = lh_view_at(view, lh_field_u64(&heap->layout, o->bytes, LH_F_ARRAY_DESCR), 8);
	uint32_t item = descr ? lh_u32(descr + 4) : 1;

	return (uint64_t)o->type->basicsize +
	       lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_ARRAY_ALLOCATED), item);
}

uint64_t lh_size_buffered(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	return (uint64_t)o->type->basicsize +
	       (lh_field_u64(&heap->layout, o->bytes, LH_F_BUFFERED_BUFFER)
			? lh_size_stored(
				  heap, o->bytes, LH_F_BUFFERED_BUFFER,
				  lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_BUFFERED_SIZE), 1))
			: 0);
}

/* The buffer is counted when no other object shares it. */
uint64_t lh_size_bytesio(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t buffer = lh_field_u64(&heap->layout, o->bytes, LH_F_BYTESIO_BUFFER),
		 size = (uint64_t)o->type->basicsize;
	struct lh_object inner;

	if (lh_layout_has(&heap->layout, LH_F_BYTESIO_BUF_SIZE)) /* 2.7: the buffer is its own */
		return size +
		       (buffer ? lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_BYTESIO_BUF_SIZE),
					       1)
			       : 0);
	if (buffer && lh_object_at(heap, view, buffer, &inner) == 0 && inner.refcnt == 1)
		size += lh_object_bytes(heap, view, &inner);
	return size;
}

/* element_sizeof(): attributes and children, four of them inside. */
uint64_t lh_size_element(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t extra = lh_field_u64(&heap->layout, o->bytes, LH_F_ELEMENT_EXTRA),
		 size = (uint64_t)o->type->basicsize;
	const uint8_t *p =
		extra ? lh_view_at(view, extra, (uint64_t)lh_layout_or(l, LH_F_ELEMENT_EXTRA_SIZE, 0)) : NULL;

	if (!p || !lh_layout_has(l, LH_F_ELEMENT_EXTRA_SIZE))
		return size;
	size += lh_layout_at(l, LH_F_ELEMENT_EXTRA_SIZE);
	if (lh_field_u64(&heap->layout, p, LH_F_ELEMENT_EXTRA_CHILDREN) !=
	    extra + lh_layout_at(l, LH_F_ELEMENT_EXTRA_INLINE))
		size += lh_size_times(lh_field_u64(&heap->layout, p, LH_F_ELEMENT_EXTRA_ALLOCATED), 8);
	return size;
}

/* Arrays of indices that itertools' combinatoric iterators keep. */
static uint64_t indices_size(struct lh_heap *heap, const struct lh_object *o, uint64_t indices)
{
	return (uint64_t)o->type->basicsize +
	       (lh_layout_constant(&heap->layout, LH_C_FEW_SIZEOF) ? 0 : lh_size_times(indices, 8));
}

uint64_t lh_size_combinations(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	return indices_size(heap, o, lh_field_u64(&heap->layout, o->bytes, LH_F_COMBINATIONS_R));
}

uint64_t lh_size_permutations(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	return indices_size(
		heap, o,
		lh_field_u64(&heap->layout, o->bytes, LH_F_PERMUTATIONS_R) +
			lh_size_tuple_length(heap, view,
					     lh_field_u64(&heap->layout, o->bytes, LH_F_PERMUTATIONS_POOL)));
}

uint64_t lh_size_product(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	return indices_size(
		heap, o,
		lh_size_tuple_length(heap, view, lh_field_u64(&heap->layout, o->bytes, LH_F_PRODUCT_POOLS)));
}

/*
 * s_codes: one a run of equal items of the format ("4i" is one), ended by a NULL in its first member, fmtdef
 * (Modules/_struct.c s_sizeof()). s_len counts items, so there are never more codes.
 */
uint64_t lh_size_struct(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t codes = lh_field_u64(&heap->layout, o->bytes, LH_F_STRUCT_CODES),
		 most = lh_field_u64(&heap->layout, o->bytes, LH_F_STRUCT_LENGTH), n = 0, size;

	if (!lh_layout_has(&heap->layout, LH_F_STRUCT_CODE_SIZE) || !codes)
		return (uint64_t)o->type->basicsize;
	size = lh_layout_at(&heap->layout, LH_F_STRUCT_CODE_SIZE);
	while (n < most) {
		const uint8_t *p = lh_view_at(view, codes + n * size, 8);

		if (!p || !lh_u64(p))
			break;
		n++;
	}
	return (uint64_t)o->type->basicsize + (n + 1) * size;
}
