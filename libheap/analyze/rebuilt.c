/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sizes that CPython gives a copy. A copy is as large as its items need; the original may have had more of them
 * once, or have grown beyond.
 */
#include "analyze/rebuilt.h"
#include "cpython/dict.h"
#include "cpython/size_parts.h"
#include "cpython/type.h"

#define MIN_SLOTS 8 /* PyDict_MINSIZE, PySet_MINSIZE */

/* The least power of two above @than, or equal to it. */
static uint64_t slots_from(uint64_t than)
{
	uint64_t slots = MIN_SLOTS;

	while (slots < than && slots < LH_SIZE_SANE)
		slots *= 2;
	return slots;
}

/* Slots of the table of dict(d): Objects/dictobject.c dict_merge(). */
static uint64_t dict_slots(const struct lh_layout *l, uint64_t used)
{
	uint64_t least = (used * 3 + 1) / 2; /* ESTIMATE_SIZE(): they fill two thirds at most */

	/* 2.7: a table for twice as many once they do not fit into the smallest one. */
	if (lh_layout_constant(l, LH_C_DICT_COPY_DOUBLES))
		return used * 3 < MIN_SLOTS * 2 ? MIN_SLOTS : slots_from(used * 2 + 1);
	/* 3.10 to 3.13.3: the bits of (least | 8) - 1 decide. */
	if (lh_layout_constant(l, LH_C_DICT_COPY_ROUNDS))
		return slots_from(least | MIN_SLOTS);
	return slots_from(least);
}

/* Width of an index into a table (Objects/dictobject.c: new_keys_object()). */
static uint64_t index_width(uint64_t slots)
{
	return slots <= 0xff ? 1 : slots <= 0xffff ? 2 : slots <= 0xffffffff ? 4 : 8;
}

/* 2.7: a table of entries, of which the smallest is a part of the dict. */
static uint64_t saves_dict27(const struct lh_layout *l, const uint8_t *bytes, uint64_t used)
{
	uint64_t slots = lh_field_u64(l, bytes, LH_F_DICT_MASK) + 1, fewer = dict_slots(l, used);

	if (slots > LH_SIZE_SANE || slots <= fewer)
		return 0;
	return (slots - (fewer == MIN_SLOTS ? 0 : fewer)) * 24;
}

static uint64_t saves_dict(struct lh_heap *heap, struct lh_view *view, const uint8_t *bytes,
			   uint64_t *ret_items)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t slots, room, needs;
	struct lh_dict dict;

	if (lh_dict_read(heap, view, bytes, &dict) != 0 || dict.used < 0)
		return 0;
	*ret_items = (uint64_t)dict.used;
	if (lh_layout_is_python2(l))
		return saves_dict27(l, bytes, *ret_items);
	if (dict.values_addr || dict.keys.refcnt != 1)
		return 0;
	slots = dict_slots(l, *ret_items);
	room = slots * 2 / 3;
	needs = lh_layout_at(l, LH_F_KEYS_INDICES) + slots * index_width(slots) + room * dict.keys.stride;
	return dict.keys.bytes > needs ? dict.keys.bytes - needs : 0;
}

static uint64_t saves_list(const struct lh_layout *l, const uint8_t *bytes, uint64_t *ret_items)
{
	uint64_t allocated = lh_field_u64(l, bytes, LH_F_LIST_ALLOCATED);

	*ret_items = lh_field_u64(l, bytes, LH_F_VAR_SIZE);
	return allocated > *ret_items ? lh_size_times(allocated - *ret_items, 8) : 0;
}

/* set_merge() (Objects/setobject.c): the smallest table is a part of the set. */
static uint64_t saves_set(const struct lh_layout *l, const struct lh_object *o, uint64_t *ret_items)
{
	uint64_t used = lh_field_u64(l, o->bytes, LH_F_SET_USED), slots, fewer;

	*ret_items = used;
	if (used > LH_SIZE_SANE ||
	    lh_field_u64(l, o->bytes, LH_F_SET_TABLE) == o->addr + lh_layout_at(l, LH_F_SET_SMALLTABLE))
		return 0;
	slots = lh_field_u64(l, o->bytes, LH_F_SET_MASK) + 1;
	fewer = used <= lh_layout_constant(l, LH_C_SET_COPY_SMALL) ? 0 : slots_from(used * 2 + 1);
	return slots > fewer ? lh_size_times(slots - fewer, 16) : 0;
}

uint64_t lh_rebuilt_saves(struct lh_heap *heap, struct lh_view *view, const struct lh_object *object,
			  uint64_t *ret_items)
{
	uint64_t saved, has;

	*ret_items = 0;
	switch (object->type->kind->id) {
	case LH_KIND_DICT:
		saved = saves_dict(heap, view, object->bytes, ret_items);
		break;
	case LH_KIND_LIST:
		saved = saves_list(&heap->layout, object->bytes, ret_items);
		break;
	case LH_KIND_SET:
		saved = saves_set(&heap->layout, object, ret_items);
		break;
	default:
		return 0;
	}
	/* Not more than it has: damaged lengths are in neither. */
	has = object->type->kind->size ? object->type->kind->size(heap, view, object) : 0;
	return saved < has ? saved : 0;
}
