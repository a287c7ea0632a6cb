/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/one_shape.h"
#include "cpython/items.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <string.h>

#define MOST 80      /* percent of them */
#define BASES_MAX 64 /* of a class; more are a circle */

/** struct vote - the type that most have, found in one pass (Boyer, Moore) */
struct vote {
	struct lh_type *best;
	uint64_t lead; /* so many have it at least; nine of ten have a lead of eight */
};

static void cast(struct vote *vote, struct lh_type *type)
{
	if (vote->lead == 0)
		vote->best = type;
	if (vote->best == type)
		vote->lead++;
	else
		vote->lead--;
}

static struct lh_type *type_at(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	struct lh_object o;

	return addr && lh_object_at(heap, view, addr, &o) == 0 ? o.type : NULL;
}

static int look(struct lh_heap *heap, const struct lh_object *o, struct vote *key, struct vote *value,
		uint64_t *ret_looked)
{
	struct lh_view view = lh_view_of(heap->target);
	struct lh_items items;
	uint64_t k, v;
	int r = lh_items_start(heap, o, &items);

	for (*ret_looked = 0; r == 0 && *ret_looked < LH_SHAPE_SAMPLE; ++*ret_looked) {
		r = lh_items_next(&items, &k, &v);
		if (r != 0)
			break;
		cast(key, k ? type_at(heap, &view, k) : NULL);
		cast(value, type_at(heap, &view, v));
	}
	lh_items_fini(&items);
	return r == -LH_ENOMEM ? r : 0;
}

static struct lh_type *winner(const struct vote *vote, uint64_t looked)
{
	return vote->lead * 100 >= looked * MOST ? vote->best : NULL;
}

int lh_one_shape_find(struct lh_heap *heap, const struct lh_object *container, struct lh_one_shape *ret)
{
	struct vote key = {0}, value = {0};
	uint64_t looked;
	int r;

	*ret = (struct lh_one_shape){0};
	if (lh_items_length(heap, container, &ret->length) != 0)
		return LH_ABSENT;
	r = look(heap, container, &key, &value, &looked);
	if (r < 0)
		return r;
	ret->key = winner(&key, looked);
	ret->value = winner(&value, looked);
	return looked ? 0 : LH_ABSENT;
}

bool lh_type_is_of(struct lh_heap *heap, struct lh_type *type, const char *name)
{
	for (unsigned n = 0; type && n < BASES_MAX; n++) {
		if (strcmp(lh_type_name(heap, type), name) == 0)
			return true;
		if (!type->base || lh_types_get(heap, type->base, &type) != 0)
			return false;
	}
	return false;
}
