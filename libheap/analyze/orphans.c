/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/orphans.h"
#include "analyze/owned.h"
#include "analyze/regions.h"
#include "malloc/glibc_chunk.h"
#include "target/word_run.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define DESCRIPTOR 0x1000u /* bytes at the end of a stack that may be a thread's descriptor */
#define STATE \
	0x8a0u /* bytes of struct malloc_state, at least (malloc/malloc.c, glibc 2.26 and later: 2,200) */
#define RUN (4u << 20) /* bytes between looks at the user's ^C */

struct search {
	struct lh_heap *heap;
	struct lh_view view;
	const struct lh_regions *regions;
	const struct lh_owned *owned;
	struct lh_orphans *found; /* candidates at first */
	uint64_t *met;            /* a bit for each */
	uint64_t low, high;
	size_t *todo; /* met, their own words not looked at yet */
	size_t todo_count, todo_capacity;
	enum lh_orphan_from from; /* what words say that are looked at now; NOWHERE: they keep blocks */
	uint64_t looked;
};

static void search_fini(struct search *s)
{
	free(s->met);
	free(s->todo);
}

/* ---- candidates ---- */

static int find_candidates(struct search *s)
{
	struct lh_addrset_iter iter = {.set = &s->owned->set};
	struct lh_orphans *o = s->found;
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		uint64_t bytes = s->owned->owner[i] == LH_OWNER_NONE
					 ? lh_glibc_bytes(s->heap->target, &s->view, addr)
					 : 0;

		if (!bytes)
			continue;
		r = lh_append(s->heap->ctx, o->all, o->count, o->capacity,
			      ((struct lh_orphan){.addr = addr, .bytes = bytes}));
		s->low = o->count == 1 ? addr : s->low;
		s->high = addr + bytes;
	}
	return r;
}

static size_t candidate_at(const struct search *s, uint64_t addr)
{
	const struct lh_orphans *o = s->found;
	size_t i = lh_bsearch_first(o->count, k, o->all[k].addr <= addr);

	return i && addr - o->all[i - 1].addr < o->all[i - 1].bytes ? i - 1 : o->count;
}

static bool is_met(const struct search *s, size_t i)
{
	return lh_bit_has(s->met, i);
}

/* ---- words ---- */

/* Whether @at is in an arena's own data: that leads to free chunks, and to where the last one was taken from. */
static bool is_mallocs(const struct search *s, uint64_t at)
{
	const struct lh_glibc *g = &s->regions->chunks.glibc;

	for (size_t i = 0; i < g->count; i++)
		if (at - g->arenas[i].addr < STATE)
			return true;
	return false;
}

static int look_at(struct search *s, uint64_t at, uint64_t word)
{
	size_t i;

	if (word - s->low >= s->high - s->low)
		return 0;
	i = candidate_at(s, word);
	if (i == s->found->count || is_met(s, i) || is_mallocs(s, at))
		return 0;
	if (word & 7 &&
	    (word & ~7ull) != s->found->all[i].addr) /* low bits may be flags; else it is a number, or text */
		return 0;
	if (s->from != LH_ORPHAN_NOWHERE) {
		struct lh_orphan *o = &s->found->all[i];

		if (o->from == LH_ORPHAN_NOWHERE && at - o->addr >= o->bytes) {
			o->from = s->from;
			o->at = at;
		}
		return 0;
	}
	lh_bit_set(s->met, i);
	return lh_append(s->heap->ctx, s->todo, s->todo_count, s->todo_capacity, i);
}

static int scan(struct search *s, uint64_t start, uint64_t end)
{
	struct lh_word_run run = lh_word_run_of(start, end);
	int r = 0;

	while (r == 0 && lh_word_run_next(&run, &s->view, RUN)) {
		for (uint64_t i = 0; i < run.len && r == 0; i += 8)
			r = look_at(s, run.at + i, lh_u64(run.words + i));
		if (r == 0 && (s->looked += run.len) >= RUN) {
			s->looked = 0;
			r = lh_progress(s->heap->ctx, "looking for orphans", run.at - start, end - start);
		}
	}
	return r;
}

/* ---- what is live, or what is not ---- */

/* Whether words of a part are wanted: those of live memory at first, those of the rest then. */
static int scan_part(struct search *s, uint64_t start, uint64_t end, bool live)
{
	return live == (s->from == LH_ORPHAN_NOWHERE) ? scan(s, start, end) : 0;
}

static int scan_pool(struct search *s, const struct lh_arena *arena, uint64_t addr)
{
	const struct lh_pymalloc *pm = &s->heap->pymalloc;
	uint64_t at = addr + pm->header;
	struct lh_pool pool;
	int r = lh_pool_read(s->heap, &s->view, arena, addr, &pool);

	if (r != 0 || pool.damaged || (pool.used && !pool.block_size))
		return scan_part(s, addr, addr + pm->pool_size, true);
	if (!pool.used)
		return scan_part(s, addr, addr + pm->pool_size, false);
	for (uint32_t i = 0; i < pool.blocks && r == 0; i++, at += pool.block_size)
		r = scan_part(s, at, at + pool.block_size, !lh_pool_is_free(&pool, i));
	return r;
}

static int scan_arena(struct search *s, const struct lh_arena *arena)
{
	int r = 0;

	for (uint64_t addr = arena->first_pool; addr < arena->end && r == 0;
	     addr += s->heap->pymalloc.pool_size)
		r = scan_pool(s, arena, addr);
	return r;
}

static int scan_block(struct search *s, uint64_t start, uint64_t end)
{
	return candidate_at(s, start) == s->found->count ? scan_part(s, start, end, true) : 0;
}

static int scan_heap(struct search *s, const struct lh_run *run)
{
	const struct lh_glibc_chunks *chunks = &s->regions->chunks;
	const struct lh_glibc_part *part = &chunks->parts[run->index];
	struct lh_glibc_chunk c = lh_glibc_chunk_first(chunks, part);
	int r = scan_part(s, part->head, part->start, true);

	while (r == 0 && lh_glibc_chunk_next(&c))
		r = c.state == LH_CHUNK_USED ? scan_block(s, c.addr + LH_CHUNK_HEAD, c.next + 8)
					     : scan_part(s, c.addr + LH_CHUNK_HEAD, c.next, false);
	return r == 0 && part->damaged ? scan_part(s, c.next, part->end, true) : r;
}

static int scan_anonymous(struct search *s, const struct lh_run *run)
{
	struct lh_range m = {.end = run->start};
	uint64_t from = run->start;
	int r = 0;

	while (r == 0 && s->regions->chunks.glibc.count &&
	       lh_glibc_mapped_next(&s->view, from, run->end, &m)) {
		r = scan_part(s, from, m.start, true);
		if (r == 0)
			r = scan_block(s, m.start + LH_CHUNK_HEAD, m.end);
		from = m.end;
	}
	return r == 0 ? scan_part(s, from, run->end, true) : r;
}

/* The stack of a thread that ended: its descriptor stays, and leads to the table of its thread-local variables. */
static int scan_cached(struct search *s, const struct lh_run *run)
{
	uint64_t top = run->end - run->start > DESCRIPTOR ? run->end - DESCRIPTOR : run->start;
	int r = scan_part(s, run->start, top, false);

	return r == 0 ? scan_part(s, top, run->end, true) : r;
}

static int scan_run(struct search *s, const struct lh_run *run)
{
	const struct lh_pymalloc *pm = &s->heap->pymalloc;

	switch (run->kind) {
	case LH_REGION_ARENA:
		return scan_arena(s, &pm->arenas[run->index]);
	case LH_REGION_HEAP:
		return scan_heap(s, run);
	case LH_REGION_ANONYMOUS:
		return scan_anonymous(s, run);
	case LH_REGION_STACK_CACHED:
		return scan_cached(s, run);
	case LH_REGION_STACK_UNUSED:
	case LH_REGION_FRAMES_UNUSED:
		return scan_part(s, run->start, run->end, false);
	default:
		return scan_part(s, run->start, run->end, true);
	}
}

static int scan_all(struct search *s)
{
	int r = 0;

	for (size_t i = 0; i < s->regions->count && r == 0; i++)
		r = scan_run(s, &s->regions->runs[i]);
	return r;
}

/* What keeps blocks, and blocks that those lead to. */
static int spread(struct search *s)
{
	const struct lh_target *t = s->heap->target;
	int r = scan_all(s);

	for (size_t i = 0; i < t->register_count && r == 0; i++)
		r = look_at(s, 0, t->registers[i].value);
	while (r == 0 && s->todo_count) {
		const struct lh_orphan *o = &s->found->all[s->todo[--s->todo_count]];

		r = scan(s, o->addr, o->addr + o->bytes);
	}
	return r;
}

/* ---- who points to orphans ---- */

static int find_pointers(struct search *s)
{
	int r = 0;

	s->from = LH_ORPHAN_ORPHAN;
	for (size_t i = 0; i < s->found->count && r == 0; i++)
		if (!is_met(s, i))
			r = scan(s, s->found->all[i].addr, s->found->all[i].addr + s->found->all[i].bytes);
	s->from = LH_ORPHAN_FREE;
	return r == 0 ? scan_all(s) : r;
}

static void keep_orphans(struct search *s)
{
	struct lh_orphans *o = s->found;
	size_t kept = 0;

	for (size_t i = 0; i < o->count; i++)
		if (!is_met(s, i)) {
			o->bytes += o->all[i].bytes;
			o->all[kept++] = o->all[i];
		}
	o->count = kept;
}

int lh_orphans_find(struct lh_heap *heap, struct lh_orphans *ret)
{
	_cleanup_(search_fini) struct search s = {
		.heap = heap, .view = lh_view_of(heap->target), .found = ret};
	int r;

	*ret = (struct lh_orphans){0};
	r = lh_regions_get(heap, &s.regions);
	if (r == 0)
		r = lh_owned_get(heap, &s.owned);
	if (r == 0)
		r = find_candidates(&s);
	if (r < 0)
		return r;
	ret->blocks = s.owned->set.count;
	ret->torn = s.owned->torn;
	ret->damaged = s.owned->damaged;
	ret->known = s.regions->chunks.glibc.count;
	s.met = lh_new0(uint64_t, ret->count / 64 + 1);
	if (!s.met)
		return lh_nomem(heap->ctx);
	r = ret->count ? spread(&s) : 0;
	if (r == 0 && ret->count)
		r = find_pointers(&s);
	if (r == 0)
		keep_orphans(&s);
	return r;
}

void lh_orphans_fini(struct lh_orphans *o)
{
	free(o->all);
	*o = (struct lh_orphans){0};
}
