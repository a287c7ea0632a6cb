/* SPDX-License-Identifier: Apache-2.0 */
/* What allocators have beside their blocks: heads of pools, chunks and segments, and links that are not plain addresses. */
#include "analyze/regions.h"
#include "crash/code.h"
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_lists.h"
#include "snapshot/mark.h"

#define PAGE 4096u
#define WORD 8u
#define MALLOC_STATE 0x898u        /* bytes of glibc's struct malloc_state, at most */
#define HANDLER_STACK (256u << 10) /* bytes: as far as crash/handler.c looks */
#define SIGNAL_FRAME \
	512u /* bytes of the registers in struct rt_sigframe, and what is before and after them (arch/x86) */

struct walk {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_snapshot_marks *marks;
	struct lh_glibc_lists lists;
};

/* ---- pymalloc ---- */

static void mark_arena(struct walk *w, const struct lh_arena *a)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;

	lh_kept_keep(w->marks, a->object, (uint64_t)lh_layout_or(&w->heap->layout, LH_F_ARENA_SIZE, 0));
	for (uint64_t pool = a->first_pool; pool < a->end; pool += pm->pool_size)
		lh_kept_keep(w->marks, pool, pm->header);
}

/* ---- glibc ---- */

/* The first words of a chunk in a thread's cache or a fastbin are masked links. */
static void mark_chunk(struct walk *w, const struct lh_glibc_chunk *c)
{
	const uint8_t *p = lh_view_at(&w->view, c->addr, LH_CHUNK_HEAD);

	if (!p)
		return;
	lh_kept_keep(w->marks, c->addr + WORD, WORD);
	if (!(lh_u64(p + WORD) & LH_CHUNK_PREV_INUSE))
		lh_kept_keep(w->marks, c->addr, WORD);
	if (c->state == LH_CHUNK_TCACHE || c->state == LH_CHUNK_FAST)
		lh_kept_keep(w->marks, c->addr + LH_CHUNK_HEAD, WORD);
	if (c->state == LH_CHUNK_USED && lh_glibc_cache_has(c->size) &&
	    lh_glibc_may_be_cache(&w->lists, c->addr, c->size))
		lh_kept_keep(w->marks, c->addr, c->size);
}

static void mark_heap(struct walk *w, const struct lh_glibc_chunks *chunks, const struct lh_glibc_part *part)
{
	struct lh_glibc_chunk c = lh_glibc_chunk_first(chunks, part);

	lh_kept_numbers(w->marks, part->head, part->start - part->head);
	while (lh_glibc_chunk_next(&c))
		mark_chunk(w, &c);
	/* The heads of what follows: the top, or fenceposts. */
	if (part->walked < part->end)
		lh_kept_keep(w->marks, part->walked,
			     part->end - part->walked < 2 * LH_CHUNK_HEAD ? part->end - part->walked
									  : 2 * LH_CHUNK_HEAD);
}

/* Chunks with a mapping to themselves. */
static void mark_mapped(struct walk *w, const struct lh_run *g)
{
	struct lh_range chunk = {g->start, g->start};

	while (lh_glibc_mapped_next(&w->view, chunk.end, g->end, &chunk))
		lh_kept_keep(w->marks, chunk.start, LH_CHUNK_HEAD);
}

/* ---- debug allocators ---- */

/* Before each block: its size, a letter for the sort of allocator, and seven bytes of 0xfd, up to 3.7.3 of 0xfb (Objects/obmalloc.c). */
static bool is_padding(uint64_t word)
{
	uint8_t letter = (uint8_t)word;

	return (letter == 'r' || letter == 'm' || letter == 'o') &&
	       (word >> 8 == 0xfdfdfdfdfdfdfdu || word >> 8 == 0xfbfbfbfbfbfbfbu);
}

static void mark_padding(struct walk *w)
{
	struct lh_range run = {0};
	uint64_t len;

	while (lh_target_next_writable(w->heap->target, run.end, UINT64_MAX, &run))
		for (uint64_t at = (run.start + 7) & ~7ull; at < run.end; at += len) {
			const uint8_t *p = lh_view_run(&w->view, at, &len);

			len = len < run.end - at ? len & ~7ull : run.end - at;
			for (uint64_t i = WORD; p && i + WORD <= len; i += WORD)
				if (is_padding(lh_u64(p + i)))
					lh_kept_keep(w->marks, at + i - WORD, 2 * WORD);
			len = len ? len : WORD;
		}
}

/* ---- stacks ---- */

/* Of a thread's descriptor: where its stack is, and how large it and its guard are. */
static void mark_thread(struct walk *w, const struct lh_run *g)
{
	uint64_t at = g->start;
	const uint8_t *p;

	for (; at < g->end && (p = lh_view_at(&w->view, at, WORD)); at += WORD)
		if (lh_u64(p) && lh_u64(p) % PAGE == 0 && !(lh_u64(p) >> 47))
			lh_kept_keep(w->marks, at, WORD);
}

/* What a handler of a signal interrupted: its registers follow the address that the handler returns to (crash/handler.c). They are looked for
 * from the stack pointer on: a handler may have a stack of its own, which is memory of malloc's. */
static void mark_signals(struct walk *w, uint64_t pointer)
{
	uint64_t seen = 0, at = pointer & ~7ull;
	const uint8_t *p;

	for (; at - pointer < HANDLER_STACK && (p = lh_view_at(&w->view, at, WORD)); at += WORD) {
		uint64_t word = lh_u64(p);

		if (word < PAGE || (word != seen && !lh_is_signal_return(w->heap, word)))
			continue;
		seen = word;
		for (uint64_t i = 0; i < SIGNAL_FRAME; i += WORD)
			lh_kept_link(w->marks, at + i);
	}
}

/* ---- all ---- */

/* Links of free blocks have a key in debug builds. */
static void on_free(void *arg, uint64_t addr, uint64_t len)
{
	struct walk *w = arg;

	if (len)
		lh_kept_link(w->marks, addr);
}

static void mark_region(struct walk *w, const struct lh_regions *regions, const struct lh_run *g)
{
	switch (g->kind) {
	case LH_REGION_SEGMENT:
		lh_kept_keep(w->marks, regions->mimalloc.segments[g->index].addr, LH_MI_HEAD);
		break;
	case LH_REGION_TLS:
	case LH_REGION_STACK_CACHED:
		mark_thread(w, g);
		break;
	case LH_REGION_ANONYMOUS:
		mark_mapped(w, g);
		break;
	default:
		break;
	}
}

int lh_mark_allocators(struct lh_heap *heap, struct lh_snapshot_marks *marks)
{
	struct walk w = {.heap = heap,
			 .view = lh_view_of(heap->target),
			 .marks = marks,
			 .lists = lh_glibc_lists_of(heap->target, NULL, NULL)};
	const struct lh_regions *g;
	int r = lh_regions_get(heap, &g);

	if (r < 0)
		return r;
	if (heap->debug_padding.before)
		mark_padding(&w);
	for (size_t i = 0; i < heap->pymalloc.count; i++)
		mark_arena(&w, &heap->pymalloc.arenas[i]);
	for (size_t i = 0; i < heap->target->stack_count; i++)
		mark_signals(&w, heap->target->stacks[i].pointer);
	for (size_t i = 0; i < g->chunks.glibc.count; i++)
		lh_kept_numbers(marks, g->chunks.glibc.arenas[i].addr, MALLOC_STATE);
	for (size_t i = 0; i < g->chunks.part_count; i++)
		mark_heap(&w, &g->chunks, &g->chunks.parts[i]);
	r = lh_mimalloc_report_free(heap->target, &g->mimalloc, on_free, &w);
	for (size_t i = 0; i < g->count && r == 0; i++) {
		mark_region(&w, g, &g->runs[i]);
		r = lh_progress(heap->ctx, "marking memory", i, g->count);
	}
	return r;
}
