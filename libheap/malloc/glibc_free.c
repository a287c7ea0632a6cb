/* SPDX-License-Identifier: Apache-2.0 */
#include "malloc/glibc_free.h"
#include "malloc/glibc_chunk.h"
#include "util/bytes.h"

#define CACHED_MAX 65536 /* chunks of one bin (glibc.malloc.tcache_count) */

/* malloc/arena.c: heaps of threads are aligned to this, and begin with heap_info {ar_ptr, prev, size, ...} */
#define HEAP_ALIGN (64ull << 20)
#define HEAP_SIZE_AT 16
#define STATE_MIN 0x700 /* sizeof(struct malloc_state): 0x888 to 0x8a0 in glibc 2.23 to 2.41 */
#define STATE_MAX 0xa00

struct walk {
	struct lh_target *target;
	struct lh_view view;
	lh_free_fn fn;
	void *arg;
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
	const uint8_t *p = lh_view_at(&w->view, addr, 8);

	return !(word & LH_CHUNK_IS_MMAPPED) &&
	       (word & LH_CHUNK_PREV_INUSE || (before && p && lh_u64(p) == before));
}

/* Whether chunks lie side by side from @start to @end. */
static bool is_heap(struct walk *w, uint64_t start, uint64_t end)
{
	uint64_t count = 0, before = 0;

	while (start < end) {
		uint64_t word = chunk_at(w, start, end);

		if (!word || !fits(w, start, word, before))
			break;
		before = word & ~(uint64_t)LH_CHUNK_FLAGS;
		start += before;
		count++;
	}
	return count > 1 && is_end(w, start, end);
}

/*
 * Chunks that a thread keeps: tcache_perthread_struct lies in a chunk of its own, the heap's first; bin i has
 * chunks of 32 + 16 * i. Links are masked by their own place since 2.32 (PROTECT_PTR).
 */
static const struct {
	uint64_t chunk, entries, bins; /* size of the chunk; where the lists begin in it; how many */
} caches[] = {
	{0x290, 128, 64}, /* 2.30-2.41: uint16_t counts[64] */
	{0x250, 64, 64},  /* 2.26-2.29: char counts[64] */
	{0x300, 152, 64}, /* 2.42: uint16_t num_slots[76]; the bins of small chunks come first */
};

static bool is_chunk_of(struct walk *w, uint64_t user, uint64_t size)
{
	const uint8_t *p = user & 15 ? NULL : lh_view_at(&w->view, user - 8, size);

	return p && (lh_u64(p) & ~(uint64_t)LH_CHUNK_FLAGS) == size;
}

static void tell_bin(struct walk *w, uint64_t user, uint64_t size)
{
	for (unsigned n = 0; user && n < CACHED_MAX && is_chunk_of(w, user, size); n++) {
		uint64_t link = lh_u64(lh_view_at(&w->view, user, 8));

		w->fn(w->arg, user, size - 8);
		user = link && !is_chunk_of(w, link, size) ? link ^ (user >> 12) : link;
	}
}

static void tell_cache(struct walk *w, uint64_t chunk, uint64_t size)
{
	for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
		const uint8_t *p;

		if (caches[i].chunk != size)
			continue;
		p = lh_view_at(&w->view, chunk + LH_CHUNK_HEAD + caches[i].entries, caches[i].bins * 8);
		for (uint64_t b = 0; p && b < caches[i].bins; b++)
			tell_bin(w, lh_u64(p + b * 8), LH_CHUNK_MIN + 16 * b);
	}
}

static int tell_heap(struct walk *w, uint64_t start, uint64_t end)
{
	int r = 0;

	tell_cache(w, start, chunk_at(w, start, end) & ~(uint64_t)LH_CHUNK_FLAGS);
	while (start < end && r == 0) {
		uint64_t size = chunk_at(w, start, end) & ~(uint64_t)LH_CHUNK_FLAGS, next = start + size,
			 after = size ? chunk_at(w, next, end) : 0;

		if (!size)
			break;
		if (next >= end ||
		    (after && !(after & LH_CHUNK_PREV_INUSE))) /* the last one is the top: never used yet */
			w->fn(w->arg, start + LH_CHUNK_HEAD, next - start - LH_CHUNK_HEAD);
		start = next;
		if (++w->done % 65536 == 0)
			r = lh_progress(w->target->ctx, "reading malloc's heaps", w->done, 0);
	}
	return r;
}

/* The heap of another arena: behind its head, or, in the arena's first heap, behind the arena's state. */
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
			return tell_heap(w, at, end);
	return 0;
}

int lh_glibc_free(struct lh_target *target, lh_free_fn fn, void *arg)
{
	struct walk w = {.target = target, .view = lh_view_of(target), .fn = fn, .arg = arg};
	int r = 0;

	for (size_t i = 0; i < target->mapping_count && r == 0; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (!m->writable || (m->path && m->path[0] == '/'))
			continue;
		if (is_heap(&w, m->start, m->end)) /* the one that the break of the program ends */
			r = tell_heap(&w, m->start, m->end);
		else if (m->start % HEAP_ALIGN == 0)
			r = look_at_heap(&w, m);
	}
	return r;
}
