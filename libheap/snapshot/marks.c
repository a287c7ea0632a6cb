/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/marks.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/bytes.h"

#include <string.h>

#define WORD 8u
#define HALF 4u
#define STRING_MAX 4096
#define SMALL_BITS 20 /* two numbers of as many bits may share a word */

static int add_run(struct lh_snapshot_marks *m, uint64_t start, uint64_t end)
{
	uint64_t words = (end - start) / WORD / 64 + 1;
	struct lh_marked run = {start, end, lh_new0(uint64_t, words), lh_new0(uint64_t, words)};
	int r = run.kept && run.blank ? lh_append(m->target->ctx, m->runs, m->count, m->capacity, run)
				      : lh_nomem(m->target->ctx);

	if (r < 0) {
		free(run.kept);
		free(run.blank);
	}
	return r;
}

int lh_kept_init(struct lh_snapshot_marks *m, struct lh_target *target, bool values)
{
	struct lh_range run = {0};
	int r = 0;

	*m = (struct lh_snapshot_marks){.target = target, .view = lh_view_of(target), .values = values};
	while (r == 0 && lh_target_next_writable(target, run.end, UINT64_MAX, &run))
		r = add_run(m, run.start & ~7ull, run.end);
	return r;
}

void lh_kept_fini(struct lh_snapshot_marks *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->runs[i].kept);
		free(m->runs[i].blank);
	}
	free(m->runs);
}

struct lh_marked *lh_kept_run(struct lh_snapshot_marks *m, uint64_t addr)
{
	size_t i;

	if (m->last && addr - m->last->start < m->last->end - m->last->start)
		return m->last;
	i = lh_bsearch_first(m->count, k, m->runs[k].end <= addr);
	if (i == m->count || m->runs[i].start > addr)
		return NULL;
	m->last = &m->runs[i];
	return m->last;
}

/* The words of [@addr, @addr + @len) within one run: from *@ret_first up to *@ret_end. */
static struct lh_marked *words_of(struct lh_snapshot_marks *m, uint64_t addr, uint64_t len,
				  uint64_t *ret_first, uint64_t *ret_end)
{
	struct lh_marked *run = len ? lh_kept_run(m, addr) : NULL;
	uint64_t end;

	if (!run)
		return NULL;
	end = len < run->end - addr ? addr + len : run->end;
	*ret_first = (addr - run->start) / WORD;
	*ret_end = (end - run->start + WORD - 1) / WORD;
	return run;
}

void lh_kept_keep(struct lh_snapshot_marks *m, uint64_t addr, uint64_t len)
{
	uint64_t i, end;
	struct lh_marked *run = words_of(m, addr, len, &i, &end);
	bool half = run && (addr + len) % WORD == HALF && addr % WORD == 0;

	for (; run && i < end; i++) {
		if (half && i == end - 1 && !lh_bit_has(run->kept, i))
			lh_bit_set(run->blank, i);
		else if (!half || i != end - 1)
			lh_bit_clear(run->blank, i);
		lh_bit_set(run->kept, i);
	}
}

void lh_kept_contents(struct lh_snapshot_marks *m, uint64_t addr, uint64_t len)
{
	uint64_t i, end;
	struct lh_marked *run = words_of(m, addr, len, &i, &end);

	if (m->values) {
		lh_kept_keep(m, addr, len);
		return;
	}
	if (run && addr % WORD == HALF) /* what comes before it in the word decides */
		i++;
	for (; run && i < end; i++)
		if (!lh_bit_has(run->kept, i))
			lh_bit_set(run->blank, i);
}

/* Three characters and no other byte: too few may be a number. */
#define TEXT_LEAST 3

static bool is_text(uint64_t word)
{
	unsigned printable = 0;

	for (; word; word >>= 8) {
		uint8_t byte = (uint8_t)word;

		if (byte && (byte < ' ' || byte > '~'))
			return false;
		printable += byte != 0;
	}
	return printable >= TEXT_LEAST;
}

static bool is_number(uint64_t word)
{
	uint32_t high = (uint32_t)(word >> 32), low = (uint32_t)word;

	if (is_text(word))
		return false;
	return !high || high == UINT32_MAX || (!(high >> SMALL_BITS) && !(low >> SMALL_BITS));
}

/* Some builds have structs at multiples of 4 (3.13.5 of Debian, its collector's state). */
static void keep_address(struct lh_snapshot_marks *m, uint64_t at)
{
	const uint8_t *p = lh_view_at(&m->view, at, WORD);

	if (p && lh_u64(p) >> SMALL_BITS && lh_target_mapping(m->target, lh_u64(p)))
		lh_kept_keep(m, at, WORD);
}

void lh_kept_numbers(struct lh_snapshot_marks *m, uint64_t addr, uint64_t len)
{
	uint64_t end = addr + len;

	for (uint64_t at = addr & ~7ull; at < end; at += WORD) {
		const uint8_t *p = lh_view_at(&m->view, at, WORD);

		if (!p)
			return;
		if (lh_u64(p) && is_number(lh_u64(p)))
			lh_kept_keep(m, at, WORD);
		keep_address(m, at + HALF);
	}
}

void lh_kept_link(struct lh_snapshot_marks *m, uint64_t addr)
{
	const uint8_t *p = lh_view_at(&m->view, addr, 8);

	if (p && !is_text(lh_u64(p)))
		lh_kept_keep(m, addr, 8);
}

void lh_kept_string(struct lh_snapshot_marks *m, uint64_t addr)
{
	char text[STRING_MAX];

	if (addr && lh_kept_run(m, addr) && lh_target_string(m->target, addr, text, sizeof(text)) == 0)
		lh_kept_keep(m, addr, strlen(text) + 1);
}

bool lh_kept_has(struct lh_snapshot_marks *m, uint64_t addr)
{
	struct lh_marked *run = lh_kept_run(m, addr);

	uint64_t i = run ? (addr - run->start) / WORD : 0;

	return !run || (lh_bit_has(run->kept, i) && !lh_bit_has(run->blank, i));
}
