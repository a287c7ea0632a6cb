/* SPDX-License-Identifier: Apache-2.0 */
/* Walking the chunks of glibc's heaps; see glibc_free.h. */
#include "malloc/glibc_free.h"
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_lists.h"
#include "util/array.h"
#include "util/bytes.h"

#include <stdlib.h>

/* malloc/arena.c: heaps of threads are aligned to this, and begin with heap_info {ar_ptr, prev, size, ...} */
#define HEAP_ALIGN (64ull << 20)
#define HEAP_SIZE_AT 16
#define HEAP_MAX (1ull << 40) /* bytes: more is not believed */
#define STATE_MIN 0x700       /* sizeof(struct malloc_state): 0x888 to 0x8a0 in glibc 2.23 to 2.43 */
#define STATE_MAX 0xa00

struct cache {
	uint64_t chunk, size;
};

struct walk {
	struct lh_target *target;
	struct lh_view view;
	struct lh_glibc_lists lists;
	struct lh_glibc_blocks
		*blocks; /* NULL: all that is free is reported; else lists alone, and blocks are marked */
	struct cache *caches; /* used chunks of the heap that is read that may be a thread's cache */
	size_t cache_count, cache_capacity;
	uint32_t heaps;
	uint64_t done;
};

static uint64_t chunk_at(struct walk *w, uint64_t addr, uint64_t end)
{
	return lh_glibc_chunk_at(&w->view, addr, end, LH_CHUNK_MIN);
}

/* A heap that another one followed ends with fenceposts: sizes of 16 and 0 (sysmalloc()). */
static bool is_end(struct walk *w, uint64_t addr, uint64_t end)
{
	const uint8_t *p;

	if (addr == end)
		return true;
	p = end - addr <= LH_CHUNK_MIN + LH_CHUNK_HEAD ? lh_view_at(&w->view, addr, LH_CHUNK_HEAD) : NULL;
	return p && (lh_u64(p + 8) & ~(uint64_t)LH_CHUNK_FLAGS) <= LH_CHUNK_HEAD;
}

/* The chunk after a free one repeats its size; no chunk of a heap is mapped by itself. */
static bool fits(struct walk *w, uint64_t addr, uint64_t word, uint64_t before)
{
	const uint8_t *p;

	if (word & (LH_CHUNK_IS_MMAPPED | LH_CHUNK_PREV_INUSE))
		return !(word & LH_CHUNK_IS_MMAPPED);
	p = before ? lh_view_at(&w->view, addr, 8) : NULL;
	return p && lh_u64(p) == before;
}

static int note_used(struct walk *w, uint64_t start, uint64_t size)
{
	if (w->blocks)
		lh_glibc_blocks_mark(w->blocks, start + LH_CHUNK_HEAD);
	if (!lh_glibc_cache_has(size) || !lh_glibc_may_be_cache(&w->lists, start, size))
		return 0;
	return lh_append(w->target->ctx, w->caches, w->cache_count, w->cache_capacity,
			 ((struct cache){start, size}));
}

/* Whether the chunk before @at is free, by the head there,
 * @after; the last one is the top: never used yet. */
static bool is_free(uint64_t at, uint64_t end, uint64_t after)
{
	return at >= end || (after && !(after & LH_CHUNK_PREV_INUSE));
}

/* Whether a heap may begin at @start: random words hardly ever form one chunk after another. */
static bool may_begin(struct walk *w, uint64_t start, uint64_t end)
{
	uint64_t word = start < end && end - start <= HEAP_MAX ? chunk_at(w, start, end) : 0, next;
	uint64_t size = word & ~(uint64_t)LH_CHUNK_FLAGS;

	if (!word || !fits(w, start, word, 0) || start + size >= end)
		return false;
	next = chunk_at(w, start + size, end);
	return next && fits(w, start + size, next, size);
}

/* Whether chunks lie side by side from @start to @end, with what is used noted on the way. Return: 0;
 * LH_ABSENT: they do not; -LH_E*. */
static int follow(struct walk *w, uint64_t start, uint64_t end)
{
	uint64_t before = 0, word = chunk_at(w, start, end);
	int r = 0;

	while (word && r == 0 && fits(w, start, word, before)) {
		before = word & ~(uint64_t)LH_CHUNK_FLAGS;
		start += before;
		word = start < end ? chunk_at(w, start, end) : 0;
		if (!is_free(start, end, word))
			r = note_used(w, start - before, before);
		if (r == 0 && ++w->done % 65536 == 0)
			r = lh_progress(w->target->ctx, "reading malloc's heaps", w->done, 0);
	}
	return r < 0 ? r : is_end(w, start, end) ? 0 : LH_ABSENT;
}

static void tell_free(struct walk *w, uint64_t start, uint64_t end)
{
	uint64_t word = chunk_at(w, start, end);

	while (word) {
		uint64_t size = word & ~(uint64_t)LH_CHUNK_FLAGS, next = start + size;

		word = next < end ? chunk_at(w, next, end) : 0;
		if (is_free(next, end, word))
			w->lists.fn(w->lists.arg, start + LH_CHUNK_HEAD, size - LH_CHUNK_HEAD);
		start = next;
	}
}

/* Report what is free in the heap from @start to @end. Return: 0; LH_ABSENT if it is not a heap; -LH_E*. */
static int tell_heap(struct walk *w, uint64_t start, uint64_t end, bool main)
{
	int r;

	w->cache_count = 0;
	if (!may_begin(w, start, end))
		return LH_ABSENT;
	r = w->blocks ? lh_glibc_blocks_add(w->blocks, start, end, main) : 0;
	if (r < 0)
		return r;
	r = follow(w, start, end);
	if (r == LH_ABSENT && w->blocks)
		lh_glibc_blocks_drop(w->blocks);
	if (r != 0)
		return r;
	w->heaps++;
	for (size_t i = 0; i < w->cache_count; i++)
		lh_glibc_tell_cache(&w->lists, w->caches[i].chunk, w->caches[i].size);
	if (!w->blocks)
		tell_free(w, start, end);
	return 0;
}

/*
 * The heap of another arena: after its head, or, in the arena's first heap, after the arena's state. For
 * where the arenas are not known.
 */
static int look_at_heap(struct walk *w, const struct lh_mapping *m)
{
	const uint8_t *p = lh_view_at(&w->view, m->start, 64);
	uint64_t arena, end, first, last;
	int r = LH_ABSENT;

	if (!p)
		return 0;
	arena = lh_u64(p);
	end = m->start + lh_u64(p + HEAP_SIZE_AT);
	if (end <= m->start || end > m->end)
		return 0;
	first = m->start + 32;
	last = first + 32;
	if (arena - m->start <= 64) {
		first = arena + STATE_MIN;
		last = arena + STATE_MAX;
	}
	for (uint64_t at = (first + 15) & ~15ull; at <= last && r == LH_ABSENT; at += 16)
		r = tell_heap(w, at, end, false);
	return r < 0 ? r : 0;
}

/* Heaps as far as mappings show them: the one that the break of the program ends, and threads' */
static int look_at_mappings(struct walk *w, bool threads)
{
	int r = 0;

	for (size_t i = 0; i < w->target->mapping_count && r == 0; i++) {
		const struct lh_mapping *m = &w->target->mappings[i];

		if (!m->writable || (m->path && m->path[0] == '/'))
			continue;
		r = tell_heap(w, m->start, m->end, true);
		if (r == LH_ABSENT)
			r = threads && m->start % HEAP_ALIGN == 0 ? look_at_heap(w, m) : 0;
	}
	return r;
}

/* The main arena's memory is not all the break's when somebody else moved that, or it could not be moved. */
static int tell_arena(struct walk *w, const struct lh_glibc *glibc, const struct lh_glibc_arena *arena)
{
	struct lh_glibc_heap heap = {0};

	lh_glibc_tell_fastbins(&w->lists, glibc, arena);
	while (lh_glibc_heap_next(&w->view, glibc, arena, &heap)) {
		int r = tell_heap(w, heap.start, heap.end, arena->main);

		if (r < 0)
			return r;
		if (r == LH_ABSENT && arena->main)
			break;
	}
	return arena->main && !w->heaps ? look_at_mappings(w, false) : 0;
}

static int walk_all(struct walk *w, struct lh_glibc_findings *ret)
{
	_cleanup_(lh_glibc_fini) struct lh_glibc glibc;
	int r = lh_glibc_find(w->target, &glibc);

	for (size_t i = 0; i < glibc.count && r == 0; i++)
		r = tell_arena(w, &glibc, &glibc.arenas[i]);
	if (r == 0 && !glibc.count)
		r = look_at_mappings(w, true);
	*ret = (struct lh_glibc_findings){.arenas = (uint32_t)glibc.count,
					  .heaps = w->heaps,
					  .caches = w->lists.caches,
					  .torn = w->lists.torn,
					  .listed = w->lists.chunks};
	free(w->caches);
	return r;
}

static struct walk walk_of(struct lh_target *target, lh_free_range_fn fn, void *arg)
{
	return (struct walk){
		.target = target, .view = lh_view_of(target), .lists = lh_glibc_lists_of(target, fn, arg)};
}

int lh_glibc_report_free(struct lh_target *target, lh_free_range_fn fn, void *arg,
			 struct lh_glibc_findings *ret)
{
	struct walk w = walk_of(target, fn, arg);

	return walk_all(&w, ret);
}

int lh_glibc_listed(struct lh_target *target, lh_free_range_fn fn, void *arg, struct lh_glibc_blocks *blocks,
		    struct lh_glibc_findings *ret)
{
	struct walk w = walk_of(target, fn, arg);
	int r;

	*blocks = (struct lh_glibc_blocks){.ctx = target->ctx};
	w.blocks = blocks;
	r = walk_all(&w, ret);
	lh_glibc_blocks_finish(blocks);
	return r;
}
