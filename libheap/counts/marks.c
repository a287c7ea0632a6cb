/* SPDX-License-Identifier: Apache-2.0 */
#include "counts/marks.h"
#include "target/word_run.h"
#include "util/bytes.h"

#include <stdlib.h>

#define BITS_COVER 512 /* bytes of memory that share a word of bits */

int lh_marks_init(struct lh_target *target, struct lh_word_map *map, struct lh_marks *ret)
{
	int r;

	*ret = (struct lh_marks){.target = target, .map = map};
	r = lh_word_map_init(&ret->visited, target);
	return r == 0 ? lh_word_map_init(&ret->claimed, target) : r;
}

void lh_marks_fini(struct lh_marks *m)
{
	lh_word_map_fini(&m->visited);
	lh_word_map_fini(&m->claimed);
}

static void tell_twice(const struct lh_word_map_run *run, uint64_t at, uint64_t bits,
		       void (*twice)(void *arg, uint64_t word), void *arg)
{
	for (; bits; bits &= bits - 1)
		twice(arg, lh_u64(run->data + (at * 64 + (unsigned)__builtin_ctzll(bits)) * 8));
}

static void join_bits(const struct lh_marks *m, size_t k, struct lh_range part,
		      void (*twice)(void *arg, uint64_t word), void *arg)
{
	const struct lh_word_map_run *run = &m->map->runs[k];
	const uint64_t *visited = m->visited.runs[k].bits, *claimed = m->claimed.runs[k].bits;

	for (uint64_t i = part.start; i < part.end; i++) {
		tell_twice(run, i, run->bits[i] & visited[i], twice, arg);
		run->bits[i] |= visited[i] | claimed[i];
	}
}

/* Nothing is ever looked for in holes, and what lies there is zeros. */
void lh_marks_join(struct lh_marks *m, void (*twice)(void *arg, uint64_t word), void *arg)
{
	struct lh_view view = lh_view_of(m->target);

	for (size_t k = 0; k < m->map->count; k++) {
		const struct lh_word_map_run *run = &m->map->runs[k];
		struct lh_word_run words = lh_word_run_of(run->start, run->end);
		uint64_t done = 0;

		while (lh_word_run_next(&words, &view, UINT64_MAX)) {
			uint64_t at = words.at - run->start;
			struct lh_range part = {at / BITS_COVER, 0};

			part.start = part.start < done ? done : part.start;
			part.end = done = (at + words.len + BITS_COVER - 1) / BITS_COVER;
			join_bits(m, k, part, twice, arg);
		}
	}
}

struct lh_marker lh_marker_of_all(const struct lh_word_map *map)
{
	return (struct lh_marker){.map = *map, .room = UINT64_MAX};
}

/* Less than the part at both ends: where a segment begins in the middle, words of two parts may share bits. */
struct lh_marker lh_marker_of(const struct lh_marks *marks, uint64_t start, uint64_t end)
{
	struct lh_marker m = {.map = *marks->map, .marks = marks, .low = start + BITS_COVER};

	m.room = end - start > 2 * BITS_COVER ? end - start - 2 * BITS_COVER : 0;
	return m;
}

/* The bits of a run in another map of the same memory. */
static uint64_t *bits_in(const struct lh_word_map *other, const struct lh_marker *m,
			 const struct lh_word_map_run *run)
{
	return other->runs[run - m->map.runs].bits;
}

bool lh_marker_visit_other(struct lh_marker *m, const struct lh_word_map_run *run, uint64_t i)
{
	uint64_t *bits = &bits_in(&m->marks->visited, m, run)[i >> 6], bit = 1ull << (i & 63);

	return __atomic_load_n(bits, __ATOMIC_RELAXED) & bit ||
	       __atomic_fetch_or(bits, bit, __ATOMIC_RELAXED) & bit;
}

static void claim_other(struct lh_marker *m, uint64_t addr, uint64_t len)
{
	const struct lh_word_map_run *run = lh_word_map_at(&m->map, addr);
	uint64_t from, to, *bits;

	if (!run)
		return;
	len = len < run->end - addr ? len : run->end - addr;
	from = (addr - run->start + 7) >> 3;
	to = (addr - run->start + len) >> 3;
	bits = bits_in(&m->marks->claimed, m, run);
	while (from < to) {
		uint64_t at = from & 63, n = to - from < 64 - at ? to - from : 64 - at;
		uint64_t set = (n == 64 ? ~0ull : (1ull << n) - 1) << at;

		if ((__atomic_load_n(&bits[from >> 6], __ATOMIC_RELAXED) & set) != set)
			__atomic_fetch_or(&bits[from >> 6], set, __ATOMIC_RELAXED);
		from += n;
	}
}

void lh_marker_claim(struct lh_marker *m, uint64_t addr, uint64_t len)
{
	if (!m->marks || (addr - m->low < m->room && len <= m->room - (addr - m->low)))
		lh_word_map_mark(&m->map, addr, len);
	else
		claim_other(m, addr, len);
}
