/* SPDX-License-Identifier: Apache-2.0 */
/* One function per built-in type, each the counterpart of CPython's own __sizeof__ (Objects/). */
#include "cpython/dict.h"
#include "cpython/size_parts.h"
#include "cpython/text.h"

uint64_t lh_size_dict(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	struct lh_dict dict;
	uint64_t size = (uint64_t)o->type->basicsize;

	if (lh_dict_read(heap, view, o->bytes, &dict) != 0)
		return size;
	if (dict.values_addr)
		/* Up to 3.10 a split table has room for all usable keys,
		 * since 3.11 for those used and left. */
		size += 8 * (lh_layout_has(&heap->layout, LH_F_KEYS_SIZE)
				     ? lh_field_u64(&heap->layout, lh_view_at(view, dict.keys.addr, 16),
						    LH_F_KEYS_SIZE) *
					       2 / 3
				     : dict.keys.entry_count + dict.keys.usable);
	if (dict.keys.refcnt == 1)
		size += dict.keys.bytes;
	return size;
}

uint64_t lh_size_odict(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t size = lh_size_dict(heap, view, o);

	size += lh_size_stored(
		heap, o->bytes, LH_F_ODICT_FAST_NODES,
		lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_ODICT_FAST_NODES_SIZE), 8));
	if (lh_field_u64(&heap->layout, o->bytes, LH_F_ODICT_FIRST))
		size += lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_DICT_USED),
				      lh_layout_or(&heap->layout, LH_F_ODICT_NODE_SIZE, 0));
	return size;
}

uint64_t lh_size_list(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	return (uint64_t)o->type->basicsize +
	       lh_size_stored(heap, o->bytes, LH_F_LIST_ITEMS,
			      lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_LIST_ALLOCATED), 8));
}

uint64_t lh_size_set(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	if (lh_field_u64(&heap->layout, o->bytes, LH_F_SET_TABLE) ==
	    o->addr + lh_layout_at(&heap->layout, LH_F_SET_SMALLTABLE))
		return (uint64_t)o->type->basicsize;
	return (uint64_t)o->type->basicsize +
	       lh_size_stored(heap, o->bytes, LH_F_SET_TABLE,
			      lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_SET_MASK) + 1, 16));
}

uint64_t lh_size_bytes(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	if (lh_layout_is_python2(&heap->layout)) /* string_sizeof(): not tp_basicsize */
		return lh_layout_at(&heap->layout, LH_F_BYTES_DATA) + 1 + lh_size_items(heap, o);
	return lh_size_plain(heap, o);
}

uint64_t lh_size_str(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	struct lh_str s;

	return lh_str_read(heap, view, o->addr, &s) == 0 ? s.bytes : (uint64_t)o->type->basicsize;
}

/* The buffer is a bytes object since 3.15, with header and terminator. */
static uint64_t bytearray_buffer(const struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t size =
		lh_size_stored(heap, o->bytes, LH_F_BYTEARRAY_BYTES,
			       lh_size_times(lh_field_u64(&heap->layout, o->bytes, LH_F_BYTEARRAY_ALLOC), 1));

	if (size && lh_layout_has(&heap->layout, LH_F_BYTEARRAY_OBJECT))
		size += lh_layout_at(&heap->layout, LH_F_BYTES_DATA) + 1;
	return size;
}

uint64_t lh_size_bytearray(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	return (uint64_t)o->type->basicsize + bytearray_buffer(heap, o);
}

uint64_t lh_size_int(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	bool negative;
	uint64_t digits = lh_int_digits(&heap->layout, o->bytes, &negative);
	uint64_t least = lh_layout_constant(&heap->layout, LH_C_INT_MIN_DIGITS);

	uint64_t fixed = lh_layout_constant(&heap->layout, LH_C_INT_SIZEOF_BASICSIZE)
				 ? (uint64_t)o->type->basicsize
				 : lh_layout_at(&heap->layout, LH_F_LONG_DIGITS);

	return fixed + lh_size_times(digits < least ? least : digits, 4);
}

uint64_t lh_size_type(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p;
	struct lh_keys keys;

	if (lh_layout_constant(l, LH_C_FEW_SIZEOF))
		return lh_size_plain(heap, o);
	if (lh_is_static_type(l, o->bytes, o->type))
		return lh_layout_at(l, LH_F_TYPE_SIZE);
	p = lh_view_at(view, o->addr, lh_layout_at(l, LH_F_HEAPTYPE_SIZE));
	if (p && lh_field_u64(&heap->layout, p, LH_F_HEAPTYPE_CACHED_KEYS) &&
	    lh_keys_read(heap, view, lh_field_u64(&heap->layout, p, LH_F_HEAPTYPE_CACHED_KEYS), &keys) == 0)
		return lh_layout_at(l, LH_F_HEAPTYPE_SIZE) + keys.bytes;
	return lh_layout_at(l, LH_F_HEAPTYPE_SIZE);
}

/* code_sizeof(): since 3.11 the bytecode is inside, before that caches hang on it. */
uint64_t lh_size_code(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t size = (lh_size_plain(heap, o) + 7) & ~7ull,
		 extra = lh_field_u64(&heap->layout, o->bytes, LH_F_CODE_EXTRA);
	const uint8_t *p = extra ? lh_view_at(view, extra, 8) : NULL;

	if (p) /* _PyCodeObjectExtra: ce_size, then that many words */
		size += 8 + lh_size_times(lh_u64(p), 8);
	if (lh_field_u64(&heap->layout, o->bytes, LH_F_CODE_CELL2ARG))
		size += 8 * lh_size_tuple_length(heap, view,
						 lh_field_u64(&heap->layout, o->bytes, LH_F_CODE_CELLVARS));
	if (lh_field_u64(&heap->layout, o->bytes, LH_F_CODE_OPCACHE)) {
		p = lh_view_at(view, lh_field_u64(&heap->layout, o->bytes, LH_F_CODE_CODE),
			       lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS));
		size += p ? lh_size_times(lh_field_u64(&heap->layout, p, LH_F_VAR_SIZE) / 2, 1) : 0;
		if (lh_layout_has(&heap->layout, LH_F_CODE_OPCACHE_SIZE))
			size += lh_size_times(
				o->bytes[lh_layout_at(&heap->layout, LH_F_CODE_OPCACHE_SIZE)],
				(uint64_t)lh_layout_or(&heap->layout, LH_F_OPCACHE_ENTRY_SIZE, 0));
	}
	return size;
}

/* Slots of a frame of @code: locals, cells and value stack. */
static uint64_t frame_slots(struct lh_heap *heap, struct lh_view *view, uint64_t code)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p = lh_view_at(view, code & ~3ull, lh_layout_at(l, LH_F_CODE_SIZE));
	uint64_t n;

	if (!p)
		return 0;
	n = (uint32_t)lh_field_u64(&heap->layout, p, LH_F_CODE_STACKSIZE);
	if (lh_layout_has(l, LH_F_CODE_NLOCALSPLUS))
		return n + (uint32_t)lh_field_u64(&heap->layout, p, LH_F_CODE_NLOCALSPLUS);
	return n + (uint32_t)lh_field_u64(&heap->layout, p, LH_F_CODE_NLOCALS) +
	       lh_size_tuple_length(heap, view, lh_field_u64(&heap->layout, p, LH_F_CODE_CELLVARS)) +
	       lh_size_tuple_length(heap, view, lh_field_u64(&heap->layout, p, LH_F_CODE_FREEVARS));
}

uint64_t lh_size_frame(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p;

	if (lh_layout_has(l, LH_F_FRAME_CODE)) /* 2.7-3.10: one slot is part of the struct */
		return lh_layout_at(l, LH_F_FRAME_SIZE) +
		       8 * (frame_slots(heap, view, lh_field_u64(&heap->layout, o->bytes, LH_F_FRAME_CODE)) -
			    1);
	p = lh_view_at(view, lh_field_u64(&heap->layout, o->bytes, LH_F_FRAME_FRAME),
		       lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS));
	return lh_layout_at(l, LH_F_FRAME_DATA) + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS) +
	       (p ? 8 * frame_slots(heap, view, lh_field_u64(&heap->layout, p, LH_F_IFRAME_EXECUTABLE)) : 0);
}

/* gen_sizeof() of 3.11+, where a generator's frame is inside it. */
uint64_t lh_size_generator(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t code;

	if (!lh_layout_has(l, LH_F_GEN_IFRAME))
		return (uint64_t)o->type->basicsize;
	code = lh_layout_has(l, LH_F_GEN_CODE) ? lh_field_u64(&heap->layout, o->bytes, LH_F_GEN_CODE)
					       : lh_u64(o->bytes + lh_layout_at(l, LH_F_GEN_IFRAME) +
							lh_layout_at(l, LH_F_IFRAME_EXECUTABLE));
	return lh_layout_at(l, LH_F_GEN_IFRAME) + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS) +
	       8 * frame_slots(heap, view, code);
}
