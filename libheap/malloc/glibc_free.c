/* SPDX-License-Identifier: Apache-2.0 */
#include "malloc/glibc_free.h"
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_lists.h"
#include "util/bytes.h"

/* malloc/arena.c: heaps of threads are aligned to this, and begin with heap_info {ar_ptr, prev, size, ...} */
#define HEAP_ALIGN (64ull << 20)
#define HEAP_SIZE_AT 16
#define HEAP_MAX (1ull << 40) /* bytes: more is not believed */
#define STATE_MIN 0x700       /* sizeof(struct malloc_state): 0x888 to 0x8a0 in glibc 2.23 to 2.43 */
#define STATE_MAX 0xa00

struct walk {
	struct lh_target *target;
	struct lh_view view;
	struct lh_glibc_lists lists;
	struct lh_glibc_blocks
		*blocks; /* NULL: all that is free is told; else lists alone, and blocks are marked */
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

/* Of a free chunk the one behind it repeats the size; no chunk of a heap is mapped by itself. */
static bool fits(struct walk *w, uint64_t addr, uint64_t word, uint64_t before)
{
	const uint8_t *p;

	if (word & (LH_CHUNK_IS_MMAPPED | LH_CHUNK_PREV_INUSE))
		return !(word & LH_CHUNK_IS_MMAPPED);
	p = before ? lh_view_at(&w->view, addr, 8) : NULL;
	return p && lh_u64(p) == before;
}

/* Whether chunks lie side by side from @start to @end. */
static bool is_heap(struct walk *w, uint64_t start, uint64_t end)
{
	uint64_t first = start, count = 0, before = 0;

	while (start < end) {
		uint64_t word = chunk_at(w, start, end);

		if (!word || !fits(w, start, word, before))
			break;
		before = word & ~(uint64_t)LH_CHUNK_FLAGS;
		start += before;
		count++;
	}
	return count > 1 && start - first <= HEAP_MAX && is_end(w, start, end);
}

static void tell(struct walk *w, uint64_t addr, uint64_t len)
{
	if (!w->blocks)
		w->lists.fn(w->lists.arg, addr, len);
}

static void tell_used(struct walk *w, uint64_t start, uint64_t size)
{
	lh_glibc_tell_cache(&w->lists, start, size);
	if (w->blocks)
		lh_glibc_blocks_mark(w->blocks, start + LH_CHUNK_HEAD);
}

static int tell_heap(struct walk *w, uint64_t start, uint64_t end, bool main)
{
	uint64_t word = chunk_at(w, start, end);
	int r = w->blocks ? lh_glibc_blocks_add(w->blocks, start, end, main) : 0;

	w->heaps++;
	while (word && r == 0) {
		uint64_t size = word & ~(uint64_t)LH_CHUNK_FLAGS, next = start + size,
			 after = next < end ? chunk_at(w, next, end) : 0;

		if (next >= end ||
		    (after && !(after & LH_CHUNK_PREV_INUSE))) /* the last one is the top: never used yet */
			tell(w, start + LH_CHUNK_HEAD, size - LH_CHUNK_HEAD);
		else
			tell_used(w, start, size);
		start = next;
		word = after;
		if (++w->done % 65536 == 0)
			r = lh_progress(w->target->ctx, "reading malloc's heaps", w->done, 0);
	}
	return r;
}

/*
 * The heap of another arena: behind its head, or, in the arena's first heap, behind the arena's state. For
 * where the arenas are not known.
 */
static int look_at_heap(struct walk *w, const struct lh_mapping *m)
{
	const uint8_t *p = lh_view_at(&w->view, m->start, 64);
	uint64_t arena, end, first, last;

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
	for (uint64_t at = (first + 15) & ~15ull; at <= last; at += 16)
		if (is_heap(w, at, end))
			return tell_heap(w, at, end, false);
	return 0;
}

/* Heaps as far as mappings show them: the one that the break of the program ends, and threads' */
static int look_at_mappings(struct walk *w, bool threads)
{
	int r = 0;

	for (size_t i = 0; i < w->target->mapping_count && r == 0; i++) {
		const struct lh_mapping *m = &w->target->mappings[i];

		if (!m->writable || (m->path && m->path[0] == '/'))
			continue;
		if (is_heap(w, m->start, m->end))
			r = tell_heap(w, m->start, m->end, true);
		else if (threads && m->start % HEAP_ALIGN == 0)
			r = look_at_heap(w, m);
	}
	return r;
}

/* The main arena's memory is not all the break's when somebody else moved that, or it could not be moved. */
static int tell_arena(struct walk *w, const struct lh_glibc *glibc, const struct lh_glibc_arena *arena)
{
	struct lh_glibc_heap heap = {0};
	int r = 0;

	lh_glibc_tell_fastbins(&w->lists, glibc, arena);
	while (r == 0 && lh_glibc_heap_next(&w->view, glibc, arena, &heap))
		if (is_heap(w, heap.start, heap.end))
			r = tell_heap(w, heap.start, heap.end, arena->main);
		else if (arena->main)
			break;
	return r == 0 && arena->main && !w->heaps ? look_at_mappings(w, false) : r;
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
	return r;
}

static struct walk walk_of(struct lh_target *target, lh_free_fn fn, void *arg)
{
	return (struct walk){.target = target,
			     .view = lh_view_of(target),
			     .lists = {.view = lh_view_of(target), .fn = fn, .arg = arg}};
}

int lh_glibc_free(struct lh_target *target, lh_free_fn fn, void *arg, struct lh_glibc_findings *ret)
{
	struct walk w = walk_of(target, fn, arg);

	return walk_all(&w, ret);
}

int lh_glibc_listed(struct lh_target *target, lh_free_fn fn, void *arg, struct lh_glibc_blocks *blocks,
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
