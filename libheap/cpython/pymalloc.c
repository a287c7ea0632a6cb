/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listing the arenas, and telling used blocks from free ones.
 *
 * The arena array is a static of obmalloc.c up to 3.11, which who opened the heap has found, part of the
 * interpreter in 3.12, behind a pointer in it since 3.13.
 */
#include "cpython/pymalloc.h"
#include "cpython/heap.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/bytes.h"

#define ARENAS_MAX (1u << 24) /* 16 TiB of 1 MiB arenas: more is not believed */

static int compare_arenas(const void *a, const void *b)
{
	const struct lh_arena *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) & ~(unit - 1);
}

static int refuse(struct lh_pymalloc *pm, uint64_t word)
{
	if (!pm->refused++)
		pm->first_refused = word;
	return 0;
}

/* One arena_object; unused slots have address 0 (Objects/obmalloc.c new_arena()). */
static int add_arena(struct lh_heap *heap, uint64_t addr, const uint8_t *object, uint32_t index)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_pymalloc *pm = &heap->pymalloc;
	struct lh_arena arena = {
		.address = lh_u64(object + lh_layout_at(l, LH_F_ARENA_ADDRESS)),
		.end = lh_u64(object + lh_layout_at(l, LH_F_ARENA_POOL_ADDRESS)),
		.nfreepools = lh_u32(object + lh_layout_at(l, LH_F_ARENA_NFREEPOOLS)),
		.ntotalpools = lh_u32(object + lh_layout_at(l, LH_F_ARENA_NTOTALPOOLS)),
		.index = index,
		.set = pm->sets,
		.object = addr,
	};

	if (!arena.address)
		return 0;
	if (arena.address > UINT64_MAX - pm->arena_size)
		return refuse(pm, addr + lh_layout_at(l, LH_F_ARENA_ADDRESS));
	arena.limit = arena.address + pm->arena_size;
	arena.first_pool = round_up(arena.address, pm->pool_size);
	if (arena.end < arena.first_pool || arena.end > arena.limit)
		return refuse(pm, addr + lh_layout_at(l, LH_F_ARENA_POOL_ADDRESS));
	arena.end = arena.first_pool + (arena.end - arena.first_pool) / pm->pool_size * pm->pool_size;
	return lh_append(heap->ctx, pm->arenas, pm->count, pm->capacity, arena);
}

static int add_arenas(struct lh_heap *heap, uint64_t array, uint64_t count)
{
	uint32_t size = lh_layout_at(&heap->layout, LH_F_ARENA_SIZE);

	if (count > ARENAS_MAX)
		return 0;
	for (uint64_t i = 0; array && i < count; i++) {
		uint64_t addr = array + i * size;
		const uint8_t *object = lh_view_at(&heap->view, addr, size);
		int r;

		if (!object)
			break;
		r = add_arena(heap, addr, object, (uint32_t)i);
		if (r < 0)
			return r;
	}
	heap->pymalloc.sets++;
	return 0;
}

static void add_raw_blocks(struct lh_pymalloc *pm, int64_t count)
{
	pm->raw_blocks = pm->raw_blocks < 0 ? count : pm->raw_blocks + count;
}

/*
 * PyInterpreterState.obmalloc is the state in 3.12, a pointer to it since 3.13
 * (Include/internal/pycore_interp.h): either the struct fits into the rest of the interpreter, or it does
 * not.
 */
static bool state_is_embedded(const struct lh_layout *l)
{
	uint64_t room = lh_layout_at(l, LH_F_INTERP_SIZE) - (uint64_t)lh_layout_at(l, LH_F_INTERP_OBMALLOC);

	return lh_layout_at(l, LH_F_OBMALLOC_SIZE) <= room;
}

uint64_t lh_pymalloc_state(struct lh_heap *heap, const struct lh_interp *interp)
{
	uint64_t state;

	if (!lh_pymalloc_is_of_interps(&heap->layout))
		return 0;
	state = interp->addr + lh_layout_at(&heap->layout, LH_F_INTERP_OBMALLOC);
	return state_is_embedded(&heap->layout) || lh_target_u64(heap->target, state, &state) == 0 ? state
												   : 0;
}

/* 3.12+: each interpreter has its state, or shares the main one's. */
static int arenas_of_interps(struct lh_heap *heap)
{
	const struct lh_layout *l = &heap->layout;
	_cleanup_free_ uint64_t *seen = lh_new0(uint64_t, heap->interp_count);
	size_t seen_count = 0;

	if (!seen)
		return lh_nomem(heap->ctx);
	for (size_t i = 0; i < heap->interp_count; i++) {
		uint64_t state = lh_pymalloc_state(heap, &heap->interps[i]), array, raw;
		uint32_t count;
		bool known = false;
		int r;

		for (size_t k = 0; k < seen_count; k++)
			known |= seen[k] == state;
		if (known || !state)
			continue;
		seen[seen_count++] = state;
		if (lh_target_u64(heap->target, state + lh_layout_at(l, LH_F_OBMALLOC_ARENAS), &array) < 0 ||
		    lh_target_read(heap->target, state + lh_layout_at(l, LH_F_OBMALLOC_MAXARENAS), &count,
				   4) < 0)
			continue;
		if (lh_layout_has(l, LH_F_OBMALLOC_RAW_BLOCKS) &&
		    lh_target_u64(heap->target, state + lh_layout_at(l, LH_F_OBMALLOC_RAW_BLOCKS), &raw) == 0)
			add_raw_blocks(&heap->pymalloc, (int64_t)raw);
		r = add_arenas(heap, array, count);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A bitmap of the arenas' pages; absurd spans (a hostile array)
 * cost an arena its place, not us our memory. */
#define MAP_SPAN_MAX (1ull << 42)

static int make_map(struct lh_heap *heap)
{
	struct lh_pymalloc *pm = &heap->pymalloc;

	if (!pm->count)
		return 0;
	pm->map_start = pm->arenas[0].address & ~4095ull;
	while (pm->count > 1 && pm->arenas[pm->count - 1].limit - pm->map_start > MAP_SPAN_MAX)
		pm->count--;
	pm->map_end = round_up(pm->arenas[pm->count - 1].limit, 4096);
	pm->map = lh_new0(uint64_t, ((pm->map_end - pm->map_start) >> 12) / 64 + 1);
	if (!pm->map)
		return lh_nomem(heap->ctx);
	for (size_t i = 0; i < pm->count; i++)
		for (uint64_t a = pm->arenas[i].address; a < pm->arenas[i].limit; a += 4096)
			lh_bit_set(pm->map, (a - pm->map_start) >> 12);
	return 0;
}

/* Arenas that overlap another or whose pools the target does not have are a hostile array's. */
static void drop_overlaps(struct lh_heap *heap)
{
	struct lh_pymalloc *pm = &heap->pymalloc;
	size_t kept = 0;

	for (size_t i = 0; i < pm->count; i++) {
		if (kept && pm->arenas[i].address < pm->arenas[kept - 1].limit) {
			refuse(pm, pm->arenas[i].object + lh_layout_at(&heap->layout, LH_F_ARENA_ADDRESS));
			continue;
		}
		pm->arenas[kept++] = pm->arenas[i];
	}
	pm->count = kept;
}

/*
 * Debug allocators put [size, big-endian][api id, 7 x FD] in front of each block and as many FD behind it
 * (Objects/obmalloc.c _PyMem_DebugRawAlloc(); FB up to 3.7.3). All blocks have that, or none.
 */
#define HOOKS_SAMPLE 64

static bool has_pad(const uint8_t *block, uint32_t size)
{
	uint64_t pad = size >= 32 ? lh_u64(block + 8) >> 8 : 0;

	return pad == 0xfdfdfdfdfdfdfd || pad == 0xfbfbfbfbfbfbfb;
}

static void find_hooks(struct lh_heap *heap)
{
	struct lh_pymalloc *pm = &heap->pymalloc;
	unsigned seen = 0, padded = 0;

	for (size_t i = 0; i < pm->count && seen < HOOKS_SAMPLE; i++) {
		for (uint64_t at = pm->arenas[i].first_pool; at < pm->arenas[i].end && seen < HOOKS_SAMPLE;
		     at += pm->pool_size) {
			struct lh_pool pool;

			if (lh_pool_read(heap, &heap->view, &pm->arenas[i], at, &pool) != 0 ||
			    !pool.block_size || pool.block_size < 32)
				continue;
			for (uint32_t b = 0; b < pool.blocks && seen < HOOKS_SAMPLE; b++) {
				if (lh_pool_is_free(&pool, b))
					continue;
				seen++;
				padded += has_pad(pool.bytes + pm->header + b * pool.block_size,
						  pool.block_size);
			}
		}
	}
	if (seen && padded * 10 >= seen * 9)
		heap->debug_padding = (struct lh_debug_padding){.before = 16, .after = 8};
}

bool lh_pymalloc_sizes(struct lh_heap *heap)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_pymalloc *pm = &heap->pymalloc;

	pm->pool_size = lh_layout_constant(l, LH_C_POOL_SIZE);
	pm->arena_size = lh_layout_constant(l, LH_C_ARENA_SIZE);
	pm->alignment = (uint32_t)lh_layout_constant(l, LH_C_ALIGNMENT);
	if (!pm->pool_size || !pm->arena_size || !pm->alignment || !lh_layout_has(l, LH_F_ARENA_SIZE) ||
	    !lh_layout_has(l, LH_F_POOL_HEADER_SIZE))
		return false;
	pm->header = (uint32_t)round_up(lh_layout_at(l, LH_F_POOL_HEADER_SIZE), pm->alignment);
	return true;
}

bool lh_pymalloc_is_of_interps(const struct lh_layout *layout)
{
	return lh_layout_has(layout, LH_F_INTERP_OBMALLOC) && lh_layout_has(layout, LH_F_OBMALLOC_ARENAS);
}

int lh_pymalloc_init(struct lh_heap *heap, const struct lh_arena_array *array)
{
	struct lh_pymalloc *pm = &heap->pymalloc;
	int r;

	pm->raw_blocks = array->raw_blocks;
	pm->all_blocks = array->all_blocks;
	if (!lh_pymalloc_sizes(heap))
		return 0;
	if (lh_pymalloc_is_of_interps(&heap->layout))
		r = arenas_of_interps(heap);
	else
		r = array->addr ? add_arenas(heap, array->addr, array->count) : 0;
	if (r < 0)
		return r;
	if (pm->count)
		qsort(pm->arenas, pm->count, sizeof(*pm->arenas), compare_arenas);
	drop_overlaps(heap);
	find_hooks(heap);
	return make_map(heap);
}

void lh_pymalloc_fini(struct lh_pymalloc *pymalloc)
{
	free(pymalloc->arenas);
	free(pymalloc->map);
}

const struct lh_arena *lh_pymalloc_arena(const struct lh_pymalloc *pymalloc, uint64_t addr)
{
	size_t at = lh_bsearch_first(pymalloc->count, i, pymalloc->arenas[i].limit <= addr);

	return at < pymalloc->count && addr >= pymalloc->arenas[at].address ? &pymalloc->arenas[at] : NULL;
}

/* Blocks never handed out, from nextoffset on, are free. */
static void mark_fresh(struct lh_pool *pool, uint32_t header, uint32_t next_offset)
{
	uint32_t handed = (next_offset - header) / pool->block_size;

	for (uint32_t i = handed; i < pool->blocks; i++)
		lh_bit_set(pool->free_bits, i);
}

static void damage(struct lh_pool *pool, enum lh_pool_fault fault, uint64_t at)
{
	pool->damaged = true;
	pool->fault = fault;
	pool->fault_at = at;
}

/* The chain of freed blocks: each holds the address of the next, the word at @link that of the first. */
static void mark_chain(struct lh_pool *pool, uint32_t header, uint32_t link)
{
	uint64_t limit = (uint64_t)pool->blocks * pool->block_size, block = lh_u64(pool->bytes + link);

	while (block) {
		uint64_t at = block - pool->addr - header;
		uint32_t index = (uint32_t)(at / pool->block_size);

		if (at >= limit || at % pool->block_size || lh_pool_is_free(pool, index)) {
			damage(pool, LH_POOL_BAD_LINK, pool->addr + link);
			return;
		}
		lh_bit_set(pool->free_bits, index);
		link = header + (uint32_t)at;
		block = lh_u64(pool->bytes + link);
	}
}

static uint32_t count_free(const struct lh_pool *pool)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < (pool->blocks + 63) / 64; i++)
		n += lh_bit_count(pool->free_bits[i]);
	return n;
}

/* Whether the header makes sense by itself. */
static bool check_header(const struct lh_heap *heap, const struct lh_arena *arena, struct lh_pool *pool)
{
	const struct lh_layout *l = &heap->layout;
	const struct lh_pymalloc *pm = &heap->pymalloc;
	uint32_t next_at = lh_layout_at(l, LH_F_POOL_NEXTOFFSET), class_at = lh_layout_at(l, LH_F_POOL_SZIDX),
		 arena_at = lh_layout_at(l, LH_F_POOL_ARENAINDEX), next = lh_u32(pool->bytes + next_at);

	if (lh_u32(pool->bytes + class_at) >= lh_pymalloc_size_classes(pm))
		damage(pool, LH_POOL_BAD_SIZE_CLASS, pool->addr + class_at);
	else if (next < pm->header || next > pm->pool_size)
		damage(pool, LH_POOL_BAD_NEXT_OFFSET, pool->addr + next_at);
	else if (lh_u32(pool->bytes + arena_at) != arena->index)
		damage(pool, LH_POOL_BAD_ARENA, pool->addr + arena_at);
	return !pool->damaged;
}

int lh_pool_read(const struct lh_heap *heap, struct lh_view *view, const struct lh_arena *arena,
		 uint64_t addr, struct lh_pool *ret)
{
	const struct lh_layout *l = &heap->layout;
	const struct lh_pymalloc *pm = &heap->pymalloc;
	uint32_t count_at = lh_layout_at(l, LH_F_POOL_COUNT);

	memset(ret, 0, sizeof(*ret));
	ret->addr = addr;
	ret->bytes = lh_view_at(view, addr, pm->pool_size);
	if (!ret->bytes)
		return LH_ABSENT;
	ret->used = lh_u32(ret->bytes + count_at);
	if (!ret->used || !check_header(heap, arena, ret))
		return 0;
	ret->block_size = (lh_u32(ret->bytes + lh_layout_at(l, LH_F_POOL_SZIDX)) + 1) * pm->alignment;
	ret->blocks = (uint32_t)(pm->pool_size - pm->header) / ret->block_size;
	mark_fresh(ret, pm->header, lh_u32(ret->bytes + lh_layout_at(l, LH_F_POOL_NEXTOFFSET)));
	mark_chain(ret, pm->header, lh_layout_at(l, LH_F_POOL_FREEBLOCK));
	if (!ret->damaged && ret->blocks - count_free(ret) != ret->used)
		damage(ret, LH_POOL_BAD_COUNT, addr + count_at);
	return 0;
}

int lh_pool_of(const struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_pool *ret)
{
	const struct lh_arena *arena = lh_pymalloc_arena(&heap->pymalloc, addr);

	if (!arena || addr < arena->first_pool || addr >= arena->end)
		return LH_ABSENT;
	return lh_pool_read(heap, view, arena, addr & ~(heap->pymalloc.pool_size - 1), ret);
}
