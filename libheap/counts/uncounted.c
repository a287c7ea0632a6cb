/* SPDX-License-Identifier: Apache-2.0 */
/* Objects with references that CPython does not count. */
#include "counts/uncounted.h"

/*
 * Static data: what an initializer names is not counted (deep-frozen code of 3.11 and 3.12), nor is the base
 * of a type that is not a heap type, if it is in the initializer (PyType_Ready(); numpy has such types in
 * malloc's memory too).
 */
static bool is_static(const struct lh_heap *heap, const struct lh_object *m)
{
	return lh_is_static_type(&heap->layout, m->bytes, m->type) || lh_is_in_module(heap, m->addr);
}

/*
 * property_descr_get() of 3.5 to 3.7 keeps its tuple of one argument, untracked, with an item that it does
 * not count (Objects/descrobject.c, cached_args).
 */
static bool is_cached_args(const struct lh_heap *heap, struct lh_view *view, const struct lh_gc_mark *mark,
			   const struct lh_object *m)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *head;

	if (!lh_layout_constant(l, LH_C_CACHES_ARGS) || m->type->kind->id != LH_KIND_TUPLE ||
	    lh_u64(m->bytes + lh_layout_at(l, LH_F_VAR_SIZE)) != 1)
		return false;
	head = lh_view_at(view, m->addr - mark->head_size, mark->head_size);
	return head && !lh_gc_is_marked(mark, head + mark->head_size);
}

bool lh_is_uncounted(const struct lh_heap *heap, struct lh_view *view, const struct lh_gc_mark *mark,
		     const struct lh_object *m)
{
	return is_static(heap, m) || is_cached_args(heap, view, mark, m);
}
