/* SPDX-License-Identifier: Apache-2.0 */
/*
 * _PyObject_DebugMallocStats() (Objects/obmalloc.c) takes a pool's count from its header, and an arena's
 * unused pools from nfreepools; so do we, and report where these contradict the chains of free blocks and the
 * pools themselves.
 */
#include "analyze/arenas.h"
#include "util/array.h"

struct counter {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_arenas_use *use;
	uint64_t missing; /* pools of the current arena */
	uint64_t in_use;
};

static void note_damage(struct lh_arenas_use *use, uint64_t pool)
{
	if (!use->pools_damaged++)
		use->first_damaged = pool;
}

static void add_pool(struct counter *c, const struct lh_pool *pool, struct lh_arena_use *arena)
{
	struct lh_class_use *class;

	if (pool->damaged)
		note_damage(c->use, pool->addr);
	c->in_use += pool->used != 0;
	if (!pool->used || !pool->block_size || pool->used > pool->blocks)
		return;
	class = &c->use->classes[pool->block_size / c->heap->pymalloc.alignment - 1];
	class->pools++;
	class->blocks_used += pool->used;
	class->blocks_free += pool->blocks - pool->used;
	arena->blocks_used += pool->used;
	arena->bytes_used += (uint64_t)pool->used * pool->block_size;
}

static void check_free_pools(struct counter *c, const struct lh_arena_use *arena)
{
	struct lh_arenas_use *use = c->use;

	if (c->missing || arena->pools - c->in_use == arena->pools_free)
		return;
	if (!use->arenas_odd++)
		use->first_odd = arena->arena->address;
}

static void add_arena(struct counter *c, const struct lh_arena *arena, struct lh_arena_use *ret)
{
	uint64_t pool_size = c->heap->pymalloc.pool_size;

	/* An arena that does not start on a pool boundary loses one pool to alignment. */
	ret->arena = arena;
	ret->pools = (uint32_t)((arena->limit - arena->first_pool) / pool_size);
	ret->pools_free = arena->nfreepools < ret->pools ? arena->nfreepools : ret->pools;
	c->missing = c->in_use = 0;
	for (uint64_t addr = arena->first_pool; addr < arena->end; addr += pool_size) {
		struct lh_pool pool;

		if (lh_pool_read(c->heap, &c->view, arena, addr, &pool) == 0)
			add_pool(c, &pool, ret);
		else
			c->missing++;
	}
	c->use->pools_missing += c->missing;
	check_free_pools(c, ret);
}

static void add_up(struct lh_heap *heap, struct lh_arenas_use *use)
{
	const struct lh_pymalloc *pm = &heap->pymalloc;

	for (size_t i = 0; i < use->count; i++) {
		use->pools += use->arenas[i].pools;
		use->pools_free += use->arenas[i].pools_free;
	}
	for (unsigned i = 0; i < LH_SIZE_CLASSES; i++) {
		uint64_t size = (uint64_t)(i + 1) * pm->alignment;

		use->blocks_used += use->classes[i].blocks_used;
		use->blocks_free += use->classes[i].blocks_free;
		use->bytes_used += use->classes[i].blocks_used * size;
		use->bytes_free += use->classes[i].blocks_free * size;
	}
	/* Without arenas another allocator serves all blocks, and pymalloc counts none. */
	use->raw_blocks = pm->count ? pm->raw_blocks : -1;
	/* Up to 3.8 there is one count of all blocks; those that are not in a pool are malloc's. */
	if (pm->count && pm->raw_blocks < 0 && pm->all_blocks >= (int64_t)use->blocks_used)
		use->raw_blocks = pm->all_blocks - (int64_t)use->blocks_used;
}

int lh_arenas_count(struct lh_heap *heap, struct lh_arenas_use *ret)
{
	const struct lh_pymalloc *pm = &heap->pymalloc;
	_cleanup_(lh_arenas_use_fini) struct lh_arenas_use use = {
		.arenas = lh_new0(struct lh_arena_use, pm->count + 1)};
	struct counter c = {.heap = heap, .view = lh_view_of(heap->target), .use = &use};

	if (!use.arenas)
		return lh_nomem(heap->ctx);
	for (; use.count < pm->count; use.count++) {
		int r = lh_progress(heap->ctx, "reading arenas", use.count, pm->count);

		if (r < 0)
			return r;
		add_arena(&c, &pm->arenas[use.count], &use.arenas[use.count]);
	}
	add_up(heap, &use);
	*ret = use;
	use.arenas = NULL;
	return 0;
}

void lh_arenas_use_fini(struct lh_arenas_use *use)
{
	free(use->arenas);
	use->arenas = NULL;
}
