/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function a kind, each the counterpart of CPython's own __sizeof__ (Objects/, Modules/). Sizes read from
 * the target are hostile: sums saturate at SIZE_SANE, so a torn object cannot make totals absurd.
 */
#include "cpython/size.h"
#include "cpython/dict.h"
#include "cpython/extent.h"
#include "cpython/pickle.h"
#include "cpython/text.h"

#define SIZE_SANE (1ull << 46)

static uint64_t field(const struct lh_heap *heap, const uint8_t *bytes, enum lh_field f)
{
	return lh_layout_has(&heap->layout, f) ? lh_u64(bytes + lh_layout_at(&heap->layout, f)) : 0;
}

static uint64_t times(uint64_t count, uint64_t size)
{
	return count > SIZE_SANE / (size ? size : 1) ? 0 : count * size;
}

/* Bytes of storage of an object, when there can be so much where its field @at says; 0: there cannot. */
static uint64_t stored(const struct lh_heap *heap, const uint8_t *bytes, enum lh_field at, uint64_t size)
{
	return !lh_layout_has(&heap->layout, at) ||
			       lh_memory_has_room(heap, lh_u64(bytes + lh_layout_at(&heap->layout, at)), size)
		       ? size
		       : 0;
}

/* The buffer is a bytes object since 3.15, with header and terminator. */
static uint64_t bytearray_buffer(const struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t size = stored(heap, o->bytes, LH_F_BYTEARRAY_BYTES,
			       times(field(heap, o->bytes, LH_F_BYTEARRAY_ALLOC), 1));

	if (size && lh_layout_has(&heap->layout, LH_F_BYTEARRAY_OBJECT))
		size += lh_layout_at(&heap->layout, LH_F_BYTES_DATA) + 1;
	return size;
}

static uint64_t var_items(const struct lh_heap *heap, const struct lh_object *o)
{
	int64_t n = lh_i64(o->bytes + lh_layout_at(&heap->layout, LH_F_VAR_SIZE));

	return times(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, (uint64_t)o->type->itemsize);
}

/* object.__sizeof__() */
static uint64_t plain_size(const struct lh_heap *heap, const struct lh_object *o)
{
	return (uint64_t)o->type->basicsize + (o->type->itemsize ? var_items(heap, o) : 0);
}

static uint64_t dict_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	struct lh_dict dict;
	uint64_t size = (uint64_t)o->type->basicsize;

	if (lh_dict_read(heap, view, o->bytes, &dict) != 0)
		return size;
	if (dict.values_addr)
		/* Up to 3.10 a split table has room for all usable keys,
		 * since 3.11 for those used and left. */
		size += 8 *
			(lh_layout_has(&heap->layout, LH_F_KEYS_SIZE)
				 ? field(heap, lh_view_at(view, dict.keys.addr, 16), LH_F_KEYS_SIZE) * 2 / 3
				 : dict.keys.entry_count + dict.keys.usable);
	if (dict.keys.refcnt == 1)
		size += dict.keys.bytes;
	return size;
}

static uint64_t odict_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t size = dict_size(heap, view, o);

	size += stored(heap, o->bytes, LH_F_ODICT_FAST_NODES,
		       times(field(heap, o->bytes, LH_F_ODICT_FAST_NODES_SIZE), 8));
	if (field(heap, o->bytes, LH_F_ODICT_FIRST))
		size += times(field(heap, o->bytes, LH_F_DICT_USED),
			      lh_layout_or(&heap->layout, LH_F_ODICT_NODE_SIZE, 0));
	return size;
}

static uint64_t set_size(struct lh_heap *heap, const struct lh_object *o)
{
	if (field(heap, o->bytes, LH_F_SET_TABLE) ==
	    o->addr + lh_layout_at(&heap->layout, LH_F_SET_SMALLTABLE))
		return (uint64_t)o->type->basicsize;
	return (uint64_t)o->type->basicsize +
	       stored(heap, o->bytes, LH_F_SET_TABLE, times(field(heap, o->bytes, LH_F_SET_MASK) + 1, 16));
}

static uint64_t int_size(struct lh_heap *heap, const struct lh_object *o)
{
	bool negative;
	uint64_t digits = lh_int_digits(&heap->layout, o->bytes, &negative);
	uint64_t least = lh_layout_constant(&heap->layout, LH_C_INT_MIN_DIGITS);

	uint64_t fixed = lh_layout_constant(&heap->layout, LH_C_INT_SIZEOF_BASICSIZE)
				 ? (uint64_t)o->type->basicsize
				 : lh_layout_at(&heap->layout, LH_F_LONG_DIGITS);

	return fixed + times(digits < least ? least : digits, 4);
}

static uint64_t type_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p;
	struct lh_keys keys;

	if (lh_layout_constant(l, LH_C_FEW_SIZEOF))
		return plain_size(heap, o);
	if (lh_is_static_type(l, o->bytes, o->type))
		return lh_layout_at(l, LH_F_TYPE_SIZE);
	p = lh_view_at(view, o->addr, lh_layout_at(l, LH_F_HEAPTYPE_SIZE));
	if (p && field(heap, p, LH_F_HEAPTYPE_CACHED_KEYS) &&
	    lh_keys_read(heap, view, field(heap, p, LH_F_HEAPTYPE_CACHED_KEYS), &keys) == 0)
		return lh_layout_at(l, LH_F_HEAPTYPE_SIZE) + keys.bytes;
	return lh_layout_at(l, LH_F_HEAPTYPE_SIZE);
}

static uint64_t tuple_length(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	const uint8_t *p =
		addr ? lh_view_at(view, addr, lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS)) : NULL;

	return p ? times(lh_u64(p + lh_layout_at(&heap->layout, LH_F_VAR_SIZE)), 1) : 0;
}

/* code_sizeof(): since 3.11 the bytecode is inside, before that caches hang on it. */
static uint64_t code_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t size = (plain_size(heap, o) + 7) & ~7ull, extra = field(heap, o->bytes, LH_F_CODE_EXTRA);
	const uint8_t *p = extra ? lh_view_at(view, extra, 8) : NULL;

	if (p) /* _PyCodeObjectExtra: ce_size, then that many words */
		size += 8 + times(lh_u64(p), 8);
	if (field(heap, o->bytes, LH_F_CODE_CELL2ARG))
		size += 8 * tuple_length(heap, view, field(heap, o->bytes, LH_F_CODE_CELLVARS));
	if (field(heap, o->bytes, LH_F_CODE_OPCACHE)) {
		p = lh_view_at(view, field(heap, o->bytes, LH_F_CODE_CODE),
			       lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS));
		size += p ? times(field(heap, p, LH_F_VAR_SIZE) / 2, 1) : 0;
		if (lh_layout_has(&heap->layout, LH_F_CODE_OPCACHE_SIZE))
			size += times(o->bytes[lh_layout_at(&heap->layout, LH_F_CODE_OPCACHE_SIZE)],
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
	n = (uint32_t)field(heap, p, LH_F_CODE_STACKSIZE);
	if (lh_layout_has(l, LH_F_CODE_NLOCALSPLUS))
		return n + (uint32_t)field(heap, p, LH_F_CODE_NLOCALSPLUS);
	return n + (uint32_t)field(heap, p, LH_F_CODE_NLOCALS) +
	       tuple_length(heap, view, field(heap, p, LH_F_CODE_CELLVARS)) +
	       tuple_length(heap, view, field(heap, p, LH_F_CODE_FREEVARS));
}

static uint64_t frame_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p;

	if (lh_layout_has(l, LH_F_FRAME_CODE)) /* 2.7-3.10: one slot is part of the struct */
		return lh_layout_at(l, LH_F_FRAME_SIZE) +
		       8 * (frame_slots(heap, view, field(heap, o->bytes, LH_F_FRAME_CODE)) - 1);
	p = lh_view_at(view, field(heap, o->bytes, LH_F_FRAME_FRAME),
		       lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS));
	return lh_layout_at(l, LH_F_FRAME_DATA) + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS) +
	       (p ? 8 * frame_slots(heap, view, field(heap, p, LH_F_IFRAME_EXECUTABLE)) : 0);
}

/* gen_sizeof() of 3.11+, where a generator's frame is inside it. */
static uint64_t generator_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t code;

	if (!lh_layout_has(l, LH_F_GEN_IFRAME))
		return (uint64_t)o->type->basicsize;
	code = lh_layout_has(l, LH_F_GEN_CODE) ? field(heap, o->bytes, LH_F_GEN_CODE)
					       : lh_u64(o->bytes + lh_layout_at(l, LH_F_GEN_IFRAME) +
							lh_layout_at(l, LH_F_IFRAME_EXECUTABLE));
	return lh_layout_at(l, LH_F_GEN_IFRAME) + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS) +
	       8 * frame_slots(heap, view, code);
}

static uint64_t deque_size(struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t room = lh_layout_constant(&heap->layout, LH_C_DEQUE_BLOCK_ITEMS);
	uint64_t items =
		field(heap, o->bytes, LH_F_DEQUE_LEFTINDEX) + lh_deque_length(&heap->layout, o->bytes);

	return (uint64_t)o->type->basicsize + times((items + room - 1) / (room ? room : 1),
						    lh_layout_or(&heap->layout, LH_F_DEQUE_BLOCK_SIZE, 0));
}

static uint64_t array_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	/* struct arraydescr { char typecode; int itemsize; ... } (Modules/arraymodule.c) */
	const uint8_t *descr = lh_view_at(view, field(heap, o->bytes, LH_F_ARRAY_DESCR), 8);
	uint32_t item = descr ? lh_u32(descr + 4) : 1;

	return (uint64_t)o->type->basicsize + times(field(heap, o->bytes, LH_F_ARRAY_ALLOCATED), item);
}

/* The buffer is counted when no other object shares it. */
static uint64_t bytesio_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t buffer = field(heap, o->bytes, LH_F_BYTESIO_BUFFER), size = (uint64_t)o->type->basicsize;
	struct lh_object inner;

	if (lh_layout_has(&heap->layout, LH_F_BYTESIO_BUF_SIZE)) /* 2.7: the buffer is its own */
		return size + (buffer ? times(field(heap, o->bytes, LH_F_BYTESIO_BUF_SIZE), 1) : 0);
	if (buffer && lh_object_at(heap, view, buffer, &inner) == 0 && inner.refcnt == 1)
		size += lh_object_bytes(heap, view, &inner);
	return size;
}

/* element_sizeof(): attributes and children, four of them inside. */
static uint64_t element_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t extra = field(heap, o->bytes, LH_F_ELEMENT_EXTRA), size = (uint64_t)o->type->basicsize;
	const uint8_t *p =
		extra ? lh_view_at(view, extra, (uint64_t)lh_layout_or(l, LH_F_ELEMENT_EXTRA_SIZE, 0)) : NULL;

	if (!p || !lh_layout_has(l, LH_F_ELEMENT_EXTRA_SIZE))
		return size;
	size += lh_layout_at(l, LH_F_ELEMENT_EXTRA_SIZE);
	if (field(heap, p, LH_F_ELEMENT_EXTRA_CHILDREN) != extra + lh_layout_at(l, LH_F_ELEMENT_EXTRA_INLINE))
		size += times(field(heap, p, LH_F_ELEMENT_EXTRA_ALLOCATED), 8);
	return size;
}

/* Arrays of indices that itertools' combinatoric iterators keep. */
static uint64_t itertools_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t indices = 0;

	if (lh_layout_constant(&heap->layout, LH_C_FEW_SIZEOF))
		return (uint64_t)o->type->basicsize;
	if (o->type->kind->id == LH_KIND_COMBINATIONS)
		indices = field(heap, o->bytes, LH_F_COMBINATIONS_R);
	else if (o->type->kind->id == LH_KIND_PERMUTATIONS)
		indices = field(heap, o->bytes, LH_F_PERMUTATIONS_R) +
			  tuple_length(heap, view, field(heap, o->bytes, LH_F_PERMUTATIONS_POOL));
	else
		indices = tuple_length(heap, view, field(heap, o->bytes, LH_F_PRODUCT_POOLS));
	return (uint64_t)o->type->basicsize + times(indices, 8);
}

/*
 * s_codes: one a run of equal items of the format ("4i" is one), ended by a NULL in its first member, fmtdef
 * (Modules/_struct.c s_sizeof()). s_len counts items, so there are never more codes.
 */
static uint64_t struct_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	uint64_t codes = field(heap, o->bytes, LH_F_STRUCT_CODES),
		 most = field(heap, o->bytes, LH_F_STRUCT_LENGTH), n = 0, size;

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
	uint64_t size = ring ? times(lh_u64(o->bytes + ring->b), 8) : 0;

	return size && lh_memory_has_room(heap, lh_u64(o->bytes + ring->offset), size) ? size : 0;
}

static uint64_t own_size(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	struct lh_str s;
	uint64_t size;

	switch (o->type->kind->id) {
	case LH_KIND_DICT:
		return dict_size(heap, view, o);
	case LH_KIND_ODICT:
		return odict_size(heap, view, o);
	case LH_KIND_LIST:
		return (uint64_t)o->type->basicsize +
		       stored(heap, o->bytes, LH_F_LIST_ITEMS,
			      times(field(heap, o->bytes, LH_F_LIST_ALLOCATED), 8));
	case LH_KIND_SET:
		return set_size(heap, o);
	case LH_KIND_BYTES:
		if (lh_layout_is_python2(&heap->layout)) /* string_sizeof(): not tp_basicsize */
			return lh_layout_at(&heap->layout, LH_F_BYTES_DATA) + 1 + var_items(heap, o);
		return plain_size(heap, o);
	case LH_KIND_STR:
	case LH_KIND_UNICODE27:
		return lh_str_read(heap, view, o->addr, &s) == 0 ? s.bytes : (uint64_t)o->type->basicsize;
	case LH_KIND_BYTEARRAY:
		return (uint64_t)o->type->basicsize + bytearray_buffer(heap, o);
	case LH_KIND_INT:
		return int_size(heap, o);
	case LH_KIND_TYPE:
		return type_size(heap, view, o);
	case LH_KIND_CODE:
		return code_size(heap, view, o);
	case LH_KIND_FRAME:
		return frame_size(heap, view, o);
	case LH_KIND_GENERATOR:
		return generator_size(heap, view, o);
	case LH_KIND_DEQUE:
		return deque_size(heap, o);
	case LH_KIND_ARRAY:
		return array_size(heap, view, o);
	case LH_KIND_BUFFERED:
		return (uint64_t)o->type->basicsize +
		       (field(heap, o->bytes, LH_F_BUFFERED_BUFFER)
				? stored(heap, o->bytes, LH_F_BUFFERED_BUFFER,
					 times(field(heap, o->bytes, LH_F_BUFFERED_SIZE), 1))
				: 0);
	case LH_KIND_BYTESIO:
		return bytesio_size(heap, view, o);
	case LH_KIND_PICKLER:
	case LH_KIND_UNPICKLER:
		return (uint64_t)o->type->basicsize + lh_pickle_storage(heap, view, o);
	case LH_KIND_ELEMENT:
		return element_size(heap, view, o);
	case LH_KIND_COMBINATIONS:
	case LH_KIND_PERMUTATIONS:
	case LH_KIND_PRODUCT:
		return itertools_size(heap, view, o);
	case LH_KIND_STRUCT:
		return struct_size(heap, view, o);
	default:
		size = plain_size(heap, o);
		return (lh_memory_has_room(heap, o->addr, size) ? size : (uint64_t)o->type->basicsize) +
		       ring_size(heap, o);
	}
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
	uint64_t size = own_size(heap, view, o);

	return (size > SIZE_SANE ? (uint64_t)o->type->basicsize : size) + head_size(heap, o);
}
