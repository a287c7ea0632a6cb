/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An instance without __slots__ has room for its dict and weak references, and its attributes are in that dict
 * (-3.10), in an array beside it (3.11, 3.12) or in the instance (3.13+), unless somebody asked for __dict__ or the
 * class has too many of them.
 */
#include "analyze/slotless.h"
#include "cpython/dict.h"

#define ATTRIBUTES_MAX (1u << 20)

/* Bytes of an array of values that is not in an instance (Objects/dictobject.c: new_values()). */
static uint64_t array_bytes(struct lh_slotless *s, const struct lh_keys *keys)
{
	const struct lh_layout *l = &s->visitor.heap->layout;
	uint64_t n = keys->entry_count + keys->usable;
	const uint8_t *p;

	/* -3.10: as many as fill two thirds of the table of keys. */
	if (lh_layout_has(l, LH_F_KEYS_SIZE)) {
		p = lh_view_at(&s->visitor.view, keys->addr + lh_layout_at(l, LH_F_KEYS_SIZE), 8);
		return p ? 8 * (lh_u64(p) * 2 / 3) : 0;
	}
	/* 3.11, 3.12: in front of them their order, a byte each, and two more. 3.13+: see inline_bytes(). */
	if (!lh_layout_has(l, LH_F_VALUES_CAPACITY))
		return 8 * n + ((n + 2 + 7) & ~7ull);
	return lh_layout_at(l, LH_F_VALUES_VALUES) + 8 * n + ((n + 7) & ~7ull);
}

/* Values in an instance (3.13+): a header, the values, their order (Objects/dictobject.c: _PyInlineValuesSize()). */
static uint64_t inline_bytes(struct lh_slotless *s, const struct lh_object *o)
{
	const struct lh_layout *l = &s->visitor.heap->layout;
	const uint8_t *values =
		o->type->inline_values && lh_layout_has(l, LH_F_VALUES_CAPACITY)
			? lh_view_at(&s->visitor.view, o->addr + (uint64_t)o->type->basicsize, 8)
			: NULL;
	uint64_t n = values ? values[lh_layout_at(l, LH_F_VALUES_CAPACITY)] : 0;

	return values ? lh_layout_at(l, LH_F_VALUES_VALUES) + 8 * n + ((n + 7) & ~7ull) : 0;
}

/* Of its table, or of its values beside it; what they are in the instance is counted there. */
static uint64_t storage_bytes(struct lh_slotless *s, const struct lh_dict *dict)
{
	if (dict->values_addr)
		return dict->embedded ? 0 : array_bytes(s, &dict->keys);
	return dict->keys.refcnt == 1 ? dict->keys.bytes : 0;
}

static void add_dict(struct lh_slotless *s, uint64_t addr)
{
	struct lh_heap *heap = s->visitor.heap;
	struct lh_view *view = &s->visitor.view;
	struct lh_object object;
	struct lh_dict dict;

	if (!addr || lh_object_at(heap, view, addr, &object) != 0 || object.type->kind->id != LH_KIND_DICT ||
	    lh_dict_read(heap, view, object.bytes, &dict) != 0)
		return;
	s->now->bytes += (uint64_t)object.type->basicsize + object.type->presize + storage_bytes(s, &dict);
	s->beside = 0; /* the dict has them */
	if (dict.used > s->now->attributes && dict.used < ATTRIBUTES_MAX)
		s->now->attributes = (uint32_t)dict.used;
}

static void take_span(void *arg, const struct lh_span *span)
{
	struct lh_slotless *s = arg;
	uint32_t set = 0;

	if (span->label == LH_LABEL_FIELD && span->count == 1 && strcmp(span->name, ".__dict__") == 0)
		add_dict(s, lh_u64(span->words));
	if (span->label != LH_LABEL_ATTRIBUTE || span->count > ATTRIBUTES_MAX)
		return;
	for (uint64_t i = 0; i < span->count; i++)
		set += lh_span_word(span, i) != 0;
	if (s->now->attributes < set)
		s->now->attributes = set;
}

/* Bytes of the array of values of an instance of @type that has no dict (3.11, 3.12): its class's keys say how many. */
static uint64_t beside(struct lh_slotless *s, const struct lh_type *type)
{
	struct lh_heap *heap = s->visitor.heap;
	struct lh_keys keys;

	if (!type->managed_dict || !type->cached_keys || lh_layout_has(&heap->layout, LH_F_VALUES_CAPACITY) ||
	    lh_keys_read(heap, &s->visitor.view, type->cached_keys, &keys) != 0)
		return 0;
	return array_bytes(s, &keys);
}

void lh_slotless_init(struct lh_slotless *s, struct lh_heap *heap)
{
	*s = (struct lh_slotless){
		.visitor = {.heap = heap, .view = lh_view_of(heap->target), .fn = take_span}};
	s->visitor.arg = s;
}

bool lh_slotless_has(const struct lh_layout *layout, const struct lh_type *type)
{
	return type->python && (type->managed_dict || type->dictoffset > 0) && !type->slot_count &&
	       !type->itemsize && !type->base_dictoffset && type->kind->id == LH_KIND_OBJECT &&
	       type->c_basicsize == lh_layout_at(layout, LH_F_OBJECT_SIZE);
}

void lh_slotless_read(struct lh_slotless *s, const struct lh_object *object, struct lh_instance *ret)
{
	*ret = (struct lh_instance){.bytes = (uint64_t)object->type->basicsize + object->type->presize +
					     inline_bytes(s, object)};
	s->now = ret;
	s->beside = beside(s, object->type);
	lh_visit(&s->visitor, object);
	if (ret->attributes)
		ret->bytes += s->beside;
}

uint64_t lh_slots_bytes(const struct lh_layout *layout, uint32_t attributes)
{
	/* The collector does not track instances without a slot. */
	uint64_t head =
		attributes && !layout->build.free_threaded ? lh_layout_at(layout, LH_F_GC_HEAD_SIZE) : 0;

	return head + lh_layout_at(layout, LH_F_OBJECT_SIZE) + 8ull * attributes;
}
