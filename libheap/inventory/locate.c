/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/locate.h"
#include "cpython/extent.h"
#include "inventory/objects.h"

const char *lh_place_name(enum lh_place_kind kind)
{
	static const char *const names[] = {
		[LH_PLACE_OBJECT] = "object",       [LH_PLACE_FREE_BLOCK] = "free block",
		[LH_PLACE_BLOCK] = "storage block", [LH_PLACE_POOL] = "pool",
		[LH_PLACE_MEMORY] = "memory",       [LH_PLACE_UNMAPPED] = "unmapped",
	};

	return names[kind];
}

/* The object in a used block, wherever its header is. */
static bool object_in_block(struct lh_heap *heap, uint64_t block, struct lh_object *ret)
{
	uint32_t starts[LH_OBJECT_STARTS];
	uint64_t start = block + heap->debug_padding.before;

	lh_object_starts(0, lh_layout_at(&heap->layout, LH_F_GC_HEAD_SIZE), starts);
	for (unsigned i = 0; i < LH_OBJECT_STARTS; i++)
		if (lh_object_at(heap, &heap->view, start + starts[i], ret) == 0 &&
		    ret->type->presize == starts[i])
			return true;
	return false;
}

static void locate_in_pool(struct lh_heap *heap, const struct lh_arena *arena, uint64_t addr,
			   struct lh_place *place)
{
	const struct lh_pymalloc *pm = &heap->pymalloc;
	struct lh_pool pool;
	uint64_t index;

	place->arena = arena->address;
	place->kind = LH_PLACE_POOL;
	if (addr < arena->first_pool || addr >= arena->end)
		return;
	place->pool = addr & ~(pm->pool_size - 1);
	if (lh_pool_read(heap, &heap->view, arena, place->pool, &pool) != 0 || !pool.block_size ||
	    addr - pool.addr < pm->header)
		return;
	index = (addr - pool.addr - pm->header) / pool.block_size;
	if (index >= pool.blocks)
		return;
	place->block = pool.addr + pm->header + index * pool.block_size;
	place->block_size = pool.block_size;
	place->kind = lh_pool_is_free(&pool, (uint32_t)index)               ? LH_PLACE_FREE_BLOCK
		      : object_in_block(heap, place->block, &place->object) ? LH_PLACE_OBJECT
									    : LH_PLACE_BLOCK;
}

struct search {
	struct lh_heap *heap;
	uint64_t addr;
	struct lh_item found;
};

static int around(void *arg, const struct lh_item *items, size_t count)
{
	struct search *s = arg;

	for (size_t i = 0; i < count; i++)
		if (s->addr - items[i].object.addr <
		    lh_object_extent(s->heap, items[i].object.bytes, items[i].object.type))
			s->found = items[i];
	return 0;
}

static int locate_outside(struct lh_heap *heap, uint64_t addr, struct lh_place *place)
{
	struct search search = {.heap = heap, .addr = addr};
	struct lh_findings findings;
	int r;

	place->kind = LH_PLACE_MEMORY;
	r = lh_object_at(heap, &heap->view, addr, &place->object);
	if (r == LH_ABSENT) {
		r = lh_objects_walk(heap, false, around, &search, &findings);
		if (r == 0)
			r = search.found.object.addr ? lh_object_at(heap, &heap->view,
								    search.found.object.addr, &place->object)
						     : LH_ABSENT;
	}
	if (r == 0)
		place->kind = LH_PLACE_OBJECT;
	return r < 0 ? r : 0;
}

int lh_locate(struct lh_heap *heap, uint64_t addr, struct lh_place *ret)
{
	const struct lh_arena *arena = lh_pymalloc_arena(&heap->pymalloc, addr);
	struct lh_place place = {.mapping = lh_target_mapping(heap->target, addr)};
	int r = 0;

	if (!lh_view_at(&heap->view, addr, 1))
		place.kind = LH_PLACE_UNMAPPED;
	else if (arena)
		locate_in_pool(heap, arena, addr, &place);
	else
		r = locate_outside(heap, addr, &place);
	if (r == 0)
		*ret = place;
	return r;
}
