/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/waste.h"

#include "analyze/rebuilt.h"
#include "analyze/slotless.h"
#include "cpython/payload.h"
#include "cpython/size.h"
#include "util/array.h"

#include <stdlib.h>

const char *const lh_waste_names[LH_WASTE_COUNT] = {
	[LH_WASTE_DUPLICATES] = "duplicates", [LH_WASTE_SPARSE] = "sparse",
	[LH_WASTE_ROOM] = "over-allocated",   [LH_WASTE_EMPTY] = "empty",
	[LH_WASTE_DICTS] = "no __slots__",
};

struct finder {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_waste *out;
	struct lh_slotless slotless;
};

static struct lh_waste_sum *sum_of(struct lh_waste *waste, const struct lh_type *type,
				   enum lh_waste_kind kind)
{
	return &waste->types[type->index].sums[kind];
}

static void add(struct lh_waste_sum *sum, uint64_t count, uint64_t bytes, uint64_t most, uint64_t example)
{
	sum->count += count;
	sum->bytes += bytes;
	if (sum->most < most) {
		sum->most = most;
		sum->example = example;
	}
}

/* ---- one object ---- */

static bool is_container(enum lh_kind_id id)
{
	return id == LH_KIND_DICT || id == LH_KIND_LIST || id == LH_KIND_SET;
}

static void take_container(struct finder *f, const struct lh_object *o)
{
	uint64_t items, saved = lh_rebuilt_saves(f->heap, &f->view, o, &items);
	enum lh_kind_id id = o->type->kind->id;

	if (!items)
		saved = lh_object_bytes(f->heap, &f->view, o);
	if (saved)
		add(sum_of(f->out, o->type,
			   !items               ? LH_WASTE_EMPTY
			   : id == LH_KIND_LIST ? LH_WASTE_ROOM
						: LH_WASTE_SPARSE),
		    1, saved, saved, o->addr);
}

/* Until all of a type are known, the bytes are those that the instances have now. */
static void take_instance(struct finder *f, const struct lh_object *o)
{
	struct lh_waste_sum *sum = sum_of(f->out, o->type, LH_WASTE_DICTS);
	struct lh_instance instance;

	lh_slotless_read(&f->slotless, o, &instance);
	add(sum, 1, instance.bytes, instance.bytes, o->addr);
	if (sum->attributes < instance.attributes)
		sum->attributes = instance.attributes;
}

static int take(struct finder *f, const struct lh_object *o)
{
	if (is_container(o->type->kind->id))
		take_container(f, o);
	if (lh_slotless_has(&f->heap->layout, o->type))
		take_instance(f, o);
	if (!lh_duplicates_have(o->type) || (f->heap->target->blanked && lh_type_has_contents(o->type)))
		return 0;
	return lh_duplicates_add(&f->out->duplicates, o, lh_object_bytes(f->heap, &f->view, o));
}

static int take_items(void *arg, const struct lh_item *items, size_t count)
{
	struct finder *f = arg;
	int r = lh_grow_zeroed(f->heap->ctx, &f->out->types, &f->out->capacity, f->heap->types.count,
			       sizeof(*f->out->types));

	for (size_t i = 0; r == 0 && i < count; i++)
		r = take(f, &items[i].object);
	return r;
}

/* ---- all of a type ---- */

static void add_duplicates(struct lh_waste *waste)
{
	for (size_t i = 0; i < waste->duplicates.count; i++) {
		const struct lh_content *c = &waste->duplicates.items[i];

		if (c->count > 1)
			add(sum_of(waste, c->type, LH_WASTE_DUPLICATES), c->count - 1, lh_content_waste(c),
			    lh_content_waste(c), c->example);
	}
}

/* With __slots__ each has room for the attributes that any of them has. */
static void settle_instances(const struct lh_layout *layout, struct lh_waste_sum *sum)
{
	uint64_t size = lh_slots_bytes(layout, sum->attributes), all;

	if (__builtin_mul_overflow(sum->count, size, &all) || sum->bytes <= all)
		*sum = (struct lh_waste_sum){0};
	else
		sum->bytes -= all;
}

int lh_waste_find(struct lh_heap *heap, struct lh_waste *ret)
{
	struct finder f = {.heap = heap, .view = lh_view_of(heap->target), .out = ret};
	int r;

	*ret = (struct lh_waste){0};
	lh_duplicates_init(&ret->duplicates, heap);
	lh_slotless_init(&f.slotless, heap);
	r = lh_objects_walk(heap, false, take_items, &f, &ret->findings);
	if (r < 0)
		return r;
	add_duplicates(ret);
	for (size_t i = 0; i < ret->capacity; i++)
		settle_instances(&heap->layout, &ret->types[i].sums[LH_WASTE_DICTS]);
	return 0;
}

void lh_waste_fini(struct lh_waste *waste)
{
	free(waste->types);
	lh_duplicates_fini(&waste->duplicates);
	*waste = (struct lh_waste){0};
}
