/* SPDX-License-Identifier: Apache-2.0 */
/* Finding glibc's arenas by their circular lists of free chunks; see glibc_arena.h. */
#include "malloc/glibc_arena.h"
#include "malloc/glibc_chunk.h"
#include "util/array.h"
#include "util/bytes.h"

/*
 * struct malloc_state (malloc/malloc.c): {mutex, flags, ..., top, last_remainder, bins[254], binmap[4], next,
 * next_free, attached_threads, system_mem, max_system_mem}. A bin is a chunk with fd and bk at bins[2 * i]
 * and bins[2 * i + 1].
 */
static const struct lh_glibc_form forms[] = {
	{16, 96, "glibc 2.27 to 2.42"},
	{8, 88, "glibc 2.23 to 2.26: no have_fastchunks"},
	{0, 8, "glibc 2.43: no fastbins"},
};

#define BINS 127
#define BINS_BYTES (BINS * 16u)
#define TORN_MAX 3 /* bins that a thread was about to change when it was stopped */
/* From top on */
#define BINS_AT 16u
#define NEXT_AT (BINS_AT + BINS_BYTES + 16u)
#define BYTES_AT (NEXT_AT + 24u)
#define STATE_END (NEXT_AT + 40u)
#define ARENAS_MAX (1u << 16)
#define LOOKS_MAX (1u << 26) /* at words: memory that is made to look like it everywhere is given up */

static uint64_t word(struct lh_view *view, uint64_t addr)
{
	const uint8_t *p = addr & 7 ? NULL : lh_view_at(view, addr, 8);

	return p ? lh_u64(p) : 0;
}

/* A list that is closed at the bin with its fd at @at: {prev_size, size, fd, bk} */
static bool is_closed(struct lh_view *view, uint64_t at)
{
	uint64_t bin = at - LH_CHUNK_HEAD, fd = word(view, at), bk = word(view, at + 8);

	return word(view, fd + 24) == bin && word(view, bk + 16) == bin;
}

static bool has_bins(struct lh_view *view, struct lh_glibc *g, uint64_t bins)
{
	unsigned torn = 0;

	for (unsigned i = 0; i < BINS && torn <= TORN_MAX; i++, g->looks++)
		torn += !is_closed(view, bins + 16 * i);
	return torn <= TORN_MAX;
}

/* Whether the arenas after @addr lead back to it */
static bool is_ring(struct lh_view *view, struct lh_glibc *g, const struct lh_glibc_form *form, uint64_t addr)
{
	uint64_t at = addr;

	for (unsigned n = 0; n < ARENAS_MAX; n++, g->looks++) {
		at = word(view, at + form->top + NEXT_AT);
		if (at == addr || !at)
			break;
	}
	return at == addr;
}

static int add_arena(struct lh_view *view, struct lh_glibc *g, uint64_t addr)
{
	uint64_t top = addr + g->form->top;
	struct lh_glibc_arena a = {.addr = addr,
				   .top = word(view, top),
				   .bytes = word(view, top + BYTES_AT),
				   .most = word(view, top + BYTES_AT + 8),
				   .main = !g->count};

	return lh_append(view->target->ctx, g->arenas, g->count, g->capacity, a);
}

static int add_ring(struct lh_view *view, struct lh_glibc *g, uint64_t addr)
{
	uint64_t at = addr;
	int r;

	do {
		r = add_arena(view, g, at);
		at = word(view, at + g->form->top + NEXT_AT);
	} while (r == 0 && at != addr);
	return r;
}

/* An empty bin is at @at: which one, of which form? */
static uint64_t find_state(struct lh_view *view, uint64_t at, struct lh_glibc *g)
{
	for (unsigned i = 0; i < BINS; i++)
		for (size_t f = 0; f < LH_ARRAY_SIZE(forms); f++) {
			uint64_t addr = at - 16 * i - BINS_AT - forms[f].top;

			if (g->looks < LOOKS_MAX && is_ring(view, g, &forms[f], addr) &&
			    has_bins(view, g, addr + forms[f].top + BINS_AT)) {
				g->form = &forms[f];
				return addr;
			}
		}
	return 0;
}

/* Bins of chunks are mostly empty, and then lead to themselves. */
static int find_in(struct lh_view *view, uint64_t start, uint64_t end, struct lh_glibc *g)
{
	for (uint64_t at = start; at + 16 <= end && g->looks < LOOKS_MAX; at += 8) {
		const uint8_t *p = lh_view_at(view, at, 16);
		uint64_t addr;

		if (!p || lh_u64(p) != at - LH_CHUNK_HEAD || lh_u64(p + 8) != at - LH_CHUNK_HEAD)
			continue;
		addr = find_state(view, at, g);
		if (addr)
			return add_ring(view, g, addr);
	}
	return 0;
}

static int find_in_module(struct lh_view *view, const struct lh_module *m, struct lh_glibc *g)
{
	struct lh_range run = {.end = m->start};
	int r = 0;

	while (r == 0 && !g->count && lh_target_next_writable(view->target, run.end, m->end, &run))
		r = find_in(view, run.start, run.end, g);
	return r;
}

int lh_glibc_find(struct lh_target *target, struct lh_glibc *ret)
{
	struct lh_view view = lh_view_of(target);
	int r = 0;

	*ret = (struct lh_glibc){0};
	for (size_t i = 0; i < target->module_count && r == 0 && !ret->count; i++)
		r = find_in_module(&view, &target->modules[i], ret);
	return r;
}

uint64_t lh_glibc_bins(const struct lh_glibc *glibc, const struct lh_glibc_arena *arena)
{
	return arena->addr + glibc->form->top + BINS_AT;
}

void lh_glibc_fini(struct lh_glibc *glibc)
{
	free(glibc->arenas);
	*glibc = (struct lh_glibc){0};
}

/* ---- heaps ---- */

/*
 * struct heap_info (malloc/arena.c): {ar_ptr, prev, size, ...} at an address that the largest size of a heap
 * divides: 64 MB, or four huge pages (glibc.malloc.hugetlb=2).
 */
#define HEAP_SHIFT_MIN 20
#define HEAP_SHIFT_MAX 32
#define HEAP_MASK ((1ull << HEAP_SHIFT_MIN) - 1)
#define PREV_AT 8u
#define SIZE_AT 16u

/* The first heap of an arena begins with its info and the state, each other one with an info of that size. */
static void set_heap(struct lh_view *view, const struct lh_glibc *g, const struct lh_glibc_arena *a,
		     uint64_t info, struct lh_glibc_heap *heap)
{
	uint64_t info_bytes = a->addr % 4096, start = info + info_bytes;

	if (start == a->addr)
		start += g->form->top + STATE_END;
	heap->start = (start + 15) & ~15ull;
	heap->end = info + word(view, info + SIZE_AT);
	heap->info = info;
	heap->prev = word(view, info + PREV_AT);
	if (heap->steps++ == heap->next_mark) {
		heap->next_mark = heap->next_mark * 2 + 1;
		heap->mark = info;
	}
}

static uint64_t newest_info(struct lh_view *view, const struct lh_glibc_arena *a)
{
	for (unsigned shift = HEAP_SHIFT_MIN; shift <= HEAP_SHIFT_MAX; shift++) {
		uint64_t info = a->top & ~((1ull << shift) - 1);

		if (word(view, info) == a->addr)
			return info;
	}
	return 0;
}

static bool main_heap(struct lh_view *view, const struct lh_glibc_arena *a, struct lh_glibc_heap *heap)
{
	uint64_t size = lh_glibc_chunk_at(view, a->top, UINT64_MAX, LH_CHUNK_MIN) & ~(uint64_t)LH_CHUNK_FLAGS;

	if (heap->end || !size || a->bytes < size || a->bytes > a->top + size)
		return false;
	/* The break may have been anywhere: sysmalloc() aligns what
	 * it gets (up to 2.36 the loader moved it). */
	*heap = (struct lh_glibc_heap){.start = (a->top + size - a->bytes + 15) & ~15ull,
				       .end = a->top + size};
	return true;
}

bool lh_glibc_heap_next(struct lh_view *view, const struct lh_glibc *glibc,
			const struct lh_glibc_arena *arena, struct lh_glibc_heap *heap)
{
	uint64_t info = heap->info ? heap->prev : newest_info(view, arena);

	if (arena->main)
		return main_heap(view, arena, heap);
	if (!info || info == heap->mark || info & HEAP_MASK || word(view, info) != arena->addr)
		return false;
	set_heap(view, glibc, arena, info, heap);
	return heap->start < heap->end;
}
