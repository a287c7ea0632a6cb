/* SPDX-License-Identifier: Apache-2.0 */
/* References of types: their own fields, and those that each interpreter's state has of static ones. */
#include "cpython/visit_parts.h"
#include "util/array.h"

#define STATIC_TYPES_MAX 1024 /* no version has more than 300 */

/*
 * Managed static types have their dict and subclasses in each interpreter's state, at the index that stands
 * in tp_subclasses (3.12+ Objects/typeobject.c, managed_static_type_index_get()).
 */
static void visit_static_type(struct lh_visitor *v, uint64_t addr, const uint8_t *p)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t index = lh_u64(lh_visit_at(v, p, LH_F_TYPE_SUBCLASSES)) - 1;

	if (!lh_layout_has(l, LH_F_INTERP_STATIC_TYPES) || !lh_layout_has(l, LH_F_STATIC_TYPE_STATE_SIZE) ||
	    !lh_layout_has(l, LH_F_STATIC_TYPE_STATE_TYPE) || index >= STATIC_TYPES_MAX)
		return;
	for (size_t i = 0; i < v->heap->interp_count; i++) {
		uint32_t size = lh_layout_at(l, LH_F_STATIC_TYPE_STATE_SIZE);
		const uint8_t *state = lh_view_at(
			&v->view,
			v->heap->interps[i].addr + lh_layout_at(l, LH_F_INTERP_STATIC_TYPES) + index * size,
			size);

		if (!state || lh_u64(lh_visit_at(v, state, LH_F_STATIC_TYPE_STATE_TYPE)) != addr)
			continue; /* types of extension modules have an array of their own */
		lh_visit_word(v, lh_visit_at(v, state, LH_F_STATIC_TYPE_STATE_DICT), ".__dict__", true);
		lh_visit_word(v, lh_visit_at(v, state, LH_F_STATIC_TYPE_STATE_SUBCLASSES), ".<subclasses>",
			      true);
	}
}

void lh_visit_type(struct lh_visitor *v, const struct lh_object *o)
{
	static const struct lh_ref_row rows[] = {
		{LH_F_TYPE_DICT, ".__dict__", LH_ALWAYS},
		{LH_F_TYPE_CACHE, ".<cache>", LH_ALWAYS},
		{LH_F_TYPE_MRO, ".__mro__", LH_ALWAYS},
		{LH_F_TYPE_BASES, ".__bases__", LH_ALWAYS},
		{LH_F_TYPE_BASE, ".__base__", LH_ALWAYS},
		{LH_F_HEAPTYPE_MODULE, ".<module>", LH_ALWAYS},
		{LH_F_HEAPTYPE_NAME, ".__name__", LH_NEVER},
		{LH_F_HEAPTYPE_QUALNAME, ".__qualname__", LH_NEVER},
		{LH_F_HEAPTYPE_SLOTS, ".<slots>", LH_NEVER}, /* not what __slots__ says: mangled, sorted */
	};
	bool is_heap = lh_u64(lh_visit_at(v, o->bytes, LH_F_TYPE_FLAGS)) & LH_TPFLAG_HEAPTYPE;
	const uint8_t *p =
		lh_view_at(&v->view, o->addr,
			   lh_layout_at(&v->heap->layout, is_heap ? LH_F_HEAPTYPE_SIZE : LH_F_TYPE_SIZE));

	for (size_t i = 0; p && i < (is_heap ? LH_ARRAY_SIZE(rows) : 5); i++)
		if (lh_layout_has(&v->heap->layout, rows[i].field))
			/* type_traverse() is of heap types; static types are no gc objects. */
			lh_visit_word(v, lh_visit_at(v, p, rows[i].field), rows[i].edge,
				      rows[i].visited_since == LH_NEVER || !is_heap);
	if (!p || !lh_layout_has(&v->heap->layout, LH_F_TYPE_SUBCLASSES))
		return;
	if (lh_u64(lh_visit_at(v, p, LH_F_TYPE_FLAGS)) &
	    lh_layout_constant(&v->heap->layout, LH_C_TPFLAG_STATIC_BUILTIN))
		visit_static_type(v, o->addr, p);
	else
		lh_visit_word(v, lh_visit_at(v, p, LH_F_TYPE_SUBCLASSES), ".<subclasses>", true);
}
