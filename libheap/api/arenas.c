/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on pymalloc's arenas, pools and blocks. */
#include "analyze/arenas.h"
#include "analyze/no_pymalloc.h"
#include "analyze/slack.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

static int make(struct lh_heap *heap, void *ret)
{
	return lh_arenas_count(heap, ret);
}

static void fini(void *kept)
{
	lh_arenas_use_fini(kept);
}

static const struct lh_keeper keeper = {sizeof(struct lh_arenas_use), make, fini};

/* Return: 0; LH_DONE: there are not so many; -LH_E*. */
static int arena_at(struct lh_heap *heap, size_t index, const struct lh_arena_use **ret)
{
	const struct lh_arenas_use *use;
	int r = lh_heap_keep(heap, &keeper, &use);

	if (r < 0)
		return r;
	if (index >= use->count)
		return LH_DONE;
	*ret = &use->arenas[index];
	return 0;
}

int lh_arena_at(struct lh_heap *heap, size_t index, struct lh_arena_info *ret)
{
	const struct lh_arena_use *a;
	int r = arena_at(heap, index, &a);

	if (r == 0)
		lh_info_give(ret,
			     &(struct lh_arena_info){.addr = a->arena->address,
						     .end = a->arena->limit,
						     .first_pool = a->arena->first_pool,
						     .pool_end = a->arena->end,
						     .pools = a->pools,
						     .pools_free = a->pools_free,
						     .blocks_used = a->blocks_used,
						     .bytes_used = a->bytes_used},
			     sizeof(*ret));
	return r;
}

int lh_pool_at(struct lh_heap *heap, size_t arena, size_t index, struct lh_pool_info *ret)
{
	const struct lh_arena_use *a;
	struct lh_pool_info info;
	struct lh_pool pool = {0};
	int r = arena_at(heap, arena, &a);

	if (r != 0)
		return r;
	if (index >= (a->arena->end - a->arena->first_pool) / heap->pymalloc.pool_size)
		return LH_DONE;
	r = lh_pool_read(heap, &heap->view, a->arena, a->arena->first_pool + index * heap->pymalloc.pool_size,
			 &pool);
	if (r != 0)
		return r;
	info = (struct lh_pool_info){
		.addr = pool.addr,
		.first_block = pool.addr + heap->pymalloc.header,
		.block_size = pool.block_size,
		.blocks = pool.blocks,
		.used = pool.used,
		.damaged = pool.damaged,
	};
	memcpy(info.free_bits, pool.free_bits, sizeof(info.free_bits));
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_allocator_info(struct lh_heap *heap, struct lh_allocator_info *ret)
{
	const struct lh_pymalloc *pm = &heap->pymalloc;
	const struct lh_arenas_use *use;
	struct lh_allocator_info info;
	int r = lh_heap_keep(heap, &keeper, &use), off = 0;

	if (r == 0 && !pm->sets && !heap->build.free_threaded)
		r = off = lh_pymalloc_is_off(heap);
	if (r < 0)
		return r;
	info = (struct lh_allocator_info){
		.found = pm->sets > 0 || off,
		.pool_size = (uint32_t)pm->pool_size,
		.alignment = (uint32_t)pm->alignment,
		.arena_size = pm->arena_size,
		.arenas = use->count,
		.pools = use->pools,
		.pools_free = use->pools_free,
		.blocks_used = use->blocks_used,
		.blocks_free = use->blocks_free,
		.bytes_used = use->bytes_used,
		.bytes_free = use->bytes_free,
		.raw_blocks = use->raw_blocks,
		.pools_missing = use->pools_missing,
		.pools_damaged = use->pools_damaged,
		.first_damaged = use->first_damaged,
		.arenas_odd = use->arenas_odd,
		.first_odd = use->first_odd,
	};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_size_class_at(struct lh_heap *heap, size_t index, struct lh_size_class_info *ret)
{
	const struct lh_arenas_use *use;
	const struct lh_class_use *class;
	int r = lh_heap_keep(heap, &keeper, &use);

	if (r < 0)
		return r;
	if (index >= LH_SIZE_CLASSES)
		return LH_DONE;
	class = &use->classes[index];
	lh_info_give(
		ret,
		&(struct lh_size_class_info){.block_size = (uint32_t)((index + 1) * heap->pymalloc.alignment),
					     .pools = class->pools,
					     .blocks_used = class->blocks_used,
					     .blocks_free = class->blocks_free},
		sizeof(*ret));
	return 0;
}

static int make_slack(struct lh_heap *heap, void *ret)
{
	return lh_slack_find(heap, ret);
}

static void keep_none(void *kept)
{
}

int lh_size_class_slack(struct lh_heap *heap, size_t index, struct lh_slack_info *ret)
{
	static const struct lh_keeper slack_keeper = {sizeof(struct lh_slack), make_slack, keep_none};
	const struct lh_slack *slack;
	int r = lh_heap_keep(heap, &slack_keeper, &slack);

	if (r < 0)
		return r;
	if (index >= LH_SIZE_CLASSES)
		return LH_DONE;
	lh_info_give(ret,
		     &(struct lh_slack_info){.objects = slack->classes[index].objects,
					     .bytes = slack->classes[index].bytes},
		     sizeof(*ret));
	return 0;
}
