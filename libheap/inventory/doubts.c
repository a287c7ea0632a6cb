/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/doubts.h"
#include "inventory/references.h"
#include "util/array.h"

#include <stdlib.h>

struct settler {
	struct lh_tracked *t;
	const uint32_t *guesses;
	size_t count, capacity; /* capacity: of the doubts */
	uint32_t *held; /* one per local of a running frame that was subtracted from its object's count */
	size_t held_count, held_capacity;
	bool dropped;
	int error;
};

/* ---- locals of running frames: known, though no tracked object holds them (3.11+) ---- */

static void on_local(void *arg, const struct lh_span *span)
{
	struct settler *s = arg;
	struct lh_tracked *t = s->t;

	for (uint64_t i = 0; span->label == LH_LABEL_LOCAL && i < span->count && s->error == 0; i++) {
		uint32_t to = lh_addrset_index(&t->rings->tracked, lh_span_counted(span, i));

		if (to == LH_NO_INDEX || !t->external[to])
			continue;
		s->error = lh_append(t->heap->ctx, s->held, s->held_count, s->held_capacity, to);
		t->external[to] -= s->error == 0;
	}
}

static void ignore_frame(void *arg, const struct lh_thread *thread, const struct lh_frame *frame)
{
	(void)arg, (void)thread, (void)frame;
}

static int set_locals_aside(struct settler *s)
{
	struct lh_heap *heap = s->t->heap;
	struct lh_visitor v = {.heap = heap, .view = lh_view_of(heap->target), .fn = on_local, .arg = s};

	for (size_t i = 0; i < heap->interp_count && s->error == 0; i++)
		lh_visit_threads(&v, &heap->interps[i], ignore_frame, NULL);
	return s->error;
}

static void put_locals_back(struct settler *s)
{
	for (size_t i = 0; i < s->held_count; i++)
		s->t->external[s->held[i]]++;
	free(s->held);
}

/* ---- guesses ---- */

static int doubt(struct settler *s, uint32_t from, uint32_t to)
{
	struct lh_tracked *t = s->t;

	return lh_append(t->heap->ctx, t->doubts, t->doubt_count, s->capacity, ((struct lh_doubt){from, to}));
}

static void drop(struct settler *s, uint32_t edge)
{
	s->t->edges[edge] = LH_NO_INDEX;
	s->dropped = true;
}

static int doubt_where_no_room(struct settler *s, uint32_t from, uint32_t edge)
{
	uint32_t to = s->t->edges[edge];

	if (s->t->external[to])
		return 0;
	drop(s, edge);
	return doubt(s, from, to);
}

static int take_room(struct settler *s, uint32_t from, uint32_t edge)
{
	uint32_t to = s->t->edges[edge];

	if (to == LH_NO_INDEX || to == from)
		return 0;
	if (!s->t->external[to])
		return doubt(s, from, to);
	s->t->external[to]--;
	return 0;
}

/* Last: an object rarely holds a counted reference to itself, since it would never be freed. */
static int take_room_for_itself(struct settler *s, uint32_t from, uint32_t edge)
{
	if (s->t->edges[edge] != from)
		return 0;
	if (s->t->external[from]) {
		s->t->external[from]--;
		return 0;
	}
	drop(s, edge);
	return doubt(s, from, from);
}

static int each_guess(struct settler *s, int (*fn)(struct settler *, uint32_t from, uint32_t edge))
{
	uint32_t from = 0;
	int r = 0;

	for (size_t k = 0; k < s->count && r == 0; k++) {
		while (s->t->offsets[from + 1] <= s->guesses[k])
			from++;
		r = fn(s, from, s->guesses[k]);
	}
	return r;
}

int lh_doubts_settle(struct lh_tracked *t, const uint32_t *guesses, size_t count)
{
	struct settler s = {.t = t, .guesses = guesses, .count = count};
	int r = count ? set_locals_aside(&s) : 0;

	if (r == 0)
		r = each_guess(&s, doubt_where_no_room);
	if (r == 0)
		r = each_guess(&s, take_room);
	if (r == 0)
		r = each_guess(&s, take_room_for_itself);
	put_locals_back(&s);
	if (s.dropped)
		lh_references_close_gaps(t->offsets, t->edges, t->count);
	return r;
}
