/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/legacy.h"

#include "cpython/dict.h"

#define SETUP_LOOP 120 /* Include/opcode.h (2.7) */
#define TRY_BLOCK 12   /* PyTryBlock: type, handler, level (Include/frameobject.h) */
#define BLOCKS_MAX 20  /* CO_MAXBLOCKS */
#define BASES_MAX 64   /* classes above an old-style class that are looked at */

/* PyGen_NeedsFinalizing() (2.7 Objects/genobject.c): a try or with statement is open in its frame. */
static bool is_in_try(struct lh_heap *heap, struct lh_view *view, uint64_t generator)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t frame = lh_heap_word(heap, view, generator, LH_F_GEN_FRAME);
	int32_t count = (int32_t)lh_heap_word(heap, view, frame, LH_F_FRAME_IBLOCK);
	const uint8_t *blocks;

	if (!frame || !lh_heap_word(heap, view, frame, LH_F_FRAME_VALUESTACK) || count <= 0 ||
	    count > BLOCKS_MAX || !lh_layout_has(l, LH_F_FRAME_BLOCKSTACK))
		return false;
	blocks =
		lh_view_at(view, frame + lh_layout_at(l, LH_F_FRAME_BLOCKSTACK), (uint64_t)count * TRY_BLOCK);
	for (int32_t i = 0; blocks && i < count; i++)
		if (lh_u32(blocks + i * TRY_BLOCK) != SETUP_LOOP)
			return true;
	return false;
}

/* Adds the bases of old-style class @class to those to look at. */
static unsigned add_bases(struct lh_heap *heap, struct lh_view *view, uint64_t class, uint64_t *todo,
			  unsigned n)
{
	uint64_t bases = lh_heap_word(heap, view, class, LH_F_CLASS_BASES),
		 count = lh_heap_word(heap, view, bases, LH_F_VAR_SIZE);

	for (uint64_t i = 0; bases && i < count && n < BASES_MAX; i++) {
		const uint8_t *p =
			lh_view_at(view, bases + lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS) + i * 8, 8);

		if (p)
			todo[n++] = lh_u64(p);
	}
	return n;
}

/* _PyInstance_Lookup(instance, "__del__"): in its dict, its class, the classes above. */
static bool has_del(struct lh_heap *heap, struct lh_view *view, uint64_t instance)
{
	uint64_t todo[BASES_MAX] = {lh_heap_word(heap, view, instance, LH_F_INSTANCE_CLASS)}, found;
	uint64_t dict = lh_heap_word(heap, view, instance, LH_F_INSTANCE_DICT);
	unsigned count = 1;

	if (dict && lh_dict_get(heap, dict, "__del__", &found) == 0)
		return true;
	for (unsigned i = 0; i < count; i++) {
		dict = lh_heap_word(heap, view, todo[i], LH_F_CLASS_DICT);
		if (dict && lh_dict_get(heap, dict, "__del__", &found) == 0)
			return true;
		count = add_bases(heap, view, todo[i], todo, count);
	}
	return false;
}

bool lh_has_legacy_finalizer(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	if (!lh_layout_is_python2(&heap->layout))
		return o->type->has_del;
	switch (o->type->kind->id) {
	case LH_KIND_GENERATOR:
		return is_in_try(heap, view, o->addr);
	case LH_KIND_INSTANCE27:
		return has_del(heap, view, o->addr);
	default:
		return o->type->has_del && o->type->flags & LH_TPFLAG_HEAPTYPE;
	}
}
