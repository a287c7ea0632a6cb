/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places. Each size class has arenas of its own, and each population a run of blocks in them, record after
 * record. Every other record is somewhere else in the run than in the ring of its generation, as in a heap
 * that has lived.
 */
#include "heap.h"

#include <string.h>

static uint32_t gcd(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* @a times the result is 1 modulo @m. */
static uint32_t inverse_of(uint32_t a, uint32_t m)
{
	int64_t t = 0, next_t = 1, r = m, next_r = a;

	while (next_r) {
		int64_t q = r / next_r, kept = next_t;

		next_t = t - q * next_t;
		t = kept;
		kept = next_r;
		next_r = r - q * next_r;
		r = kept;
	}
	return (uint32_t)(t < 0 ? t + m : t);
}

static void scatter(struct population *p)
{
	p->half = p->count / 2;
	if (p->half < 2) {
		p->half = 0;
		return;
	}
	p->multiplier = (uint32_t)(p->half * 0.6180339887) | 1;
	while (gcd(p->multiplier, p->half) != 1)
		p->multiplier += 2;
	p->inverse = inverse_of(p->multiplier % p->half, p->half);
}

uint32_t slot_of(const struct population *p, uint32_t record)
{
	if (!p->half || !(record & 1))
		return record;
	return (uint32_t)((uint64_t)(record / 2) * p->multiplier % p->half) * 2 + 1;
}

uint32_t record_at(const struct population *p, uint32_t slot)
{
	if (!p->half || !(slot & 1))
		return slot;
	return (uint32_t)((uint64_t)(slot / 2) * p->inverse % p->half) * 2 + 1;
}

/* The oldest generation has most: one record in 64 is young, one in 16 of the next. */
static void split_generations(struct population *p)
{
	p->limit[2] = p->count > 1 ? p->count - p->count / 16 - p->count / 64 : p->count;
	p->limit[1] = p->count > 1 ? p->count - p->count / 64 : p->count;
	p->limit[0] = p->count;
}

void records_of(const struct population *p, unsigned generation, uint32_t *ret_first, uint32_t *ret_end)
{
	*ret_first = generation == 2 ? 0 : p->limit[generation + 1];
	*ret_end = p->limit[generation];
}

static void place_block(struct heap *h, struct population *p, uint32_t number)
{
	struct block *b = &p->blocks[number];
	uint64_t *end;

	if (b->tracked) {
		b->ring = (uint32_t)p->tracked_count;
		PUSH(p->tracked, p->tracked_count, p->tracked_capacity, number);
	}
	if (b->size <= SMALL_MAX && !b->immortal) { /* static objects are no blocks */
		int class = (int)(b->size + 15) / 16 - 1;

		b->class = class;
		b->place = (uint32_t)p->class_count[class];
		PUSH(p->of_class[class], p->class_count[class], p->class_capacity[class], number);
		return;
	}
	end = b->immortal ? &h->static_end : &h->large_end;
	b->address = *end + b->head;
	*end += (b->size + 15) & ~15u;
}

static void place_class(struct heap *h, int class, uint64_t *end)
{
	struct class_range *c = &h->classes[class];
	uint64_t per_arena = h->arena_size / h->pool_size;

	c->size = ((uint32_t) class + 1) * 16;
	c->per_pool = (uint32_t)(h->pool_size - h->pool_header) / c->size;
	c->usable = c->per_pool - FREED;
	for (uint32_t i = 0; i < h->population_count; i++) {
		struct population *p = &h->populations[i];

		p->class_start[class] = c->blocks;
		c->blocks += (uint64_t)p->count * p->class_count[class];
	}
	c->pools = (c->blocks + c->usable - 1) / c->usable;
	c->arenas = (uint32_t)((c->pools + per_arena - 1) / per_arena);
	c->first_arena = h->arena_count;
	c->first_pool = *end;
	h->arena_count += c->arenas;
	*end += c->arenas * h->arena_size;
}

void heap_place(struct heap *h)
{
	uint64_t arenas_end = ARENAS_BASE;

	h->static_end = STATIC_BASE + h->state_size;
	h->large_end = LARGE_BASE;
	for (uint32_t i = 0; i < h->population_count; i++) {
		struct population *p = &h->populations[i];

		scatter(p);
		split_generations(p);
		for (uint32_t b = 0; b < p->block_count; b++)
			place_block(h, p, b);
	}
	for (int class = 0; class < CLASSES; class ++)
		place_class(h, class, &arenas_end);
	h->arrays_end = ARRAYS_BASE;
	for (size_t i = 0; i < h->array_count; i++) {
		h->arrays[i].address = h->arrays_end;
		h->arrays_end += (h->arrays[i].size + 4095) & ~4095ull;
	}
}

#define IMMORTAL 0xffffffffu /* Include/object.h: _Py_IMMORTAL_REFCNT (3.12) */

static void settle(const struct heap *h, struct block *b)
{
	uint64_t first = lh_layout_constant(&h->layout, LH_C_STATIC_REFCNT), count = b->refs + b->extra;
	bool never = has(h, LH_F_OBJECT_REFCNT_SPLIT) || has(h, LH_F_OBJECT_OVERFLOW);

	if (b->type < 0)
		return;
	if (b->immortal)
		count = never ? IMMORTAL : first + count;
	memcpy(b->bytes + b->head + off(h, LH_F_OBJECT_REFCNT), &count, 8);
}

void heap_settle_counts(struct heap *h)
{
	for (uint32_t i = 0; i < h->population_count; i++)
		for (uint32_t b = 0; b < h->populations[i].block_count; b++)
			settle(h, &h->populations[i].blocks[b]);
}

uint64_t address_of(const struct heap *h, struct id id, uint32_t record)
{
	const struct population *p = &h->populations[id.population];
	const struct block *b = &p->blocks[id.block];
	const struct class_range *c;
	uint64_t number, pool;
	uint32_t at;

	if (b->class < 0)
		return b->address;
	c = &h->classes[b->class];
	number =
		p->class_start[b->class] + (uint64_t)slot_of(p, record) * p->class_count[b->class] + b->place;
	pool = number / c->usable;
	at = (uint32_t)(number - pool * c->usable);
	if (at >= FREED_AT)
		at += FREED;
	return c->first_pool + pool * h->pool_size + h->pool_header + (uint64_t)at * c->size + b->head;
}

/* ---- rings: populations one after the other ---- */

static uint64_t gc_head(const struct heap *h, uint32_t population, uint32_t ring, uint32_t record)
{
	struct id id = {population, h->populations[population].tracked[ring]};

	return address_of(h, id, record) - off(h, LH_F_GC_HEAD_SIZE);
}

/* The first gc head of populations from @from on. */
static uint64_t first_from(const struct heap *h, uint32_t from, unsigned generation)
{
	for (uint32_t i = from; i < h->population_count; i++) {
		uint32_t first, end;

		records_of(&h->populations[i], generation, &first, &end);
		if (h->populations[i].tracked_count && first < end)
			return gc_head(h, i, 0, first);
	}
	return h->ring_heads[generation];
}

/* The last one of populations before @before. */
static uint64_t last_before(const struct heap *h, uint32_t before, unsigned generation)
{
	for (uint32_t i = before; i-- > 0;) {
		const struct population *p = &h->populations[i];
		uint32_t first, end;

		records_of(p, generation, &first, &end);
		if (p->tracked_count && first < end)
			return gc_head(h, i, (uint32_t)p->tracked_count - 1, end - 1);
	}
	return h->ring_heads[generation];
}

void ring_ends(const struct heap *h, unsigned generation, uint64_t *ret_first, uint64_t *ret_last)
{
	*ret_first = first_from(h, 0, generation);
	*ret_last = last_before(h, h->population_count, generation);
}

void ring_neighbours(const struct heap *h, struct id id, uint32_t record, uint64_t *ret_next,
		     uint64_t *ret_prev)
{
	const struct population *p = &h->populations[id.population];
	unsigned generation = record < p->limit[2] ? 2 : record < p->limit[1] ? 1 : 0;
	uint32_t ring = p->blocks[id.block].ring, last = (uint32_t)p->tracked_count - 1, first, end;

	records_of(p, generation, &first, &end);
	*ret_next = ring < last        ? gc_head(h, id.population, ring + 1, record)
		    : record + 1 < end ? gc_head(h, id.population, 0, record + 1)
				       : first_from(h, id.population + 1, generation);
	*ret_prev = ring             ? gc_head(h, id.population, ring - 1, record)
		    : record > first ? gc_head(h, id.population, last, record - 1)
				     : last_before(h, id.population, generation);
}
