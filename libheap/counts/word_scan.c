/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every word of writable memory not marked in the word map: C stacks, static data, malloc memory, bodies of
 * unknown types, and the registers. A word that is the address of an object counts as a reference to it.
 */
#include "counts/refcounts.h"
#include "util/bytes.h"

#define AHEAD 16
#define WINDOW 1024 /* hits gathered before the first is looked up */

struct scan {
	struct lh_refcounts *out;
	uint64_t low, room;
	uint64_t hits[WINDOW + 64];
	unsigned hit_count;
};

static void look_up(struct scan *c)
{
	struct lh_refcounts *out = c->out;

	for (unsigned k = 0; k < c->hit_count; k++) {
		uint32_t i;

		if (k + AHEAD < c->hit_count)
			__builtin_prefetch(lh_addrset_page(&out->set, c->hits[k + AHEAD]));
		i = lh_addrset_index(&out->set, c->hits[k]);
		if (i != LH_NO_INDEX && out->elsewhere[i] != UINT32_MAX)
			out->elsewhere[i]++;
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

#define STEP (1ull << 24) /* bytes between looks at the user's ^C */

/* A segment may come in parts: see lh_view_seek(). */
static int look_at_segment(struct scan *c, const struct lh_word_map_run *run)
{
	struct lh_view view = lh_view_of(c->out->heap->target);
	uint64_t addr = run->start;
	int r = 0;

	while (addr < run->end && r == 0) {
		uint64_t len, end;
		const uint8_t *p = lh_view_run(&view, addr, &len);

		end = len < run->end - addr ? addr + (len & ~7ull) : run->end;
		if (p) {
			end = end - addr > STEP ? addr + STEP : end;
			look_at_run(c, run, p, (addr - run->start) >> 3, (end - run->start) >> 3);
		}
		addr = end > addr ? end : addr + 8;
		r = lh_progress(c->out->heap->ctx, "counting pointers", addr - run->start,
				run->end - run->start);
	}
	return r;
}

int lh_word_scan(struct lh_refcounts *counts)
{
	const struct lh_target *t = counts->heap->target;
	const struct lh_addrset *set = &counts->set;
	struct scan c = {.out = counts};
	int r = 0;

	if (!set->region_count)
		return 0;
	c.low = set->regions[0]->base;
	c.room = set->regions[set->region_count - 1]->base + (1ull << LH_REGION_SHIFT) - c.low;
	for (size_t i = 0; i < counts->marks.count && r == 0; i++)
		r = look_at_segment(&c, &counts->marks.runs[i]);
	for (size_t i = 0; i < t->register_count; i++)
		look_at(&c, (const uint8_t *)&t->registers[i].value, 1);
	look_up(&c);
	return r;
}
