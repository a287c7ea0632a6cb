/* SPDX-License-Identifier: Apache-2.0 */
/* Objects in the registers of a thread. */
#include "crash/crash.h"

#include "inventory/locate.h"
#include "util/array.h"

/* A free block keeps the type of the object that it was, unless a debug allocator overwrote it: only its first word became a link. */
static int look_at_block(struct lh_crash *c, uint64_t addr, struct lh_held *ret)
{
	uint32_t starts[LH_OBJECT_STARTS];
	struct lh_place place;
	struct lh_type *type = NULL;
	int r = lh_locate(c->heap, addr, &place);

	if (r < 0 || place.kind != LH_PLACE_FREE_BLOCK)
		return r < 0 ? r : LH_ABSENT;
	lh_object_starts(c->heap->debug_padding.before, lh_layout_at(&c->heap->layout, LH_F_GC_HEAD_SIZE),
			 starts);
	for (unsigned i = 0; i < LH_OBJECT_STARTS; i++) {
		if (addr - place.block != starts[i])
			continue;
		r = lh_types_get(c->heap, lh_heap_word(c->heap, &c->heap->view, addr, LH_F_OBJECT_TYPE),
				 &type);
		if (r < 0)
			return r;
		*ret = (struct lh_held){.kind = LH_HELD_FREED, .addr = addr, .type = r == 0 ? type : NULL};
		return 0;
	}
	return LH_ABSENT;
}

/* Return: 0; LH_ABSENT: it is not an object, or one that every process has; -LH_E*. */
static int look_at(struct lh_crash *c, uint64_t addr, struct lh_held *ret)
{
	struct lh_object o;
	int r;

	if (addr % 8 || lh_is_in_module(c->heap, addr))
		return LH_ABSENT;
	if (lh_pymalloc_has(&c->heap->pymalloc, addr) && (r = look_at_block(c, addr, ret)) != LH_ABSENT)
		return r;
	r = lh_object_at(c->heap, &c->heap->view, addr, &o);
	if (r == 0)
		*ret = (struct lh_held){.kind = LH_HELD_OBJECT, .addr = addr, .type = o.type};
	return r;
}

static bool is_held(const struct lh_crash *c, uint64_t addr)
{
	for (size_t i = 0; i < c->held_count; i++)
		if (c->held[i].addr == addr)
			return true;
	return false;
}

/* Arguments of calls come first, then what calls preserve (System V ABI, AMD64 supplement, 3.2.1). */
static const enum lh_x86_64 order[] = {LH_RDI, LH_RSI, LH_RDX, LH_RCX, LH_R8,  LH_R9,  LH_RBX, LH_RBP,
				       LH_R12, LH_R13, LH_R14, LH_R15, LH_RAX, LH_R10, LH_R11};

static int look_for(struct lh_crash *c, enum lh_held_kind kind)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(order); i++) {
		uint64_t value = c->registers[order[i]];
		struct lh_held held;
		int r = is_held(c, value) ? LH_ABSENT : look_at(c, value, &held);

		if (r < 0)
			return r;
		if (r != 0 || held.kind != kind)
			continue;
		held.number = order[i];
		c->held[c->held_count++] = held;
	}
	return 0;
}

int lh_crash_held(struct lh_crash *crash)
{
	int r = 0;

	if (!crash->has_registers)
		return 0;
	r = look_for(crash, LH_HELD_FREED);
	return r == 0 ? look_for(crash, LH_HELD_OBJECT) : r;
}
