/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arenas, scanned ahead by several threads.
 *
 * What a walk finds depends on its order: a type's index says when it was met, and what lies outside of pools is found by words. So
 * threads look at the arenas of a round and note the objects that are certain, whatever comes before them, while the table of types
 * and what is known outside stay as they are. Then the walk's own thread takes the notes in order, and looks again at the blocks
 * that were not certain: few, once the first arenas were read.
 */
#include "inventory/objects_parts.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/parallel.h"

#define AHEAD 16                  /* notes */
#define ROUND_BYTES (32ull << 20) /* of arenas, per thread: seldom enough that all have to be done */

struct ahead {
	struct lh_objects_state *walk;
	struct lh_objects_state *states; /* one per worker: views, and what is noted */
	unsigned workers;
	struct lh_arena_notes *notes; /* one per arena of a round */
	size_t round, first;          /* arenas per round; the round's first one */
};

static int scan_arena(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	struct ahead *a = arg;
	struct lh_objects_state *state = &a->states[worker];
	struct lh_arena_notes *notes = &a->notes[i];

	notes->ctx = ctx;
	notes->count = 0;
	notes->findings = (struct lh_findings){0};
	state->notes = notes;
	state->worker = worker;
	state->count = state->unseen = 0;
	state->findings = &notes->findings;
	return lh_objects_walk_arena(state, &state->heap->pymalloc.arenas[a->first + i]);
}

static void add_findings(struct lh_findings *to, const struct lh_findings *from)
{
	if (!to->pools_damaged)
		to->first_damaged = from->first_damaged;
	to->pools += from->pools;
	to->pools_empty += from->pools_empty;
	to->pools_damaged += from->pools_damaged;
	to->pools_missing += from->pools_missing;
	to->blocks_used += from->blocks_used;
	to->blocks_other += from->blocks_other;
}

static int take_object(struct lh_objects_state *w, uint64_t addr, uint32_t type)
{
	struct lh_item *item = &w->items[w->count];

	if (lh_object_known(w->heap, &w->view, addr, w->heap->types.items[type & LH_NOTE_TYPE],
			    &item->object) != 0)
		return 0;
	item->tracked = type & LH_NOTE_TRACKED;
	item->seen = type & LH_NOTE_SEEN;
	item->wanted = type & LH_NOTE_WANTED;
	return ++w->count == LH_ITEMS_MAX ? lh_objects_flush(w) : 0;
}

/* @pool: the one that was read last */
static int take_again(struct lh_objects_state *w, const struct lh_arena *arena, uint64_t addr,
		      struct lh_pool *pool)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;
	uint64_t start = addr - (addr - arena->first_pool) % pm->pool_size;
	struct lh_type *type = NULL;

	if (start != pool->addr && lh_pool_read(w->heap, &w->view, arena, start, pool) != 0)
		return 0;
	return lh_objects_take_block(w, pool, (uint32_t)(addr - start - pm->header) / pool->block_size,
				     &type);
}

static void prefetch(const struct lh_objects_state *w, uint64_t addr)
{
	if (addr - w->view.start < w->view.size)
		__builtin_prefetch(w->view.data + (addr - w->view.start));
}

static int take_notes(struct lh_objects_state *w, const struct lh_arena *arena,
		      const struct lh_arena_notes *notes)
{
	struct lh_pool pool = {0};
	int r = 0;

	add_findings(w->findings, &notes->findings);
	for (size_t i = 0; r == 0 && i < notes->count; i++) {
		const struct lh_note *n = &notes->items[i];

		if (i + AHEAD < notes->count)
			prefetch(w, arena->address + notes->items[i + AHEAD].at);
		r = n->type == LH_NOTE_AGAIN ? take_again(w, arena, arena->address + n->at, &pool)
					     : take_object(w, arena->address + n->at, n->type);
	}
	return r;
}

static int walk_round(struct ahead *a, size_t count)
{
	const struct lh_parallel work = {.ctx = a->walk->heap->ctx,
					 .phase = "reading arenas",
					 .count = count,
					 .before = a->first,
					 .total = a->walk->heap->pymalloc.count,
					 .run = scan_arena,
					 .arg = a};
	int r = lh_parallel_run(&work, a->workers);

	for (size_t i = 0; r == 0 && i < count; i++)
		r = take_notes(a->walk, &a->walk->heap->pymalloc.arenas[a->first + i], &a->notes[i]);
	return r;
}

static void ahead_fini(struct ahead *a)
{
	for (size_t i = 0; a->notes && i < a->round; i++)
		free(a->notes[i].items);
	free(a->notes);
	free(a->states);
}

static int ahead_init(struct ahead *a, struct lh_objects_state *w)
{
	uint64_t round = a->workers * ROUND_BYTES / w->heap->pymalloc.arena_size;

	a->walk = w;
	a->round = round < a->workers ? a->workers : round;
	a->states = lh_new0_apart(struct lh_objects_state, a->workers);
	a->notes = lh_new0_apart(struct lh_arena_notes, a->round);
	if (!a->states || !a->notes)
		return lh_nomem(w->heap->ctx);
	for (unsigned i = 0; i < a->workers; i++) {
		a->states[i] = *w;
		a->states[i].view = a->states[i].counts = lh_view_of(w->heap->target);
	}
	return 0;
}

/* The first rounds are small: little is known, so most of their blocks are looked at again. */
static int walk_ahead(struct lh_objects_state *w, unsigned workers)
{
	_cleanup_(ahead_fini) struct ahead a = {.workers = workers};
	size_t round = workers, count = w->heap->pymalloc.count;
	int r = ahead_init(&a, w);

	for (; r == 0 && a.first < count;
	     a.first += round, round = round * 2 < a.round ? round * 2 : a.round) {
		size_t rest = count - a.first;

		r = walk_round(&a, rest < round ? rest : round);
	}
	return r;
}

static int walk_alone(struct lh_objects_state *w)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;

	for (size_t i = 0; i < pm->count; i++) {
		int r = lh_progress(w->heap->ctx, "reading arenas", i, pm->count);

		if (r == 0)
			r = lh_objects_walk_arena(w, &pm->arenas[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

int lh_objects_walk_arenas(struct lh_objects_state *w)
{
	unsigned workers =
		w->vouching || w->heap->pymalloc.arena_size > UINT32_MAX ? 1 : lh_reading_workers(w->heap);

	if (workers > w->heap->pymalloc.count)
		workers = (unsigned)w->heap->pymalloc.count;
	return workers > 1 ? walk_ahead(w, workers) : walk_alone(w);
}
