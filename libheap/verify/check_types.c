/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types that objects have: those above them are types, and what a class statement makes has room for all of its base (Objects/typeobject.c
 * best_base(), type_new()). What C code makes need not have: mypyc's traits have none for their base's attributes.
 */
#include "cpython/type_name.h"
#include "inventory/objects.h"
#include "util/array.h"
#include "verify/checks.h"
#include "verify/damage.h"

#include <stdlib.h>

static int check_type(struct lh_verify *v, struct lh_type *t)
{
	const struct lh_layout *l = &v->heap->layout;
	struct lh_damage d = {.kind = "type", .start = t->addr, .size = lh_layout_at(l, LH_F_TYPE_SIZE)};
	struct lh_type *base = NULL;

	v->now->checked++;
	if (!t->base)
		return 0;
	if (lh_types_get(v->heap, t->base, &base) != 0) {
		if (lh_damage_is_missing(v, t->base, d.size)) {
			v->now->skipped++;
			return 0;
		}
		d.addr = t->addr + lh_layout_at(l, LH_F_TYPE_BASE);
		return lh_damage_add(v, &d, "tp_base of the type %s is 0x%" PRIx64 ", which is not a type",
				     lh_type_name(v->heap, t), t->base);
	}
	if (!t->python || t->basicsize >= base->basicsize)
		return 0;
	d.addr = t->addr + lh_layout_at(l, LH_F_TYPE_BASICSIZE);
	return lh_damage_add(
		v, &d, "tp_basicsize of the type %s is %" PRId64 ", less than that of its base %s, %" PRId64,
		lh_type_name(v->heap, t), t->basicsize, lh_type_name(v->heap, base), base->basicsize);
}

/** struct met - types that objects have; a heap that was asked before knows more, which other objects refer to */
struct met {
	struct lh_heap *heap;
	bool *types; /* by lh_type.index */
	size_t capacity;
};

static int meet(void *arg, const struct lh_item *items, size_t count)
{
	struct met *met = arg;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		uint32_t index = items[i].object.type->index;

		r = lh_grow_zeroed(met->heap->ctx, &met->types, &met->capacity, index + 1,
				   sizeof(*met->types));
		if (r == 0)
			met->types[index] = true;
	}
	return r;
}

int lh_check_types(struct lh_verify *v)
{
	struct met met = {.heap = v->heap};
	struct lh_findings findings;
	int r = lh_objects_walk(v->heap, false, meet, &met, &findings);

	for (size_t i = 0; i < met.capacity && i < v->heap->types.count && r == 0; i++)
		if (met.types[i])
			r = check_type(v, v->heap->types.items[i]);
	free(met.types);
	return r;
}
