/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/pins.h"
#include "analyze/pins_parts.h"
#include "roots/find_paths.h"
#include "util/array.h"

#include <stdlib.h>

/* ---- which arenas ---- */

static int add_pool(struct lh_pins *p, uint32_t arena, const struct lh_pool *pool)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < pool->blocks; i++) {
		const struct lh_pin pin = {.block = pool->addr + p->heap->pymalloc.header +
						    (uint64_t)i * pool->block_size,
					   .size = pool->block_size,
					   .arena = arena,
					   .owner = LH_NO_OWNER};

		if (!lh_pool_is_free(pool, i))
			r = lh_append(p->heap->ctx, p->pins, p->count, p->capacity, pin);
	}
	return r;
}

/* Return: 0; LH_ABSENT: not all of its pools can be read, so what holds it is not known; -LH_ENOMEM. */
static int add_pins(struct lh_pins *p, const struct lh_arena *arena)
{
	int r = 0;

	for (uint64_t at = arena->first_pool; r == 0 && at < arena->end; at += p->heap->pymalloc.pool_size) {
		struct lh_pool pool;

		r = lh_pool_read(p->heap, &p->heap->view, arena, at, &pool);
		if (r == 0 && pool.damaged)
			r = LH_ABSENT;
		if (r == 0 && pool.used)
			r = add_pool(p, (uint32_t)p->arena_count, &pool);
	}
	return r;
}

static void mark(struct lh_pins *p, const struct lh_arena *arena)
{
	for (uint64_t a = arena->address; a < arena->limit; a += 4096)
		lh_bit_set(p->map, (a - p->heap->pymalloc.map_start) >> 12);
}

/* An arena with few bytes used, as far as its pools say: it is pinned, empty, or not all of it is known. */
static int add_arena(struct lh_pins *p, const struct lh_arena_use *use)
{
	size_t before = p->count;
	int r = add_pins(p, use->arena);

	if (r == LH_ABSENT) {
		p->count = before;
		p->unread++;
		return 0;
	}
	if (r < 0)
		return r;
	if (p->count == before) {
		p->empty++;
		return 0;
	}
	mark(p, use->arena);
	p->arenas[p->arena_count++] = (struct lh_pinned_arena){
		.use = use, .first = before, .count = p->count - before, .owner = LH_NO_OWNER};
	return 0;
}

static int choose(struct lh_pins *p, unsigned below)
{
	const struct lh_pymalloc *pm = &p->heap->pymalloc;
	int r = 0;

	p->arenas = lh_new0(struct lh_pinned_arena, p->use.count + 1);
	p->map = lh_new0(uint64_t, ((pm->map_end - pm->map_start) >> 12) / 64 + 1);
	if (!p->arenas || !p->map)
		return lh_nomem(p->heap->ctx);
	for (size_t i = 0; r == 0 && i < p->use.count; i++) {
		if (p->use.arenas[i].bytes_used * 100 < below * pm->arena_size)
			r = add_arena(p, &p->use.arenas[i]);
	}
	return r;
}

/* ---- what pymalloc keeps ---- */

/* Whether it has so many free pools that, of arenas that become empty, it is the last in the list. */
static bool is_last(const struct lh_arena_use *use)
{
	return use->arena->nfreepools + 1 >= use->arena->ntotalpools;
}

/*
 * Since 3.9 an empty arena stays if it is the last of the list of usable ones, which is sorted by free pools
 * (insert_to_freepool(), bpo-37257): so one is kept, unless one is there already. An arena with one used pool
 * that is not pinned may be last too; then all others go.
 */
static bool keeps_one(const struct lh_pins *p, uint32_t set)
{
	bool pinned = false, other = false, last = false;
	size_t next = 0;

	for (size_t i = 0; i < p->use.count; i++) {
		const struct lh_arena_use *use = &p->use.arenas[i];
		bool has = next < p->arena_count && p->arenas[next].use == use;

		next += has;
		if (use->arena->set != set)
			continue;
		if (use->arena->nfreepools >= use->arena->ntotalpools)
			return false;
		pinned |= has;
		last |= has && is_last(use);
		other |= !has && is_last(use);
	}
	return pinned && (last || !other);
}

static void count_kept(struct lh_pins *p)
{
	if (!lh_layout_constant(&p->heap->layout, LH_C_KEEPS_ARENA))
		return;
	for (uint32_t set = 0; set < p->heap->pymalloc.sets; set++)
		p->kept += keeps_one(p, set);
}

/* ---- who holds them ---- */

/* Whether a path is still missing to a pin's object. */
static bool misses(void *arg, const struct lh_paths *paths)
{
	const struct lh_pins *p = arg;

	for (size_t i = 0; i < p->count; i++)
		if (p->pins[i].object && lh_paths_place(paths, p->pins[i].object) == LH_NO_PLACE)
			return true;
	return false;
}

static int find_owners(struct lh_pins *p)
{
	const struct lh_paths_request request = {.misses = misses, .see = lh_pins_note, .arg = p};
	int r = lh_paths_find(p->heap, &request, &p->paths);

	if (r < 0)
		return r;
	p->findings = p->paths.graph->findings;
	r = lh_pins_settle(p);
	return r == 0 ? lh_pins_add_owners(p) : r;
}

int lh_pins_find(struct lh_heap *heap, unsigned below, struct lh_pins *ret)
{
	int r;

	*ret = (struct lh_pins){.heap = heap};
	r = lh_arenas_count(heap, &ret->use);
	if (r == 0)
		r = choose(ret, below);
	if (r < 0 || !ret->count)
		return r;
	count_kept(ret);
	return find_owners(ret);
}

void lh_pins_fini(struct lh_pins *p)
{
	lh_path_shapes_fini(&p->shapes);
	lh_paths_fini(&p->paths);
	lh_arenas_use_fini(&p->use);
	free(p->arenas);
	free(p->pins);
	free(p->owners);
	free(p->uses);
	free(p->map);
}

const char *lh_pin_kind_name(enum lh_pin_kind kind)
{
	static const char *const names[] = {
		[LH_PIN_UNKNOWN] = "unknown",
		[LH_PIN_OBJECT] = "object",
		[LH_PIN_STORAGE] = "storage",
		[LH_PIN_FREED] = "freed",
	};

	return names[kind];
}
