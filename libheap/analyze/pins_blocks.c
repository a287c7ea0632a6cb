/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the blocks of pinned arenas are.
 *
 * A block that has an object is that object's. One that has none is storage if a word of an object's body
 * points into it: all objects are told apart first, so such a word is of a field that owns what it points to.
 * The blocks of deques and the nodes of ordered dicts lead on to others.
 */
#include "analyze/pins_parts.h"
#include "cpython/extent.h"
#include "cpython/freelists.h"
#include "cpython/text.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

/* The pin that has @addr; NULL: it is in no used block of a pinned arena. */
static struct lh_pin *pin_at(const struct lh_pins *p, uint64_t addr)
{
	const struct lh_pymalloc *pm = &p->heap->pymalloc;
	uint64_t page = (addr - pm->map_start) >> 12;
	struct lh_pin *pin;
	size_t at;

	if (addr - pm->map_start >= pm->map_end - pm->map_start || !lh_bit_has(p->map, page))
		return NULL;
	at = lh_bsearch_first(p->count, i, p->pins[i].block <= addr);
	pin = at ? &p->pins[at - 1] : NULL;
	return pin && addr - pin->block < pin->size ? pin : NULL;
}

static void note_object(struct lh_pins *p, const struct lh_object *o)
{
	struct lh_pin *pin = pin_at(p, o->addr);

	if (!pin)
		return;
	pin->kind = LH_PIN_OBJECT;
	pin->object = o->addr;
	pin->type = o->type;
}

/* A word of the body of @o; the first object that points to a block is its owner. */
static void note_word(struct lh_pins *p, const struct lh_object *o, uint64_t word)
{
	struct lh_pin *pin = pin_at(p, word & ~7ull); /* 3.12 tags the address of an instance's values */

	if (!pin || pin->kind != LH_PIN_UNKNOWN)
		return;
	pin->kind = LH_PIN_STORAGE;
	pin->object = o->addr;
	pin->type = o->type;
}

/* The part of a str before its characters. */
static enum lh_field str_head(const struct lh_heap *heap, const uint8_t *bytes)
{
	uint32_t state = lh_u32(bytes + lh_layout_at(&heap->layout, LH_F_STR_STATE));

	if (!LH_STR_COMPACT(state))
		return LH_F_STR_SIZE;
	return LH_STR_ASCII(state) ? LH_F_STR_ASCII_SIZE : LH_F_STR_COMPACT_SIZE;
}

/* Bytes of the body that may point to storage: text and digits never do. */
static uint64_t body_of(const struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t basic = (uint64_t)o->type->basicsize, extent;

	switch (o->type->kind->id) {
	case LH_KIND_INT:
	case LH_KIND_FLOAT:
	case LH_KIND_BYTES:
	case LH_KIND_TUPLE:
	case LH_KIND_NONE:
		return o->type->python ? basic : 0;
	case LH_KIND_STR:
		if (!o->type->python)
			basic = lh_layout_at(&heap->layout, str_head(heap, o->bytes));
		break;
	default:
		break;
	}
	extent = lh_object_extent(heap, o->bytes, o->type);
	return basic < extent ? basic : extent;
}

/* The word of a str that has its state: the bits beside it are what the block had before. UINT64_MAX: there is none. */
static uint64_t state_word(const struct lh_heap *heap, const struct lh_object *o)
{
	return o->type->kind->id == LH_KIND_STR ? lh_layout_or(&heap->layout, LH_F_STR_STATE, 0) & ~7u
						: UINT64_MAX;
}

static void note_storage(struct lh_pins *p, const struct lh_object *o)
{
	uint64_t state = state_word(p->heap, o);
	uint32_t head = lh_layout_or(&p->heap->layout, LH_F_GC_HEAD_SIZE, 0);
	uint64_t body = body_of(p->heap, o);
	const uint8_t *bytes = body ? lh_view_at(&p->heap->view, o->addr, body) : NULL, *managed;

	for (uint64_t i = 0; bytes && i + 8 <= body; i += 8)
		if (i != state)
			note_word(p, o, lh_u64(bytes + i));
	if (!o->type->managed_dict || o->type->presize < head + 16)
		return;
	/* Before the gc head: the dict, and up to 3.12 the values */
	managed = lh_view_at(&p->heap->view, o->addr - o->type->presize, o->type->presize - head);
	for (uint32_t i = 0; managed && i < o->type->presize - head; i += 8)
		note_word(p, o, lh_u64(managed + i));
}

int lh_pins_note(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_pins *p = arg;

	for (size_t i = 0; i < count; i++) {
		note_object(p, &items[i].object);
		note_storage(p, &items[i].object);
	}
	return 0;
}

/* ---- after all objects were noted ---- */

/* What CPython keeps for reuse is nobody's, whatever words are left that point there. */
static int note_freed(void *arg, const struct lh_freelist *list, const struct lh_freelist_entry *entry)
{
	struct lh_pin *pin = pin_at(arg, entry->object);

	if (!pin || pin->kind == LH_PIN_OBJECT)
		return 0;
	pin->kind = LH_PIN_FREED;
	pin->object = 0;
	pin->type = NULL;
	pin->kept = list->kind->name;
	return 0;
}

static bool leads_on(const struct lh_pin *pin)
{
	return pin->kind == LH_PIN_STORAGE &&
	       (pin->type->kind->id == LH_KIND_DEQUE || pin->type->kind->id == LH_KIND_ODICT);
}

/* Blocks that @pin's words point to are storage of the same object. @todo gets their numbers. */
static size_t follow(struct lh_pins *p, const struct lh_pin *pin, uint32_t *todo, size_t count)
{
	const uint8_t *words = lh_view_at(&p->heap->view, pin->block, pin->size);

	for (uint32_t i = 0; words && i + 8 <= pin->size; i += 8) {
		struct lh_pin *next = pin_at(p, lh_u64(words + i));

		if (!next || next->kind != LH_PIN_UNKNOWN)
			continue;
		next->kind = LH_PIN_STORAGE;
		next->object = pin->object;
		next->type = pin->type;
		todo[count++] = (uint32_t)(next - p->pins);
	}
	return count;
}

/* Each block is put on the list once, when it is told what it is. */
static int follow_all(struct lh_pins *p)
{
	_cleanup_free_ uint32_t *todo = lh_new0(uint32_t, p->count);
	size_t count = 0;

	if (!todo)
		return lh_nomem(p->heap->ctx);
	for (size_t i = 0; i < p->count; i++)
		if (leads_on(&p->pins[i]))
			todo[count++] = (uint32_t)i;
	while (count) {
		const struct lh_pin *pin = &p->pins[todo[--count]];

		count = follow(p, pin, todo, count);
	}
	return 0;
}

int lh_pins_settle(struct lh_pins *p)
{
	_cleanup_(lh_freelists_fini) struct lh_freelists lists = {0};
	int r = lh_freelists_find(p->heap, note_freed, p, &lists);

	return r == 0 ? follow_all(p) : r;
}
