/* SPDX-License-Identifier: Apache-2.0 */
#include "malloc/glibc_chunks.h"
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_lists.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/sort.h"

#include <stdlib.h>

#define HEAP_MAX (1ull << 40) /* bytes: more is not believed */
#define STATE_BITS 8

/** struct finder - the state of a search */
struct finder {
	struct lh_target *target;
	struct lh_view view;
	struct lh_glibc_chunks *chunks;
	struct lh_glibc_lists lists;
	enum lh_chunk_state state; /* of the chunks that lists report */
	uint64_t done, room;       /* chunks that memory has room for */
	int error;
};

static uint64_t size_of(uint64_t word)
{
	return word & ~(uint64_t)LH_CHUNK_FLAGS;
}

/* ---- lists ---- */

static int note(void *arg, uint64_t chunk, enum lh_chunk_state state)
{
	struct finder *f = arg;
	struct lh_glibc_chunks *c = f->chunks;

	if (chunk >> (64 - STATE_BITS))
		return 0;
	if (c->listed_count >= f->room) { /* arenas that overlap share bins */
		c->torn++;
		return 0;
	}
	return lh_append(f->target->ctx, c->listed, c->listed_count, c->listed_capacity,
			 chunk << STATE_BITS | state);
}

static void on_listed(void *arg, uint64_t user, uint64_t len)
{
	struct finder *f = arg;
	int r = f->error ? 0 : note(f, user - LH_CHUNK_HEAD, f->state);

	(void)len;
	f->error = r < 0 ? r : f->error;
}

static int list_arena(struct finder *f, const struct lh_glibc_arena *arena)
{
	f->state = LH_CHUNK_FAST;
	lh_glibc_tell_fastbins(&f->lists, &f->chunks->glibc, arena);
	if (f->error)
		return f->error;
	return lh_glibc_bins_walk(&f->view, &f->chunks->glibc, arena, note, f, &f->chunks->torn);
}

/* ---- heaps ---- */

/* The chunk after a free one repeats its size; no chunk of a heap is mapped by itself. */
static bool fits(struct finder *f, uint64_t addr, uint64_t word, uint64_t before)
{
	const uint8_t *p;

	if (word & (LH_CHUNK_IS_MMAPPED | LH_CHUNK_PREV_INUSE))
		return !(word & LH_CHUNK_IS_MMAPPED);
	p = before ? lh_view_at(&f->view, addr, 8) : NULL;
	return p && lh_u64(p) == before;
}

/* A heap that another one followed ends with fenceposts: sizes of 16 and 0 (sysmalloc()). */
static bool is_end(struct finder *f, uint64_t addr, uint64_t end)
{
	const uint8_t *p;

	if (addr == end)
		return true;
	p = end - addr <= LH_CHUNK_MIN + LH_CHUNK_HEAD ? lh_view_at(&f->view, addr, LH_CHUNK_HEAD) : NULL;
	return p && size_of(lh_u64(p + 8)) <= LH_CHUNK_HEAD;
}

static void look_for_cache(struct finder *f, uint64_t addr, uint64_t size)
{
	if (!lh_glibc_cache_has(size) || !lh_glibc_may_be_cache(&f->lists, addr, size))
		return;
	f->state = LH_CHUNK_TCACHE;
	lh_glibc_tell_cache(&f->lists, addr, size);
}

/* Follow the sizes from @part's start. Return: 0, -LH_E*. */
static int follow(struct finder *f, struct lh_glibc_part *part)
{
	uint64_t before = 0, at = part->start, word;

	while (at < part->end && (word = lh_glibc_chunk_at(&f->view, at, part->end, LH_CHUNK_MIN)) &&
	       fits(f, at, word, before)) {
		before = size_of(word);
		look_for_cache(f, at, before);
		at += before;
		if (f->error)
			return f->error;
		if (++f->done % 65536 == 0) {
			int r = lh_progress(f->target->ctx, "reading malloc's heaps", f->done, 0);

			if (r < 0)
				return r;
		}
	}
	part->walked = at;
	part->damaged = !is_end(f, at, part->end);
	return 0;
}

static int add_part(struct finder *f, const struct lh_glibc_part *part)
{
	struct lh_glibc_chunks *c = f->chunks;

	if (part->damaged && !c->damaged++)
		c->first_damaged = part->walked;
	c->uses[part->arena].heaps++;
	return lh_append(f->target->ctx, c->parts, c->part_count, c->part_capacity, *part);
}

static bool has_chunks(const struct lh_glibc_part *part)
{
	return part->walked > part->start;
}

static int add_heap(struct finder *f, uint32_t arena, const struct lh_glibc_heap *heap)
{
	struct lh_glibc_part part = {.head = heap->info ? heap->info : heap->start,
				     .start = heap->start,
				     .end = heap->end,
				     .arena = arena};
	int r = heap->end - heap->start <= HEAP_MAX ? follow(f, &part) : 0;

	return r == 0 && has_chunks(&part) ? add_part(f, &part) : r;
}

/*
 * The main arena's memory is not all the break's when somebody else moved that, or it could not be moved: then
 * mappings show where chunks are, those that are whole, and the one that has the top.
 */
static int add_main_mappings(struct finder *f)
{
	const struct lh_glibc_arena *main = f->chunks->glibc.arenas;
	int r = 0;

	for (size_t i = 0; i < f->target->mapping_count && r == 0; i++) {
		const struct lh_mapping *m = &f->target->mappings[i];
		struct lh_glibc_part part = {.head = m->start, .start = m->start, .end = m->end};

		if (!m->writable || (m->path && m->path[0] == '/') || m->end - m->start > HEAP_MAX)
			continue;
		r = follow(f, &part);
		if (r == 0 && has_chunks(&part) &&
		    (!part.damaged || (main->top >= m->start && main->top < m->end)))
			r = add_part(f, &part);
	}
	return r;
}

static int add_arena(struct finder *f, uint32_t number)
{
	struct lh_glibc *glibc = &f->chunks->glibc;
	const struct lh_glibc_arena *arena = &glibc->arenas[number];
	struct lh_glibc_heap heap = {0};
	int r = list_arena(f, arena);

	while (r == 0 && lh_glibc_heap_next(&f->view, glibc, arena, &heap))
		r = add_heap(f, number, &heap);
	return r == 0 && arena->main && !f->chunks->part_count ? add_main_mappings(f) : r;
}

static int compare_parts(const void *a, const void *b)
{
	const struct lh_glibc_part *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* In damaged memory heaps may overlap, and a chunk may be in two lists: the first counts. */
static void settle(struct lh_glibc_chunks *c)
{
	size_t kept = 0;

	if (c->part_count)
		qsort(c->parts, c->part_count, sizeof(*c->parts), compare_parts);
	for (size_t i = 0; i < c->part_count; i++)
		if (!kept || c->parts[i].head >= c->parts[kept - 1].end)
			c->parts[kept++] = c->parts[i];
	c->part_count = kept;
	lh_sort_words(c->listed, c->listed_count);
}

static void tally(struct lh_glibc_chunks *c)
{
	for (size_t i = 0; i < c->part_count; i++) {
		struct lh_glibc_chunk chunk = lh_glibc_chunk_first(c, &c->parts[i]);

		while (lh_glibc_chunk_next(&chunk)) {
			struct lh_glibc_tally *t = &c->uses[c->parts[i].arena].by_state[chunk.state];

			t->count++;
			t->bytes += chunk.size;
		}
	}
}

int lh_glibc_chunks_find(struct lh_target *target, struct lh_glibc_chunks *ret)
{
	struct finder f = {.target = target, .view = lh_view_of(target), .chunks = ret};
	int r;

	*ret = (struct lh_glibc_chunks){.target = target};
	f.room = lh_target_bytes(target) / LH_CHUNK_MIN;
	f.lists = lh_glibc_lists_of(target, on_listed, &f);
	r = lh_glibc_find(target, &ret->glibc);
	if (r == 0 && !(ret->uses = lh_new0(struct lh_glibc_use, ret->glibc.count + 1)))
		r = lh_nomem(target->ctx);
	for (size_t i = 0; i < ret->glibc.count && r == 0; i++)
		r = add_arena(&f, (uint32_t)i);
	if (r < 0)
		return r;
	ret->caches = f.lists.caches;
	ret->torn += f.lists.torn;
	settle(ret);
	tally(ret);
	return 0;
}

void lh_glibc_chunks_fini(struct lh_glibc_chunks *c)
{
	lh_glibc_fini(&c->glibc);
	free(c->uses);
	free(c->parts);
	free(c->listed);
	*c = (struct lh_glibc_chunks){0};
}

/* ---- walking ---- */

struct lh_glibc_chunk lh_glibc_chunk_first(const struct lh_glibc_chunks *c, const struct lh_glibc_part *part)
{
	return (struct lh_glibc_chunk){
		.chunks = c,
		.part = part,
		.view = lh_view_of(c->target),
		.listed = lh_bsearch_first(c->listed_count, i, c->listed[i] >> STATE_BITS < part->start),
		.next = part->start};
}

/* The word of the next chunk says whether this one is free; a fencepost does, too. */
static enum lh_chunk_state state_of(struct lh_glibc_chunk *k)
{
	const struct lh_glibc_chunks *c = k->chunks;
	const uint8_t *p;

	while (k->listed < c->listed_count && c->listed[k->listed] >> STATE_BITS < k->addr)
		k->listed++;
	if (k->addr == c->glibc.arenas[k->part->arena].top)
		return LH_CHUNK_TOP;
	if (k->listed < c->listed_count && c->listed[k->listed] >> STATE_BITS == k->addr)
		return (enum lh_chunk_state)(c->listed[k->listed] & ((1 << STATE_BITS) - 1));
	if (k->part->damaged && k->next == k->part->walked) /* that word is not to be believed */
		return LH_CHUNK_USED;
	p = k->part->end - k->next < LH_CHUNK_HEAD ? NULL : lh_view_at(&k->view, k->next, LH_CHUNK_HEAD);
	return p && !(lh_u64(p + 8) & LH_CHUNK_PREV_INUSE) ? LH_CHUNK_UNLISTED : LH_CHUNK_USED;
}

bool lh_glibc_chunk_next(struct lh_glibc_chunk *k)
{
	if (k->next >= k->part->walked)
		return false;
	k->addr = k->next;
	k->size = size_of(lh_glibc_chunk_at(&k->view, k->addr, k->part->walked, LH_CHUNK_MIN));
	if (!k->size)
		return false;
	k->next = k->addr + k->size;
	k->state = state_of(k);
	return true;
}
