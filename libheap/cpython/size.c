/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/size.h"
#include "cpython/extent.h"
#include "cpython/size_parts.h"

uint64_t lh_size_stored(const struct lh_heap *heap, const uint8_t *bytes, enum lh_field at, uint64_t size)
{
	return !lh_layout_has(&heap->layout, at) ||
			       lh_memory_has_room(heap, lh_u64(bytes + lh_layout_at(&heap->layout, at)), size)
		       ? size
		       : 0;
}

uint64_t lh_size_items(const struct lh_heap *heap, const struct lh_object *o)
{
	int64_t n = lh_i64(o->bytes + lh_layout_at(&heap->layout, LH_F_VAR_SIZE));

	return lh_size_times(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, (uint64_t)o->type->itemsize);
}

uint64_t lh_size_plain(const struct lh_heap *heap, const struct lh_object *o)
{
	return (uint64_t)o->type->basicsize + (o->type->itemsize ? lh_size_items(heap, o) : 0);
}

uint64_t lh_size_tuple_length(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	const uint8_t *p =
		addr ? lh_view_at(view, addr, lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS)) : NULL;

	return p ? lh_size_times(lh_u64(p + lh_layout_at(&heap->layout, LH_F_VAR_SIZE)), 1) : 0;
}

bool lh_size_counts_buffers(const struct lh_heap *heap, const struct lh_type *type)
{
	return type->kind->size || lh_sized_ring(heap, type);
}

const struct lh_body_ref *lh_sized_ring(const struct lh_heap *heap, const struct lh_type *type)
{
	const struct lh_body *body = type->body;

	if (!body || !lh_layout_constant(&heap->layout, LH_C_SIZEOF_QUEUE))
		return NULL;
	for (uint32_t i = 0; i < body->count; i++)
		if (body->refs[i].shape == LH_BODY_RING)
			return &body->refs[i];
	return NULL;
}

static uint64_t ring_size(const struct lh_heap *heap, const struct lh_object *o)
{
	const struct lh_body_ref *ring = lh_sized_ring(heap, o->type);
	uint64_t size = ring ? lh_size_times(lh_u64(o->bytes + ring->b), 8) : 0;

	return size && lh_memory_has_room(heap, lh_u64(o->bytes + ring->offset), size) ? size : 0;
}

/* Items where memory has no room for them are not counted. */
static uint64_t default_size(const struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t size = lh_size_plain(heap, o);

	return (lh_memory_has_room(heap, o->addr, size) ? size : (uint64_t)o->type->basicsize) +
	       ring_size(heap, o);
}

/* _PySys_GetSizeOf(): static types have no head, except that 3.11 and 3.12 count one. */
static uint64_t head_size(const struct lh_heap *heap, const struct lh_object *o)
{
	if (lh_is_static_type(&heap->layout, o->bytes, o->type) &&
	    !lh_layout_constant(&heap->layout, LH_C_SIZEOF_TYPE_HEAD))
		return 0;
	return o->type->presize;
}

uint64_t lh_object_bytes(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t size = o->type->kind->size ? o->type->kind->size(heap, view, o) : default_size(heap, o);

	return (size > LH_SIZE_SANE ? (uint64_t)o->type->basicsize : size) + head_size(heap, o);
}

bool lh_object_counts_another(const struct lh_heap *heap, const struct lh_type *type)
{
	return type->kind->id == LH_KIND_BYTEARRAY && lh_layout_has(&heap->layout, LH_F_BYTEARRAY_OBJECT);
}

uint64_t lh_object_bytes_alone(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	if (lh_object_counts_another(heap, o->type))
		return (uint64_t)o->type->basicsize + head_size(heap, o);
	return lh_object_bytes(heap, view, o);
}
