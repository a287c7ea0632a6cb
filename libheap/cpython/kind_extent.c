/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of an instance is read because of its kind. A type of that name whose tp_basicsize is smaller is not
 * the type that the layout speaks of: damaged memory, a layout of another build.
 */
#include "cpython/kind.h"

struct need {
	enum lh_kind_id id;
	enum lh_field field;
	uint32_t width; /* 0: the field is a size, or where storage begins that is asked for by itself */
};

/* Besides the fields of the kind's rows. */
static const struct need needs[] = {
	{LH_KIND_DICT, LH_F_DICT_SIZE, 0},
	{LH_KIND_ODICT, LH_F_DICT_SIZE, 0},
	{LH_KIND_ODICT, LH_F_ODICT_FIRST, 8},
	{LH_KIND_ODICT, LH_F_ODICT_FAST_NODES_SIZE, 8},
	{LH_KIND_LIST, LH_F_LIST_ITEMS, 8},
	{LH_KIND_LIST, LH_F_LIST_ALLOCATED, 8},
	{LH_KIND_LIST, LH_F_VAR_SIZE, 8},
	{LH_KIND_TUPLE, LH_F_VAR_SIZE, 8},
	{LH_KIND_SET, LH_F_SET_FILL, 8},
	{LH_KIND_SET, LH_F_SET_USED, 8},
	{LH_KIND_SET, LH_F_SET_MASK, 8},
	{LH_KIND_SET, LH_F_SET_TABLE, 8},
	{LH_KIND_STR, LH_F_STR_ASCII_SIZE, 0},
	{LH_KIND_BYTES, LH_F_VAR_SIZE, 8},
	{LH_KIND_BYTEARRAY, LH_F_BYTEARRAY_ALLOC, 8},
	{LH_KIND_INT, LH_F_VAR_SIZE, 8},
	{LH_KIND_INT, LH_F_LONG_TAG, 8},
	{LH_KIND_INT27, LH_F_INT27_VALUE, 8},
	{LH_KIND_UNICODE27, LH_F_UNICODE27_LENGTH, 8},
	{LH_KIND_UNICODE27, LH_F_UNICODE27_STR, 8},
	{LH_KIND_FLOAT, LH_F_FLOAT_VALUE, 8},
	{LH_KIND_TYPE, LH_F_TYPE_SIZE, 0},
	{LH_KIND_CODE, LH_F_CODE_EXTRA, 8},
	{LH_KIND_CODE, LH_F_CODE_CELL2ARG, 8},
	{LH_KIND_CODE, LH_F_CODE_OPCACHE, 8},
	{LH_KIND_CODE, LH_F_CODE_OPCACHE_SIZE, 1},
	{LH_KIND_MODULE, LH_F_MODULE_STATE, 8},
	{LH_KIND_MODULE, LH_F_MODULE_STATE_SIZE, 8},
	{LH_KIND_MODULE, LH_F_MODULE_DEF, 8},
	{LH_KIND_GENERATOR, LH_F_GEN_FRAME_STATE, 1},
	{LH_KIND_GENERATOR, LH_F_GEN_IFRAME, 0},
	{LH_KIND_FRAME, LH_F_FRAME_FRAME, 8},
	{LH_KIND_FRAME, LH_F_FRAME_LOCALSPLUS, 0},
	{LH_KIND_WEAKREF, LH_F_WEAKREF_OBJECT, 8},
	{LH_KIND_WEAKREF, LH_F_WEAKREF_CALLBACK, 8},
	{LH_KIND_DEQUE, LH_F_DEQUE_SIZE, 0},
	{LH_KIND_EXCEPTION, LH_F_EXC_SIZE, 0},
	{LH_KIND_ARRAY, LH_F_ARRAY_ALLOCATED, 8},
	{LH_KIND_ARRAY, LH_F_ARRAY_DESCR, 8},
	{LH_KIND_BUFFERED, LH_F_BUFFERED_BUFFER, 8},
	{LH_KIND_BUFFERED, LH_F_BUFFERED_SIZE, 8},
	{LH_KIND_BYTESIO, LH_F_BYTESIO_BUFFER, 8},
	{LH_KIND_BYTESIO, LH_F_BYTESIO_BUF_SIZE, 8},
	{LH_KIND_LRU_CACHE, LH_F_LRU_CACHE, 8},
	{LH_KIND_HAMT_BITMAP, LH_F_VAR_SIZE, 8},
	{LH_KIND_HAMT_COLLISION, LH_F_VAR_SIZE, 8},
	{LH_KIND_ELEMENT, LH_F_ELEMENT_EXTRA, 8},
	{LH_KIND_COMBINATIONS, LH_F_COMBINATIONS_R, 8},
	{LH_KIND_PERMUTATIONS, LH_F_PERMUTATIONS_POOL, 8},
	{LH_KIND_PERMUTATIONS, LH_F_PERMUTATIONS_R, 8},
	{LH_KIND_PRODUCT, LH_F_PRODUCT_POOLS, 8},
	{LH_KIND_STRUCT, LH_F_STRUCT_LENGTH, 8},
	{LH_KIND_STRUCT, LH_F_STRUCT_CODES, 8},
	{LH_KIND_PICKLER, LH_F_PICKLER_MEMO, 8},
	{LH_KIND_PICKLER, LH_F_PICKLER_OUTPUT_BUFFER, 8},
	{LH_KIND_UNPICKLER, LH_F_UNPICKLER_MEMO, 8},
	{LH_KIND_UNPICKLER, LH_F_UNPICKLER_MEMO_SIZE, 8},
	{LH_KIND_UNPICKLER, LH_F_UNPICKLER_INPUT_LINE, 8},
	{LH_KIND_UNPICKLER, LH_F_UNPICKLER_ENCODING, 8},
	{LH_KIND_UNPICKLER, LH_F_UNPICKLER_ERRORS, 8},
	{LH_KIND_UNPICKLER, LH_F_UNPICKLER_MARKS, 8},
	{LH_KIND_UNPICKLER, LH_F_UNPICKLER_MARKS_SIZE, 8},
	{LH_KIND_PDATA, LH_F_VAR_SIZE, 8},
	{LH_KIND_PDATA, LH_F_PDATA_DATA, 8},
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t end_of(const struct lh_layout *l, enum lh_field field, uint32_t width)
{
	return lh_layout_has(l, field) ? (uint64_t)lh_layout_at(l, field) + width : 0;
}

/* Structs within the instance. */
static uint64_t end_within(const struct lh_layout *l, enum lh_kind_id id)
{
	uint64_t outer, inner = 0;

	if (id == LH_KIND_GENERATOR) {
		outer = end_of(l, LH_F_GEN_EXC_STATE, 0);
		inner = larger(end_of(l, LH_F_EXCITEM_TYPE, 8), larger(end_of(l, LH_F_EXCITEM_VALUE, 8),
								       end_of(l, LH_F_EXCITEM_TRACEBACK, 8)));
	} else if (id == LH_KIND_LRU_CACHE) {
		outer = end_of(l, LH_F_LRU_ROOT, 0);
		inner = end_of(l, LH_F_LRU_LINK_NEXT, 8);
	}
	return inner && outer ? outer + inner : 0;
}

int lh_kind_beyond(const struct lh_layout *layout, const struct lh_kind *kind, uint64_t size,
		   enum lh_field *ret)
{
	for (const struct lh_ref_row *row = kind->refs; row && row->edge; row++)
		if (end_of(layout, row->field, 8) > size) {
			*ret = row->field;
			return 0;
		}
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (needs[i].id == kind->id && end_of(layout, needs[i].field, needs[i].width) > size) {
			*ret = needs[i].field;
			return 0;
		}
	if (end_within(layout, kind->id) <= size)
		return LH_ABSENT;
	*ret = kind->id == LH_KIND_GENERATOR ? LH_F_GEN_EXC_STATE : LH_F_LRU_ROOT;
	return 0;
}
