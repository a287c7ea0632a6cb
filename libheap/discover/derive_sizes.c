/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of structs, by what types say about their instances, and what follows from sizes. */
#include "cpython/type_name.h"
#include "discover/derive_tools.h"
#include "util/array.h"

/* The size of a struct is its type's basic size. */
void lh_derive_sizes(struct lh_derive *d)
{
	static const struct {
		enum lh_field field;
		const char *type;
		struct lh_versions versions;
		uint32_t more;      /* bytes of the struct's last member, which basicsize does not include */
		enum lh_field less; /* what basicsize includes besides; LH_F_COUNT: nothing */
		const char *proof;
	} rows[] = {
		{LH_F_HEAPTYPE_SIZE, "type", ALL_VERSIONS, 0, LH_F_COUNT, "tp_basicsize of type"},
		{LH_F_DICT_SIZE, "dict", ALL_VERSIONS, 0, LH_F_COUNT, "tp_basicsize of dict"},
		{LH_F_EXC_SIZE, "BaseException", ALL_VERSIONS, 0, LH_F_COUNT,
		 "tp_basicsize of BaseException"},
		{LH_F_TUPLE_ITEMS, "tuple", ALL_VERSIONS, 0, LH_F_COUNT, "tp_basicsize of tuple"},
		{LH_F_STR_SIZE, "str", FROM(3, 0), 0, LH_F_COUNT, "tp_basicsize of str"},
		{LH_F_CODE_SIZE, "code", UNTIL(3, 10), 0, LH_F_COUNT, "tp_basicsize of code"},
		{LH_F_CODE_ADAPTIVE, "code", FROM(3, 11), 0, LH_F_COUNT, "tp_basicsize of code"},
		{LH_F_CODE_SIZE, "code", FROM(3, 11), 8, LH_F_COUNT, "tp_basicsize of code"},
		{LH_F_FRAME_SIZE, "frame", FROM(3, 11), 8, LH_F_IFRAME_LOCALSPLUS,
		 "tp_basicsize of frame less an interpreter frame's"},
		{LH_F_FRAME_SIZE, "frame", UNTIL(3, 10), 0, LH_F_COUNT, "tp_basicsize of frame"},
		{LH_F_FRAME_DATA, "frame", FROM(3, 11), 0, LH_F_IFRAME_LOCALSPLUS,
		 "tp_basicsize of frame less an interpreter frame's"},
		{LH_F_GEN_SIZE, "generator", UNTIL(3, 10), 0, LH_F_COUNT, "tp_basicsize of generator"},
		{LH_F_GEN_IFRAME, "generator", FROM(3, 11), 0, LH_F_IFRAME_LOCALSPLUS,
		 "tp_basicsize of generator less an interpreter frame's"},
		{LH_F_DEQUE_SIZE, "collections.deque", ALL_VERSIONS, 0, LH_F_COUNT, "tp_basicsize of deque"},
	};
	const struct lh_layout *l = &d->heap->layout;

	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++) {
		uint64_t size = lh_derive_basicsize(d, rows[i].type);
		uint32_t less = rows[i].less == LH_F_COUNT ? 0 : (uint32_t)lh_layout_or(l, rows[i].less, 0);

		if (size >= less + 16 && size < 4096 &&
		    lh_versions_have(&rows[i].versions, l->build.version) && lh_layout_has(l, rows[i].field))
			lh_derive_set(d, rows[i].field, (uint32_t)size - less + rows[i].more, rows[i].proof);
	}
}

/* Members of a frame that no object determines, by another of its members. */
static void place_members(struct lh_derive *d)
{
	static const struct {
		enum lh_field field;
		struct lh_versions versions;
		enum lh_field from;
		int32_t distance;
		const char *proof; /* where CPython defines it */
	} rows[] = {
		{LH_F_FRAME_TRACE, BETWEEN(3, 10, 3, 10), LH_F_FRAME_VALUESTACK, 8,
		 "f_trace follows f_valuestack (Include/cpython/frameobject.h, 3.10)"},
		{LH_F_FRAME_STACKDEPTH, BETWEEN(3, 10, 3, 10), LH_F_FRAME_VALUESTACK, 16,
		 "f_stackdepth follows f_trace (Include/cpython/frameobject.h, 3.10)"},
		{LH_F_FRAME_EXC_TYPE, UNTIL(3, 6), LH_F_FRAME_VALUESTACK, 24,
		 "f_exc_type follows f_trace (Include/frameobject.h, 3.6)"},
		{LH_F_FRAME_EXC_VALUE, UNTIL(3, 6), LH_F_FRAME_VALUESTACK, 32,
		 "f_exc_value follows f_exc_type (Include/frameobject.h, 3.6)"},
		{LH_F_FRAME_EXC_TRACEBACK, UNTIL(3, 6), LH_F_FRAME_VALUESTACK, 40,
		 "f_exc_traceback follows f_exc_value (Include/frameobject.h, 3.6)"},
		{LH_F_FRAME_LOCALSPLUS, UNTIL(3, 10), LH_F_FRAME_SIZE, -8, "f_localsplus ends the frame"},
		{LH_F_FRAME_BLOCKSTACK, BETWEEN(3, 0, 3, 10), LH_F_FRAME_SIZE, -248,
		 "f_blockstack has 20 blocks of 12 bytes (Include/frameobject.h)"},
		{LH_F_FRAME_IBLOCK, BETWEEN(3, 0, 3, 10), LH_F_FRAME_SIZE, -256,
		 "f_iblock precedes f_blockstack (Include/frameobject.h)"},
		{LH_F_FRAME_LASTI, UNTIL(3, 10), LH_F_FRAME_IBLOCK, -8,
		 "f_lasti and f_lineno precede f_iblock (Include/frameobject.h)"},
		{LH_F_FRAME_LINENO, UNTIL(3, 10), LH_F_FRAME_IBLOCK, -4,
		 "f_lasti and f_lineno precede f_iblock (Include/frameobject.h)"},
	};
	const struct lh_layout *l = &d->heap->layout;

	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++) {
		int64_t at = (int64_t)lh_layout_or(l, rows[i].from, 0) + rows[i].distance;

		if (lh_versions_have(&rows[i].versions, l->build.version) && lh_layout_has(l, rows[i].from) &&
		    lh_layout_field_exists(l->build.version, rows[i].field) && at > 0)
			lh_derive_set(d, rows[i].field, (uint32_t)at, rows[i].proof);
	}
}

/* Only its symbol says how long a static type is. */
static void derive_type_size(struct lh_derive *d)
{
	uint64_t addr, size;

	if (d->heap->python && lh_modfile_symbol(d->heap->python, "PyType_Type", &addr, &size) == 0 &&
	    size >= 256 && size < 4096 && size % 8 == 0)
		lh_derive_set(d, LH_F_TYPE_SIZE, (uint32_t)size, "the size of PyType_Type");
}

/* Fields that the guess has after the end of instances do not exist. */
static void drop_beyond(struct lh_derive *d)
{
	const struct lh_types *types = &d->heap->types;

	for (size_t i = 0; i < types->count; i++) {
		const struct lh_type *t = types->items[i];
		const struct lh_kind *kind = lh_kind_find(d->heap->kinds, &d->heap->layout,
							  lh_type_name(d->heap, types->items[i]));
		enum lh_field field;

		while (!t->python &&
		       lh_kind_beyond(&d->heap->layout, kind, (uint64_t)t->basicsize, &field) == 0 &&
		       !lh_derive_is_told(d, field))
			lh_derive_drop(d, field);
	}
}

void lh_derive_rest(struct lh_derive *d)
{
	place_members(d);
	derive_type_size(d);
	drop_beyond(d);
}
