/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "layout/debug_offsets.h"

#include <string.h>

#define OTHER_SIZE 64 /* of structs that no layout has: enough for their members */
#define PAGE 4096
#define ROOM_BEFORE (PAGE + 64) /* in front of the runtime: the header, statics of obmalloc.c */
#define ARENAS_VARIABLE (STATIC_BASE + PAGE)

static uint64_t round_up(uint64_t value)
{
	return (value + PAGE - 1) / PAGE * PAGE;
}

static void word(struct state *s, uint64_t addr, uint64_t value)
{
	memcpy(s->bytes + (addr - STATIC_BASE), &value, 8);
}

static void half(struct state *s, uint64_t addr, uint32_t value)
{
	memcpy(s->bytes + (addr - STATIC_BASE), &value, 4);
}

/* Inside of the interpreter in 3.12, behind a pointer since 3.13; statics of obmalloc.c before. */
static bool obmalloc_is_inside(const struct heap *h)
{
	return off(h, LH_F_OBMALLOC_SIZE) <= off(h, LH_F_INTERP_SIZE) - off(h, LH_F_INTERP_OBMALLOC);
}

void state_reserve(struct heap *h, struct state *s)
{
	s->runtime = STATIC_BASE + ROOM_BEFORE;
	s->interp = STATIC_BASE + round_up(ROOM_BEFORE + off(h, LH_F_RUNTIME_SIZE));
	s->thread = s->interp + round_up(off(h, LH_F_INTERP_SIZE));
	s->obmalloc = s->thread + round_up(off(h, LH_F_THREAD_SIZE));
	h->state_size = s->obmalloc - STATIC_BASE;
	if (has(h, LH_F_INTERP_OBMALLOC) && obmalloc_is_inside(h))
		s->obmalloc = s->interp + off(h, LH_F_INTERP_OBMALLOC);
	else if (has(h, LH_F_INTERP_OBMALLOC))
		h->state_size += round_up(off(h, LH_F_OBMALLOC_SIZE));
	s->bytes = zeros(h->state_size);
}

static void put_debug_offsets(const struct heap *h, struct state *s)
{
	const struct lh_slots *slots = lh_slots_find(h->layout.build.version);

	if (!slots)
		return;
	memcpy(s->bytes + (s->runtime - STATIC_BASE), "xdebugpy", 8);
	word(s, s->runtime + 8, h->layout.build.version);
	for (size_t i = 0; i < slots->count; i++) {
		enum lh_field field = slots->slots[i].field;

		word(s, s->runtime + slots->slots[i].at, field < LH_F_COUNT ? off(h, field) : OTHER_SIZE);
	}
}

/* ---- the collector ---- */

/* Address of generation @number's struct. */
static uint64_t generation_at(const struct heap *h, uint64_t gc, unsigned number)
{
	uint32_t size = off(h, LH_F_GENERATION_SIZE);

	if (has(h, LH_F_GC_GENERATIONS))
		return gc + off(h, LH_F_GC_GENERATIONS) + number * size;
	return number ? gc + off(h, LH_F_GC_OLD) + (number - 1) * size : gc + off(h, LH_F_GC_YOUNG);
}

static void put_ring(const struct heap *h, struct state *s, uint64_t head, uint64_t first, uint64_t last)
{
	word(s, head + off(h, LH_F_GC_HEAD_NEXT), first);
	word(s, head + off(h, LH_F_GC_HEAD_PREV), last);
}

static void put_collector(struct heap *h, struct state *s)
{
	static const uint32_t thresholds[GENERATIONS] = {2000, 10, 10}, counts[GENERATIONS] = {1234, 5, 6};
	uint64_t gc = s->interp + off(h, LH_F_INTERP_GC), first, last, permanent;

	for (unsigned g = 0; g < GENERATIONS; g++)
		h->ring_heads[g] = generation_at(h, gc, g) + off(h, LH_F_GENERATION_HEAD);
	for (unsigned g = 0; g < GENERATIONS; g++) {
		ring_ends(h, g, &first, &last);
		put_ring(h, s, h->ring_heads[g], first, last);
		half(s, generation_at(h, gc, g) + off(h, LH_F_GENERATION_THRESHOLD), thresholds[g]);
		half(s, generation_at(h, gc, g) + off(h, LH_F_GENERATION_COUNT), counts[g]);
	}
	half(s, gc + off(h, LH_F_GC_ENABLED), 1);
	if (!has(h, LH_F_GC_PERMANENT))
		return;
	permanent = gc + off(h, LH_F_GC_PERMANENT) + off(h, LH_F_GENERATION_HEAD);
	put_ring(h, s, permanent, permanent, permanent);
}

/* ---- arenas ---- */

static void put_arena(const struct heap *h, struct state *s, const struct class_range *c, uint32_t i)
{
	uint64_t per_arena = h->arena_size / h->pool_size, address = c->first_pool + i * h->arena_size,
		 carved = c->pools - i * per_arena, next;
	uint8_t *out = s->arenas + (uint64_t)(c->first_arena + i) * off(h, LH_F_ARENA_SIZE);
	uint32_t total = (uint32_t)per_arena, unused;

	carved = carved < per_arena ? carved : per_arena;
	unused = total - (uint32_t)carved;
	next = address + carved * h->pool_size;
	memcpy(out + off(h, LH_F_ARENA_ADDRESS), &address, 8);
	memcpy(out + off(h, LH_F_ARENA_POOL_ADDRESS), &next, 8);
	memcpy(out + off(h, LH_F_ARENA_NFREEPOOLS), &unused, 4);
	memcpy(out + off(h, LH_F_ARENA_NTOTALPOOLS), &total, 4);
}

/* Blocks that malloc served: large ones. */
static uint64_t raw_blocks(const struct heap *h)
{
	uint64_t count = h->array_count;

	for (size_t b = 0; b < h->populations[0].block_count; b++)
		count += h->populations[0].blocks[b].class < 0;
	return count;
}

static void put_arenas(struct heap *h, struct state *s)
{
	s->arenas_at = h->arrays_end;
	s->arenas_size = (uint64_t)h->arena_count * off(h, LH_F_ARENA_SIZE);
	s->arenas = zeros(s->arenas_size);
	for (int class = 0; class < CLASSES; class ++)
		for (uint32_t i = 0; i < h->classes[class].arenas; i++)
			put_arena(h, s, &h->classes[class], i);
	if (!has(h, LH_F_INTERP_OBMALLOC)) {
		word(s, ARENAS_VARIABLE, s->arenas_at);
		return;
	}
	if (!obmalloc_is_inside(h))
		word(s, s->interp + off(h, LH_F_INTERP_OBMALLOC), s->obmalloc);
	word(s, s->obmalloc + off(h, LH_F_OBMALLOC_ARENAS), s->arenas_at);
	half(s, s->obmalloc + off(h, LH_F_OBMALLOC_MAXARENAS), h->arena_count);
	word(s, s->obmalloc + off(h, LH_F_OBMALLOC_RAW_BLOCKS), raw_blocks(h));
}

void state_fill(struct heap *h, const struct program *program, struct state *s)
{
	put_debug_offsets(h, s);
	word(s, s->runtime + off(h, LH_F_RUNTIME_INTERPRETERS), s->interp);
	word(s, s->runtime + off(h, LH_F_RUNTIME_MAIN), s->interp);
	word(s, s->interp + off(h, LH_F_INTERP_THREADS), s->thread);
	word(s, s->interp + off(h, LH_F_INTERP_SYSDICT), address_of(h, program->sysdict, 0));
	word(s, s->interp + off(h, LH_F_INTERP_MODULES), address_of(h, program->modules, 0));
	word(s, s->interp + off(h, LH_F_INTERP_BUILTINS), address_of(h, program->builtins, 0));
	word(s, s->thread + off(h, LH_F_THREAD_INTERP), s->interp);
	if (has(h, LH_F_THREAD_NATIVE_ID))
		word(s, s->thread + off(h, LH_F_THREAD_NATIVE_ID), STATE_PID);
	put_collector(h, s);
	put_arenas(h, s);
}
