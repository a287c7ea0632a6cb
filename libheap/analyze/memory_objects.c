/* SPDX-License-Identifier: Apache-2.0 */
/* What objects have: their blocks in pools are counted at once, all else gets a tag. */
#include "analyze/memory_parts.h"
#include "cpython/prefetch.h"
#include "cpython/size.h"
#include "cpython/storage.h"
#include "util/array.h"
#include "util/sort.h"

#include <stdlib.h>

struct walk {
	struct lh_memory_work *w;
	struct lh_owned_walk *owned; /* that this walk is for, too; NULL: it is not */
	struct lh_owner owner;
	struct lh_prefetch ahead;
	const struct lh_arena *arena; /* of the last object in a pool */
	struct lh_pool pool;
	uint32_t type; /* of the object that is visited */
	bool counted;  /* its size counts its buffers */
	int error;
};

static void tag(struct walk *k, uint64_t addr, enum lh_tag_sure sure)
{
	struct lh_memory_work *w = k->w;
	int r;

	if (k->error || addr >> (64 - LH_TAG_SHIFT))
		return;
	r = lh_append(w->heap->ctx, w->tags, w->tag_count, w->tag_capacity,
		      addr << LH_TAG_SHIFT | (uint64_t)sure << LH_TAG_SURE_SHIFT | k->type);
	k->error = r < 0 ? r : 0;
}

/* A guess may be any word: it has to point to memory that an allocator may have. */
static void on_owned(void *arg, uint64_t addr, bool guess)
{
	struct walk *k = arg;
	const struct lh_mapping *m;

	if (guess && !lh_pymalloc_has(&k->w->heap->pymalloc, addr)) {
		if (addr & 15)
			return;
		m = lh_target_mapping(k->w->heap->target, addr);
		if (!m || !m->writable || (m->path && m->path[0] == '/'))
			return;
	}
	tag(k, addr, !guess ? LH_TAG_BUFFER : k->counted ? LH_TAG_COUNTED : LH_TAG_GUESS);
}

/* Make the pool that has @addr the current one. Return: whether its blocks are known. */
static bool seek(struct walk *k, uint64_t addr)
{
	const struct lh_heap *heap = k->w->heap;
	uint64_t pool = addr & ~(heap->pymalloc.pool_size - 1);

	if (k->pool.addr == pool && k->pool.block_size)
		return true;
	if (!k->arena || addr - k->arena->address >= k->arena->limit - k->arena->address)
		k->arena = lh_pymalloc_arena(&heap->pymalloc, addr);
	if (!k->arena || pool < k->arena->first_pool || pool >= k->arena->end ||
	    lh_pool_read(heap, &k->w->view, k->arena, pool, &k->pool) != 0)
		k->pool.block_size = 0;
	return k->pool.block_size != 0;
}

/* The block of an object in a pool: its bit says that it is counted. */
static void count_block(struct walk *k, uint64_t addr)
{
	struct lh_memory_work *w = k->w;
	const struct lh_pymalloc *pm = &w->heap->pymalloc;
	uint64_t at, *bits, bit;
	uint32_t block;

	if (!seek(k, addr))
		return;
	bits = w->used[k->arena - pm->arenas];
	at = addr - k->pool.addr - pm->header;
	block = (uint32_t)at / k->pool.block_size; /* of a pool: a short division is faster */
	if (!bits || addr - k->pool.addr < pm->header || block >= k->pool.blocks ||
	    lh_pool_is_free(&k->pool, block))
		return;
	at = k->pool.addr + pm->header + (uint64_t)block * k->pool.block_size;
	bit = (at - k->arena->address) / pm->alignment;
	if (lh_bit_has(bits, bit))
		return;
	lh_bit_set(bits, bit);
	lh_memory_add(w, &w->typed[LH_TYPED_OBJECTS][k->type], at, at + k->pool.block_size, 1);
}

static int take(void *arg, const struct lh_item *items, size_t count)
{
	struct walk *k = arg;

	for (size_t i = 0; i < count; i++)
		lh_prefetch_dict(&k->ahead, items[i].object.bytes, items[i].object.type);
	for (size_t i = 0; i < count; i++) {
		const struct lh_object *o = &items[i].object;

		k->type = o->type->index < LH_TAG_TYPES ? o->type->index : LH_TAG_TYPES - 1;
		k->counted = lh_size_counts_buffers(k->w->heap, o->type);
		if (lh_pymalloc_has(&k->w->heap->pymalloc, o->addr))
			count_block(k, o->addr);
		else
			tag(k, o->addr, LH_TAG_OBJECT);
		lh_storage_visit(&k->owner, o);
	}
	return k->error || !k->owned ? k->error : lh_owned_walk_take(k->owned, items, count);
}

/* Arenas that are a region as a whole: in others, objects are not counted. */
static int make_bits(struct lh_memory_work *w)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;

	w->used = lh_new0(uint64_t *, pm->count + 1);
	for (int kind = 0; w->used && kind < LH_TYPED; kind++)
		if (!(w->typed[kind] = lh_new0(struct lh_memory_sum, LH_TAG_TYPES)))
			return lh_nomem(w->heap->ctx);
	for (size_t i = 0; w->used && i < w->regions->count; i++) {
		const struct lh_run *g = &w->regions->runs[i];

		if (g->kind != LH_REGION_ARENA || g->start != pm->arenas[g->index].address ||
		    g->end != pm->arenas[g->index].limit)
			continue;
		w->used[g->index] = lh_new0(uint64_t, (g->end - g->start) / pm->alignment / 64 + 1);
		if (!w->used[g->index])
			return lh_nomem(w->heap->ctx);
	}
	return w->used ? 0 : lh_nomem(w->heap->ctx);
}

int lh_memory_objects(struct lh_memory_work *w, struct lh_owned_walk *owned)
{
	struct walk k = {.w = w, .owned = owned, .ahead = lh_prefetch_of(w->heap)};
	int r = make_bits(w);

	k.owner = (struct lh_owner){.heap = w->heap,
				    .view = lh_view_of(w->heap->target),
				    .fn = on_owned,
				    .arg = &k,
				    .room = lh_target_bytes(w->heap->target)};
	if (r == 0)
		r = lh_objects_walk(w->heap, false, take, &k, &w->memory->findings);
	if (r == 0)
		lh_sort_words(w->tags, w->tag_count);
	return r;
}

uint64_t lh_memory_tag(struct lh_memory_work *w, uint64_t start, uint64_t end, uint64_t begin)
{
	uint64_t best = 0;

	while (w->tag_at < w->tag_count && lh_tag_addr(w->tags[w->tag_at]) < start)
		w->tag_at++;
	for (; w->tag_at < w->tag_count && lh_tag_addr(w->tags[w->tag_at]) < end; w->tag_at++) {
		uint64_t t = w->tags[w->tag_at], addr = lh_tag_addr(t);

		if (lh_tag_sure(t) >= LH_TAG_COUNTED &&
		    !lh_debug_padding_is(&w->heap->debug_padding, addr - begin))
			continue;
		if (!best || lh_tag_sure(t) < lh_tag_sure(best))
			best = t;
	}
	return best;
}

uint64_t lh_memory_sure_tags(struct lh_memory_work *w, uint64_t start, uint64_t end)
{
	uint64_t count = 0;

	for (; w->tag_at < w->tag_count && lh_tag_addr(w->tags[w->tag_at]) < end; w->tag_at++)
		count += lh_tag_addr(w->tags[w->tag_at]) >= start &&
			 lh_tag_sure(w->tags[w->tag_at]) < LH_TAG_COUNTED;
	return count;
}
