/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every word of writable memory not marked in the word map: C stacks, static data, malloc memory, bodies of
 * unknown types, and the registers. A word that is the address of an object counts as a reference to it.
 *
 * A part is a stretch of memory, read by one thread; counts are added to atomically, for few words are hits.
 */
#include "counts/refcounts.h"
#include "target/word_run.h"
#include "util/array.h"
#include "util/bytes.h"
#include "util/parallel.h"

#include <stdlib.h>

#define AHEAD 16
#define WINDOW 1024       /* hits gathered before the first is looked up */
#define STEP (1ull << 24) /* bytes between looks at the user's ^C, and of a thread's part */
#define ELSEWHERE_MAX (UINT32_MAX - LH_WORKERS_MAX) /* with room for all threads at once */

/** struct scan - a thread's own */
struct LH_APART scan {
	struct lh_refcounts *out;
	uint64_t low, room;
	uint64_t hits[WINDOW + 64];
	unsigned hit_count;
};

/** struct stretch - [start, end) of a run's addresses */
struct stretch {
	const struct lh_word_map_run *run;
	uint64_t start, end;
};

struct scanning {
	struct scan *scans; /* by worker */
	struct stretch *stretches;
	size_t count, capacity;
};

static void look_up(struct scan *c)
{
	struct lh_refcounts *out = c->out;

	for (unsigned k = 0; k < c->hit_count; k++) {
		uint32_t i;

		if (k + AHEAD < c->hit_count)
			__builtin_prefetch(lh_addrset_page(&out->set, c->hits[k + AHEAD]));
		i = lh_addrset_index(&out->set, c->hits[k]);
		if (i != LH_NO_INDEX && __atomic_load_n(&out->elsewhere[i], __ATOMIC_RELAXED) < ELSEWHERE_MAX)
			__atomic_fetch_add(&out->elsewhere[i], 1, __ATOMIC_RELAXED);
	}
	c->hit_count = 0;
}

/* Up to 64 words: those with their bit of @todo set. */
static void look_at(struct scan *c, const uint8_t *words, uint64_t todo)
{
	for (; todo; todo &= todo - 1) {
		uint64_t word = lh_u64(words + 8 * (unsigned)__builtin_ctzll(todo));

		if (word - c->low < c->room && !(word & 7))
			c->hits[c->hit_count++] = word;
	}
	if (c->hit_count >= WINDOW)
		look_up(c);
}

/* Words [from, to) of a run, all of them at @words in our own memory. */
static void look_at_run(struct scan *c, const struct lh_word_map_run *run, const uint8_t *words,
			uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to;) {
		uint64_t at = i & 63, n = to - i < 64 - at ? to - i : 64 - at,
			 todo = ~(run->bits[i >> 6] >> at) & (n == 64 ? ~0ull : (1ull << n) - 1);

		look_at(c, words + (i - from) * 8, todo);
		i += n;
	}
}

/* It may come in parts: see lh_view_seek(). */
static int look_at_stretch(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	const struct scanning *all = arg;
	struct scan *c = &all->scans[worker];
	const struct stretch *s = &all->stretches[i];
	struct lh_view view = lh_view_of(c->out->heap->target);
	struct lh_word_run part = lh_word_run_of(s->start, s->end);

	while (lh_word_run_next(&part, &view, UINT64_MAX)) {
		uint64_t from = (part.at - s->run->start) >> 3;

		look_at_run(c, s->run, part.words, from, from + (part.len >> 3));
	}
	look_up(c);
	return 0;
}

static int divide(struct lh_refcounts *counts, struct scanning *all)
{
	int r = 0;

	for (size_t i = 0; i < counts->marks.count; i++) {
		const struct lh_word_map_run *run = &counts->marks.runs[i];

		for (uint64_t at = run->start, end; r == 0 && at < run->end; at = end) {
			end = run->end - at > STEP ? at + STEP : run->end;
			r = lh_append(counts->heap->ctx, all->stretches, all->count, all->capacity,
				      ((struct stretch){run, at, end}));
		}
	}
	return r;
}

static int look_at_all(struct scanning *all, struct lh_refcounts *counts, unsigned workers)
{
	const struct lh_target *t = counts->heap->target;
	const struct lh_parallel work = {.ctx = counts->heap->ctx,
					 .phase = "counting pointers",
					 .count = all->count,
					 .run = look_at_stretch,
					 .arg = all};
	int r = lh_parallel_run(&work, workers);

	for (size_t i = 0; i < t->register_count; i++)
		look_at(&all->scans[0], (const uint8_t *)&t->registers[i].value, 1);
	look_up(&all->scans[0]);
	return r;
}

static void scanning_fini(struct scanning *all)
{
	free(all->scans);
	free(all->stretches);
}

int lh_word_scan(struct lh_refcounts *counts)
{
	const struct lh_addrset *set = &counts->set;
	unsigned workers = lh_reading_workers(counts->heap);
	_cleanup_(scanning_fini) struct scanning all = {.scans = lh_new0_apart(struct scan, workers)};
	int r = all.scans ? divide(counts, &all) : lh_nomem(counts->heap->ctx);

	if (r < 0 || !set->region_count)
		return r;
	for (unsigned w = 0; w < workers; w++) {
		all.scans[w].out = counts;
		all.scans[w].low = set->regions[0]->base;
		all.scans[w].room = set->regions[set->region_count - 1]->base + (1ull << LH_REGION_SHIFT) -
				    all.scans[w].low;
	}
	return look_at_all(&all, counts, workers);
}
