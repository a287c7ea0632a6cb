/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/object.h"
#include "cpython/extent.h"

#define POINTER_MIN 0x10000 /* no mapping starts lower (vm.mmap_min_addr) */
#define STATIC_DROPS \
	0x10000 /* references that C code may have given back to a static object and never took */

static const uint8_t *pointed_at(const struct lh_heap *heap, struct lh_view *view, uint64_t word)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p = word < POINTER_MIN || word & 7
				   ? NULL
				   : lh_view_at(view, word, lh_layout_at(l, LH_F_OBJECT_SIZE));

	return p && lh_refcnt_is_sane(lh_u64(p + lh_layout_at(l, LH_F_OBJECT_REFCNT)), lh_refcnt_kind_of(l))
		       ? p
		       : NULL;
}

bool lh_refcnt_may_be_pointer(const struct lh_heap *heap, struct lh_view *view, uint64_t word)
{
	return pointed_at(heap, view, word) != NULL;
}

bool lh_refcnt_is_pointer(const struct lh_heap *heap, struct lh_view *view, uint64_t word)
{
	const uint8_t *p = pointed_at(heap, view, word);

	return p && lh_types_find(&heap->types, lh_u64(p + lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE)));
}

/* Bytes that the object surely has: statics may lie at the very end of their segment, and text is often
 * shorter. */
static uint64_t sure_bytes(const struct lh_layout *l, const struct lh_type *type)
{
	uint64_t var_end = (uint64_t)lh_layout_at(l, LH_F_VAR_SIZE) + 8;

	if (type->kind->id == LH_KIND_TYPE && !type->python)
		return lh_layout_at(l, LH_F_TYPE_SIZE);
	if (type->kind->id == LH_KIND_STR && type->exact && !type->python) /* others are not compact */
		return lh_layout_at(l, LH_F_STR_ASCII_SIZE);
	/* A type with items has ob_size in its basicsize, where that is not damaged. */
	if (type->itemsize && (uint64_t)type->basicsize < var_end)
		return var_end;
	return (uint64_t)type->basicsize;
}

/*
 * Whether @word is the count of a static object of 3.11. They count from 999,999,999, an address in the heap
 * of a program that is not position-independent (Debian's) one time in ten. Storage is in modules too:
 * PyDateTime_CAPI begins with two types.
 */
static bool is_static_count(const struct lh_heap *heap, uint64_t addr, uint64_t word)
{
	uint64_t first = lh_layout_constant(&heap->layout, LH_C_STATIC_REFCNT);

	return first && word > first - STATIC_DROPS && lh_target_module(heap->target, addr);
}

/* Whether a count has come to 0 or below: of an object that nothing frees, for it is static. */
static bool is_run_down(const struct lh_heap *heap, uint64_t addr, uint64_t word, enum lh_refcnt_kind kind)
{
	uint64_t drops = kind == LH_REFCNT_LOW32 ? (uint32_t)word : 0 - word;

	return drops < (kind == LH_REFCNT_LOW32 ? 1 : STATIC_DROPS) && lh_target_module(heap->target, addr);
}

/*
 * A static object is one whatever its count (None, after none_dealloc()); but 0 before the address of a type
 * is also how many a table begins. So its type is a static one of the same module, or it is a type itself.
 */
static bool is_static_object(struct lh_heap *heap, uint64_t addr, const struct lh_type *type)
{
	struct lh_type *itself;

	if (type->kind->id == LH_KIND_TYPE)
		return lh_types_get(heap, addr, &itself) == 0;
	return !(type->flags & LH_TPFLAG_HEAPTYPE) && !type->presize && !type->itemsize &&
	       lh_target_module(heap->target, addr) == lh_target_module(heap->target, type->addr);
}

/* As lh_memory_has_room(), which need not search for what the view shows. */
static bool has_room(const struct lh_heap *heap, const struct lh_view *view, uint64_t addr, uint64_t bytes)
{
	uint64_t at = addr - view->start;

	return bytes <= LH_POOL_BLOCK_MAX ||
	       (at < view->size && bytes <= view->size - at && !lh_pymalloc_has(&heap->pymalloc, addr)) ||
	       lh_memory_has_large(heap, addr, bytes);
}

int lh_object_at(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_object *ret)
{
	const struct lh_layout *l = &heap->layout;
	enum lh_refcnt_kind kind = lh_refcnt_kind_of(l);
	struct lh_object o = {.addr = addr};
	const uint8_t *p;
	uint64_t word;
	int r;

	if (addr & 7)
		return LH_ABSENT;
	p = lh_view_at(view, addr, lh_layout_at(l, LH_F_OBJECT_SIZE));
	word = p ? lh_u64(p + lh_layout_at(l, LH_F_OBJECT_REFCNT)) : 0;
	if (!p || (!lh_refcnt_is_sane(word, kind) && !is_run_down(heap, addr, word, kind)))
		return LH_ABSENT;
	r = lh_types_get(heap, lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE)), &o.type);
	if (r != 0)
		return r;
	o.bytes = lh_view_at(view, addr, sure_bytes(l, o.type));
	if (!lh_refcnt_is_sane(word, kind) && !is_static_object(heap, addr, o.type))
		return LH_ABSENT;
	if (!o.bytes || !has_room(heap, view, addr, lh_object_extent(heap, o.bytes, o.type)) ||
	    (lh_refcnt_is_pointer(heap, view, word) && !is_static_count(heap, addr, word)))
		return LH_ABSENT;
	o.refcnt = lh_object_refcnt(p + lh_layout_at(l, LH_F_OBJECT_REFCNT), kind, &o.immortal);
	*ret = o;
	return 0;
}

int lh_object_of_known_type(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_object *ret)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p = lh_view_at(view, addr, lh_layout_at(l, LH_F_OBJECT_SIZE));

	if (!p || !lh_types_find(&heap->types, lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE))))
		return LH_ABSENT;
	return lh_object_at(heap, view, addr, ret);
}

int lh_object_known(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_type *type,
		    struct lh_object *ret)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_object o = {.addr = addr, .type = type};

	o.bytes = lh_view_at(view, addr, sure_bytes(l, type));
	if (!o.bytes)
		return LH_ABSENT;
	o.refcnt = lh_object_refcnt(o.bytes + lh_layout_at(l, LH_F_OBJECT_REFCNT), lh_refcnt_kind_of(l),
				    &o.immortal);
	*ret = o;
	return 0;
}
