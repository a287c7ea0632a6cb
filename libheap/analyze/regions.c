/* SPDX-License-Identifier: Apache-2.0 */
/* Regions: who claims which part of the writable mappings. */
#include "analyze/regions.h"
#include "cpython/data_stack.h"
#include "cpython/frames.h"
#include "roots/stacks.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define PTHREAD 0x900u /* bytes of glibc's struct pthread, about */
#define SELF_AT 16u    /* of its own address there (tcbhead_t) */
#define PAGE 4096u
#define CHUNKS_MAX (1u << 20)

/** struct list - claims of one kind after the other */
struct list {
	struct lh_run *all;
	size_t count, capacity;
};

static int claim(struct lh_regions *w, struct list *list, enum lh_region_kind kind, uint64_t start,
		 uint64_t end, size_t index)
{
	if (start >= end)
		return 0;
	return lh_append(w->heap->ctx, list->all, list->count, list->capacity,
			 ((struct lh_run){start, end, kind, (uint32_t)index}));
}

static int claim_allocators(struct lh_regions *w, struct list *list)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;
	int r = 0;

	for (size_t i = 0; i < pm->count && r == 0; i++)
		r = claim(w, list, LH_REGION_ARENA, pm->arenas[i].address, pm->arenas[i].limit, i);
	for (size_t i = 0; i < w->mimalloc.count && r == 0; i++)
		r = claim(w, list, LH_REGION_SEGMENT, w->mimalloc.segments[i].addr,
			  w->mimalloc.segments[i].addr + LH_MI_SEGMENT, i);
	for (size_t i = 0; i < w->chunks.part_count && r == 0; i++)
		r = claim(w, list, LH_REGION_HEAP, w->chunks.parts[i].head, w->chunks.parts[i].end, i);
	return r;
}

/*
 * The block of a stack whose thread's descriptor is all zeros: gcore does not copy what comes after a guard that is
 * no mapping (glibc 2.42+). It begins after that of another thread, or with the mapping.
 */
static bool guess_block(struct lh_regions *w, size_t i, struct lh_stack_block *ret)
{
	const struct lh_target *t = w->heap->target;
	const struct lh_stack *s = &t->stacks[i];
	const struct lh_mapping *m = lh_target_mapping(t, s->pointer);
	const uint8_t *p = lh_view_at(&w->view, s->tls, PTHREAD);

	if (!m || !m->writable || s->tls <= s->pointer || s->tls >= m->end || !p || lh_u64(p + SELF_AT))
		return false;
	*ret = (struct lh_stack_block){.start = m->start,
				       .end = (s->tls + PTHREAD + PAGE - 1) & ~(uint64_t)(PAGE - 1),
				       .pointer = s->pointer};
	for (size_t k = 0; k < t->stack_count; k++)
		if (t->stacks[k].tls < s->pointer && t->stacks[k].tls + PTHREAD > ret->start)
			ret->start = (t->stacks[k].tls + PTHREAD + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	ret->end = ret->end < m->end ? ret->end : m->end;
	return ret->start < ret->pointer;
}

/* A thread's own data is at the top of its stack's block; the first thread's lies elsewhere. */
static int claim_stack(struct lh_regions *w, struct list *list, size_t i, uint64_t local_bytes)
{
	uint64_t tls = w->heap->target->stacks[i].tls, local = tls > local_bytes ? tls - local_bytes : 0, top;
	struct lh_stack_block b;
	int r;

	if (!lh_target_stack_block(w->heap->target, i, &b) && !guess_block(w, i, &b))
		return 0;
	top = b.first || local <= b.pointer ? b.end : local;
	r = claim(w, list, LH_REGION_STACK_UNUSED, b.start - b.guard, b.pointer, i);
	if (r == 0)
		r = claim(w, list, LH_REGION_STACK, b.pointer, top, i);
	if (r == 0)
		r = b.first ? claim(w, list, LH_REGION_TLS, tls ? local : 0, tls ? tls + PTHREAD : 0, i)
			    : claim(w, list, LH_REGION_TLS, top, b.end, i);
	return r;
}

static bool is_running(const struct lh_target *t, const struct lh_stack_block *b)
{
	for (size_t i = 0; i < t->stack_count; i++)
		if (t->stacks[i].tls >= b->start && t->stacks[i].tls < b->end)
			return true;
	return false;
}

/* Stacks lie at the end of mappings, or below other stacks there. */
static int claim_cached(struct lh_regions *w, struct list *list, const struct lh_mapping *m)
{
	uint64_t end = m->end;
	struct lh_stack_block b;
	int r = 0;

	while (r == 0 && end > m->start && lh_target_stack_that_ends(w->heap->target, end, &b) &&
	       b.start < end) {
		if (!is_running(w->heap->target, &b))
			r = claim(w, list, LH_REGION_STACK_CACHED, b.start - b.guard, b.end, 0);
		end = b.start - b.guard;
	}
	return r;
}

static int claim_frames(struct lh_regions *w, struct list *list)
{
	struct lh_data_stack s;
	struct lh_frames f;
	unsigned chunks = 0;
	int r = 0;

	for (size_t i = 0; i < w->heap->interp_count; i++) {
		lh_frames_init(&f, w->heap, &w->heap->interps[i]);
		while (r == 0 && lh_frames_next_thread(&f))
			for (bool is = lh_data_stack_first(w->heap, &w->view, f.thread.addr, &s);
			     is && r == 0 && chunks++ < CHUNKS_MAX; is = lh_data_stack_next(&w->view, &s)) {
				r = claim(w, list, LH_REGION_FRAMES, s.chunk, s.top, 0);
				if (r == 0)
					r = claim(w, list, LH_REGION_FRAMES_UNUSED, s.top, s.limit, 0);
			}
	}
	return r;
}

static int claim_stacks(struct lh_regions *w, struct list *list)
{
	uint64_t local_bytes = lh_thread_local_bytes(w->heap);
	int r = 0;

	for (size_t i = 0; i < w->heap->target->stack_count && r == 0; i++)
		r = claim_stack(w, list, i, local_bytes);
	for (size_t i = 0; i < w->heap->target->mapping_count && r == 0; i++) {
		const struct lh_mapping *m = &w->heap->target->mappings[i];

		if (m->writable && !m->path)
			r = claim_cached(w, list, m);
	}
	return r == 0 ? claim_frames(w, list) : r;
}

/* mimalloc takes a gigabyte at once, and divides it into segments as it needs them. */
static bool has_segment(const struct lh_regions *w, const struct lh_mapping *m)
{
	size_t i = lh_bsearch_first(w->mimalloc.count, k, w->mimalloc.segments[k].addr < m->start);

	return i < w->mimalloc.count && w->mimalloc.segments[i].addr < m->end;
}

/*
 * What a mapping is where nothing else claims it. The mapping that has the end of a module's .bss may be one with
 * what comes after it: the system joins neighbours that are alike.
 */
static int claim_mapping(struct lh_regions *w, struct list *list, size_t i)
{
	const struct lh_mapping *m = &w->heap->target->mappings[i];
	const struct lh_module *module = lh_target_module(w->heap->target, m->start);
	bool file = m->path && m->path[0] == '/';
	uint64_t end = module && !file ? (module->end + PAGE - 1) & ~(uint64_t)(PAGE - 1) : m->end;
	int r;

	if (!module)
		return claim(w, list,
			     file                ? LH_REGION_FILE
			     : has_segment(w, m) ? LH_REGION_RESERVED
						 : LH_REGION_ANONYMOUS,
			     m->start, m->end, i);
	end = end < m->end ? end : m->end;
	r = claim(w, list, LH_REGION_MODULE, m->start, end, i);
	return r == 0 ? claim(w, list, LH_REGION_ANONYMOUS, end, m->end, i) : r;
}

static int claim_mappings(struct lh_regions *w, struct list *list)
{
	const struct lh_target *t = w->heap->target;
	int r = 0;

	for (size_t i = 0; i < t->mapping_count && r == 0; i++) {
		const struct lh_mapping *m = &t->mappings[i];

		w->mapped += m->end - m->start;
		if (!m->writable)
			continue;
		w->writable += m->end - m->start;
		r = claim_mapping(w, list, i);
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	const struct lh_run *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static void conflict(struct lh_regions *w, uint64_t addr)
{
	if (!w->conflicts++)
		w->first_conflict = addr;
}

/*
 * Give the bytes of @claim that nobody has yet to it: @from are the regions so far, by address, and @at the first
 * that ends after the claims before it began.
 */
static int fill(struct lh_regions *w, struct list *ret, const struct list *from, size_t *at,
		const struct lh_run *claim_)
{
	struct lh_run rest = *claim_;
	int r = 0;

	while (*at < from->count && from->all[*at].end <= rest.start)
		(*at)++;
	for (size_t i = *at; i < from->count && from->all[i].start < claim_->end && r == 0; i++) {
		if (claim_->kind < LH_REGION_MODULE)
			conflict(w, from->all[i].start);
		r = claim(w, ret, rest.kind, rest.start, from->all[i].start, rest.index);
		rest.start = from->all[i].end;
	}
	return r == 0 ? claim(w, ret, rest.kind, rest.start, rest.end, rest.index) : r;
}

/* Claims of one kind, sorted, that overlap each other: the first keeps what it has. */
static void clip(struct lh_regions *w, struct lh_run *all, size_t count)
{
	uint64_t end = 0;

	for (size_t i = 0; i < count; i++) {
		if (all[i].start < end) {
			conflict(w, all[i].start);
			all[i].start = all[i].end < end ? all[i].end : end;
		}
		end = all[i].end > end ? all[i].end : end;
	}
}

/* Add the claims of one kind to the regions. */
static int add_kind(struct lh_regions *w, struct list *regions, struct lh_run *claims, size_t count)
{
	size_t at = 0, before = regions->count;
	struct list added = {0};
	int r = 0;

	clip(w, claims, count);
	for (size_t i = 0; i < count && r == 0; i++)
		r = fill(w, &added, regions, &at, &claims[i]);
	for (size_t i = 0; i < added.count && r == 0; i++)
		r = lh_append(w->heap->ctx, regions->all, regions->count, regions->capacity, added.all[i]);
	free(added.all);
	if (r == 0 && before && regions->count > before)
		qsort(regions->all, regions->count, sizeof(*regions->all), compare);
	return r;
}

static int compare_kinds(const void *a, const void *b)
{
	const struct lh_run *x = a, *y = b;

	return x->kind != y->kind ? (int)x->kind - (int)y->kind : compare(a, b);
}

static int resolve(struct lh_regions *w, struct list *claims, struct list *regions)
{
	int r = 0;

	if (claims->count)
		qsort(claims->all, claims->count, sizeof(*claims->all), compare_kinds);
	for (size_t i = 0, n; i < claims->count && r == 0; i += n) {
		for (n = 1; i + n < claims->count && claims->all[i + n].kind == claims->all[i].kind;)
			n++;
		r = add_kind(w, regions, claims->all + i, n);
	}
	return r;
}

/* What lies in no writable mapping is not of this tree. */
static int keep_writable(struct lh_regions *w, const struct list *regions)
{
	const struct lh_target *t = w->heap->target;
	size_t m = 0;
	int r = 0;

	for (size_t i = 0; i < regions->count && r == 0; i++) {
		struct lh_run region = regions->all[i];

		while (m < t->mapping_count && t->mappings[m].end <= region.start)
			m++;
		for (size_t k = m; k < t->mapping_count && t->mappings[k].start < region.end && r == 0; k++) {
			const struct lh_mapping *map = &t->mappings[k];
			struct lh_run piece = region;

			piece.start = map->start > region.start ? map->start : region.start;
			piece.end = map->end < region.end ? map->end : region.end;
			if (map->writable)
				r = lh_append(w->heap->ctx, w->runs, w->count, w->capacity, piece);
		}
	}
	return r;
}

int lh_regions_claim(struct lh_regions *w)
{
	struct list claims = {0}, regions = {0};
	int r = claim_allocators(w, &claims);

	if (r == 0)
		r = claim_stacks(w, &claims);
	if (r == 0)
		r = claim_mappings(w, &claims);
	if (r == 0)
		r = resolve(w, &claims, &regions);
	if (r == 0)
		r = keep_writable(w, &regions);
	free(claims.all);
	free(regions.all);
	return r;
}

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_regions *w = ret;
	int r;

	*w = (struct lh_regions){.heap = heap, .view = lh_view_of(heap->target)};
	r = lh_glibc_chunks_find(heap->target, &w->chunks);
	if (r == 0)
		r = lh_mimalloc_find(heap->target, &w->mimalloc);
	return r == 0 ? lh_regions_claim(w) : r;
}

static void fini(void *kept)
{
	struct lh_regions *w = kept;

	free(w->runs);
	lh_mimalloc_fini(&w->mimalloc);
	lh_glibc_chunks_fini(&w->chunks);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_regions *w = kept;

	return w->count * sizeof(*w->runs) + w->chunks.listed_count * sizeof(*w->chunks.listed);
}

int lh_regions_get(struct lh_heap *heap, const struct lh_regions **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_regions), make, fini, bytes};

	return lh_heap_keep(heap, &keeper, ret);
}
