/* SPDX-License-Identifier: Apache-2.0 */
/* Regions of allocators, divided among their leaves in the order of addresses. */
#include "analyze/memory_parts.h"
#include "malloc/glibc_chunk.h"

static void leaf(struct lh_memory_work *w, enum lh_memory_leaf which, uint64_t start, uint64_t end,
		 uint64_t count)
{
	lh_memory_add(w, &w->leaves[which], start, end, count);
}

/* A used block: of the type that its tag says, else of @other. */
static void block(struct lh_memory_work *w, enum lh_memory_typed typed, enum lh_memory_leaf other,
		  uint64_t begin, uint64_t start, uint64_t end)
{
	uint64_t tag = lh_memory_tag(w, start, end, begin);

	lh_memory_add(w, tag ? &w->typed[typed][lh_tag_type(tag)] : &w->leaves[other], start, end, 1);
}

/* A used block of malloc's, of which the user has what begins at @begin. */
static void malloc_block(struct lh_memory_work *w, bool is_mapped, uint64_t begin, uint64_t start,
			 uint64_t end)
{
	static const char modules[] = "malloc/native/modules",
			  mapped_modules[] = "malloc/mapped/native/modules";
	uint64_t tag = lh_memory_tag(w, start, end, begin);
	const struct lh_block_owner *owner;
	uint32_t type;
	bool several;

	if (tag && lh_tag_sure(tag) <= LH_TAG_COUNTED) {
		lh_memory_add(w, &w->typed[is_mapped ? LH_TYPED_MAPPED : LH_TYPED_MALLOC][lh_tag_type(tag)],
			      start, end, 1);
		return;
	}
	owner = lh_owned_owner(w->owned, begin, &several);
	if (!owner) {
		leaf(w,
		     is_mapped ? several ? LH_LEAF_MAPPED_SHARED : LH_LEAF_MAPPED_NATIVE
		     : several ? LH_LEAF_NATIVE_SHARED
			       : LH_LEAF_NATIVE,
		     start, end, 1);
		return;
	}
	type = owner->type < LH_TAG_TYPES ? owner->type : LH_TAG_TYPES - 1;
	if (owner->type != LH_OWNER_NO_TYPE)
		lh_memory_add(w, &w->typed[is_mapped ? LH_TYPED_MAPPED_NATIVE : LH_TYPED_NATIVE][type], start,
			      end, 1);
	else /* without memory the context remembers, and the whole answer fails */
		(void)lh_memory_add_named(w, is_mapped ? mapped_modules : modules,
					  w->heap->target->modules[owner->module].path, start, end);
}

/* ---- pymalloc ---- */

static void pool_blocks(struct lh_memory_work *w, const struct lh_pool *pool, const struct lh_arena *arena,
			const uint64_t *counted)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;
	uint64_t at = pool->addr + pm->header;

	leaf(w, LH_LEAF_POOL_HEADERS, pool->addr, at, 1);
	for (uint32_t i = 0; i < pool->blocks; i++, at += pool->block_size) {
		uint64_t bit = (at - arena->address) / pm->alignment;

		if (lh_pool_is_free(pool, i))
			leaf(w, LH_LEAF_FREE_BLOCKS, at, at + pool->block_size, 1);
		else if (!lh_bit_has(counted, bit))
			block(w, LH_TYPED_BUFFERS, LH_LEAF_OTHER_BLOCKS, at, at, at + pool->block_size);
	}
	leaf(w, LH_LEAF_POOL_ROUNDING, at, pool->addr + pm->pool_size, 1);
}

static void pool(struct lh_memory_work *w, uint64_t addr, const struct lh_arena *arena,
		 const uint64_t *counted)
{
	uint64_t end = addr + w->heap->pymalloc.pool_size;
	struct lh_pool p;
	int r = lh_pool_read(w->heap, &w->view, arena, addr, &p);

	w->memory->pools_missing += r != 0;
	w->memory->pools_damaged += r == 0 && p.damaged;
	if (r == 0 && !p.used)
		leaf(w, LH_LEAF_FREE_POOLS, addr, end, 1);
	else if (r == 0 && p.block_size)
		pool_blocks(w, &p, arena, counted);
	else
		leaf(w, LH_LEAF_POOLS_DAMAGED, addr, end, 1);
}

void lh_memory_arena(struct lh_memory_work *w, const struct lh_run *region)
{
	const struct lh_arena *a = &w->heap->pymalloc.arenas[region->index];
	uint64_t size = w->heap->pymalloc.pool_size, carved = a->end,
		 rest = carved + (a->limit - carved) / size * size;

	if (!w->used[region->index]) {
		leaf(w, LH_LEAF_POOLS_DAMAGED, region->start, region->end, 1);
		return;
	}
	leaf(w, LH_LEAF_ARENA_ALIGNMENT, a->address, a->first_pool, 1);
	for (uint64_t addr = a->first_pool; addr < carved; addr += size)
		pool(w, addr, a, w->used[region->index]);
	leaf(w, LH_LEAF_NEVER_USED, carved, rest, (rest - carved) / size);
	leaf(w, LH_LEAF_ARENA_ALIGNMENT, rest, a->limit, 1);
}

/* ---- glibc ---- */

static const enum lh_memory_leaf leaf_of_state[LH_CHUNK_STATES] = {
	[LH_CHUNK_TCACHE] = LH_LEAF_TCACHE,     [LH_CHUNK_FAST] = LH_LEAF_FAST,
	[LH_CHUNK_SMALL] = LH_LEAF_SMALL,       [LH_CHUNK_LARGE] = LH_LEAF_LARGE,
	[LH_CHUNK_UNSORTED] = LH_LEAF_UNSORTED, [LH_CHUNK_UNLISTED] = LH_LEAF_UNLISTED,
	[LH_CHUNK_TOP] = LH_LEAF_TOP,
};

static uint64_t clip(uint64_t addr, const struct lh_run *region)
{
	return addr < region->start ? region->start : addr > region->end ? region->end : addr;
}

/* A used chunk costs 8 bytes more than it can hold. */
static void chunk(struct lh_memory_work *w, const struct lh_glibc_chunk *c, const struct lh_run *region)
{
	uint64_t start = clip(c->addr, region), end = clip(c->next, region), user = clip(c->addr + 8, region);

	if (start >= end)
		return;
	if (c->state != LH_CHUNK_USED) {
		leaf(w, leaf_of_state[c->state], start, end, 1);
		return;
	}
	leaf(w, LH_LEAF_CHUNK_HEADERS, start, user, 1);
	malloc_block(w, false, c->addr + LH_CHUNK_HEAD, user, end);
}

void lh_memory_heap(struct lh_memory_work *w, const struct lh_run *region)
{
	const struct lh_glibc_part *part = &w->regions->chunks.parts[region->index];
	struct lh_glibc_chunk c = lh_glibc_chunk_first(&w->regions->chunks, part);
	uint64_t walked;

	leaf(w, LH_LEAF_CHUNK_HEADERS, clip(part->head, region), clip(part->start, region), 1);
	while (lh_glibc_chunk_next(&c))
		chunk(w, &c, region);
	walked = clip(c.next, region);
	leaf(w, part->damaged ? LH_LEAF_HEAP_DAMAGED : LH_LEAF_CHUNK_HEADERS, walked, clip(part->end, region),
	     1);
}

static void mapped(struct lh_memory_work *w, uint64_t start, uint64_t end)
{
	leaf(w, LH_LEAF_MAPPED_HEADERS, start, start + LH_CHUNK_HEAD, 1);
	malloc_block(w, true, start + LH_CHUNK_HEAD, start + LH_CHUNK_HEAD, end);
}

/* Memory that no allocator that is known has. Where it has objects, it is another malloc's. */
static void unknown(struct lh_memory_work *w, uint64_t start, uint64_t end)
{
	uint64_t objects = start < end ? lh_memory_sure_tags(w, start, end) : 0;

	leaf(w, objects ? LH_LEAF_NOT_WALKED : LH_LEAF_UNEXPLAINED, start, end, objects ? objects : 1);
}

/* Chunks with a mapping to themselves, and what lies between them. */
void lh_memory_anonymous(struct lh_memory_work *w, const struct lh_run *region)
{
	uint64_t from = region->start;
	struct lh_range m;

	while (w->regions->chunks.glibc.count && lh_glibc_mapped_next(&w->view, from, region->end, &m)) {
		unknown(w, from, m.start);
		mapped(w, m.start, m.end);
		from = m.end;
	}
	unknown(w, from, region->end);
}

/* ---- mimalloc ---- */

static void mi_used(struct lh_memory_work *w, uint64_t start, uint64_t end)
{
	struct lh_range b;

	while (start < end) {
		if (!lh_mimalloc_block(&w->regions->mimalloc, start, &b) || b.end > end)
			b.end = end;
		block(w, LH_TYPED_MIMALLOC, LH_LEAF_MI_NATIVE, start, start, b.end);
		start = b.end;
	}
}

void lh_memory_segment(struct lh_memory_work *w, const struct lh_run *region)
{
	uint64_t at = region->start;

	for (; w->mi_free_at < w->mi_free_count && w->mi_free[w->mi_free_at].start < region->end;
	     w->mi_free_at++) {
		const struct lh_range *range = &w->mi_free[w->mi_free_at];
		uint64_t from = clip(range->start, region), to = clip(range->end, region);

		if (from >= to || to <= at)
			continue;
		from = from < at ? at : from;
		mi_used(w, at, from);
		leaf(w, LH_LEAF_MI_FREE, from, to, 1);
		at = to;
	}
	mi_used(w, at, region->end);
}
