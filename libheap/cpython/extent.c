/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/extent.h"
#include "cpython/text.h"

#define SIZE_SANE (1ull << 46) /* more than any process has */

bool lh_memory_has_large(const struct lh_heap *heap, uint64_t addr, uint64_t bytes)
{
	return !lh_pymalloc_has(&heap->pymalloc, addr) && lh_target_has_room(heap->target, addr, bytes);
}

/* Bytes of items as a header counts them; where the count makes no sense, more than any memory has. */
static uint64_t extent_of(uint64_t count, uint64_t size)
{
	return size && count > SIZE_SANE / size ? SIZE_SANE : count * size;
}

static uint64_t var_extent(const struct lh_heap *heap, const uint8_t *bytes, const struct lh_type *type)
{
	int64_t n = lh_i64(bytes + lh_layout_at(&heap->layout, LH_F_VAR_SIZE));

	return (uint64_t)type->basicsize +
	       extent_of(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, (uint64_t)type->itemsize);
}

static uint64_t int_extent(const struct lh_heap *heap, const uint8_t *bytes)
{
	bool negative;

	return lh_layout_at(&heap->layout, LH_F_LONG_DIGITS) +
	       extent_of(lh_int_digits(&heap->layout, bytes, &negative), 4);
}

static uint64_t str_extent(const struct lh_heap *heap, const uint8_t *bytes)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t state = lh_u32(bytes + lh_layout_at(l, LH_F_STR_STATE));
	uint64_t length = lh_u64(bytes + lh_layout_at(l, LH_F_STR_LENGTH));

	if (!LH_STR_COMPACT(state))
		return lh_layout_at(l, LH_F_STR_SIZE);
	return lh_layout_at(l, LH_STR_ASCII(state) ? LH_F_STR_ASCII_SIZE : LH_F_STR_COMPACT_SIZE) +
	       LH_STR_KIND(state) + extent_of(length, LH_STR_KIND(state));
}

/* A static type has no more than any other, whatever its metatype: it may lie at the end of its segment. */
static uint64_t extent_of_type(const struct lh_heap *heap, const uint8_t *bytes, const struct lh_type *type)
{
	return lh_is_static_type(&heap->layout, bytes, type) ? lh_layout_at(&heap->layout, LH_F_TYPE_SIZE)
							     : (uint64_t)type->basicsize;
}

uint64_t lh_instance_extent(const struct lh_heap *heap, const uint8_t *bytes, const struct lh_type *type)
{
	switch (type->kind->id) {
	case LH_KIND_INT:
		return int_extent(heap, bytes);
	case LH_KIND_STR: /* ASCII text has a shorter header than tp_basicsize says; its characters follow */
		return str_extent(heap, bytes);
	case LH_KIND_TYPE:
		return extent_of_type(heap, bytes, type);
	default:
		return var_extent(heap, bytes, type);
	}
}
