/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/payload.h"
#include "cpython/text.h"

bool lh_type_has_contents(const struct lh_type *type)
{
	switch (type->kind->id) {
	case LH_KIND_STR:
	case LH_KIND_UNICODE27:
	case LH_KIND_BYTES:
	case LH_KIND_INT:
	case LH_KIND_INT27:
	case LH_KIND_FLOAT:
		return true;
	default:
		return false;
	}
}

bool lh_type_has_payload(const struct lh_type *type)
{
	return lh_type_has_contents(type) || type->kind->id == LH_KIND_TUPLE;
}

static int text_of(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_payload *ret)
{
	struct lh_str s;

	if (lh_str_read(heap, view, addr, &s) != 0)
		return LH_ABSENT;
	*ret = (struct lh_payload){s.data, s.length * s.kind, s.kind};
	return 0;
}

/* ob_size items of @size bytes from @at on. */
static int items_of(struct lh_heap *heap, struct lh_view *view, uint64_t addr, enum lh_field at,
		    uint32_t size, struct lh_payload *ret)
{
	const uint8_t *p = lh_view_at(view, addr + lh_layout_at(&heap->layout, LH_F_VAR_SIZE), 8);

	if (!p || lh_u64(p) > UINT32_MAX)
		return LH_ABSENT;
	*ret = (struct lh_payload){addr + lh_layout_at(&heap->layout, at), lh_u64(p) * size, 0};
	return 0;
}

/* An int's digits with their count, a float's or 2.7's int's value: all that follows the header. */
static int number_of(struct lh_heap *heap, struct lh_view *view, const struct lh_type *type, uint64_t addr,
		     struct lh_payload *ret)
{
	uint32_t header = lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE) + 8;
	const uint8_t *p = lh_view_at(view, addr, (uint64_t)type->basicsize);
	uint64_t end = header + 8, digits;
	bool negative;

	if (!p)
		return LH_ABSENT;
	if (type->kind->id == LH_KIND_INT) {
		digits = lh_int_digits(&heap->layout, p, &negative);
		if (digits > UINT32_MAX)
			return LH_ABSENT;
		end = header + 8 + 4 * digits;
	}
	*ret = (struct lh_payload){addr + header, end - header, 0};
	return 0;
}

int lh_payload_of(struct lh_heap *heap, struct lh_view *view, const struct lh_type *type, uint64_t addr,
		  struct lh_payload *ret)
{
	switch (type->kind->id) {
	case LH_KIND_STR:
	case LH_KIND_UNICODE27:
		return text_of(heap, view, addr, ret);
	case LH_KIND_BYTES:
		return items_of(heap, view, addr, LH_F_BYTES_DATA, 1, ret);
	case LH_KIND_TUPLE:
		return items_of(heap, view, addr, LH_F_TUPLE_ITEMS, 8, ret);
	case LH_KIND_INT:
	case LH_KIND_INT27:
	case LH_KIND_FLOAT:
		return number_of(heap, view, type, addr, ret);
	default:
		return LH_ABSENT;
	}
}
