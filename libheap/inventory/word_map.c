/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/word_map.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <sys/mman.h>

/* Words of bits that a run has. */
static uint64_t bits_of(const struct lh_word_map_run *run)
{
	return ((run->end - run->start) >> 9) + 1;
}

static int by_data(const void *a, const void *b)
{
	const struct lh_word_map_run *x = *(struct lh_word_map_run *const *)a,
				     *y = *(struct lh_word_map_run *const *)b;

	return x->data < y->data ? -1 : x->data > y->data;
}

static void add_run(struct lh_word_map *m, const struct lh_segment *s)
{
	/* Words are at multiples of 8 in the target. */
	uint64_t skip = (0 - s->start) & 7;
	struct lh_word_map_run *run = &m->runs[m->count];

	if (!s->writable || s->end - s->start < skip + 8)
		return;
	*run = (struct lh_word_map_run){
		.start = s->start + skip, .end = s->end & ~7ull, .data = s->data + skip};
	m->bits_size += bits_of(run) * 8;
	m->by_data[m->count++] = run;
}

/* A process may have reserved terabytes, of which nothing will be marked. */
static int reserve_bits(struct lh_word_map *m, struct lh_ctx *ctx)
{
	uint64_t *bits;

	if (!m->bits_size)
		return 0;
	bits = mmap(NULL, m->bits_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (bits == MAP_FAILED)
		return lh_nomem(ctx);
	m->bits = bits;
	for (size_t i = 0; i < m->count; bits += bits_of(&m->runs[i++]))
		m->runs[i].bits = bits;
	return 0;
}

int lh_word_map_init(struct lh_word_map *m, struct lh_target *t)
{
	*m = (struct lh_word_map){.runs = lh_new0(struct lh_word_map_run, t->segment_count + 1),
				  .by_data = lh_new0(struct lh_word_map_run *, t->segment_count + 1)};
	if (!m->runs || !m->by_data)
		return lh_nomem(t->ctx);
	for (size_t i = 0; i < t->segment_count; i++)
		add_run(m, &t->segments[i]);
	qsort(m->by_data, m->count, sizeof(struct lh_word_map_run *), by_data);
	return reserve_bits(m, t->ctx);
}

void lh_word_map_fini(struct lh_word_map *m)
{
	if (m->bits)
		munmap(m->bits, m->bits_size);
	free(m->runs);
	free(m->by_data);
	*m = (struct lh_word_map){0};
}

struct lh_word_map_run *lh_word_map_find(struct lh_word_map *m, uint64_t addr)
{
	size_t at = lh_bsearch_first(m->count, i, m->runs[i].end <= addr);

	if (at == m->count || addr < m->runs[at].start)
		return NULL;
	return m->last = &m->runs[at];
}

static const uint8_t *end_of_data(const struct lh_word_map_run *run)
{
	return run->data + (run->end - run->start);
}

struct lh_word_map_run *lh_word_map_find_bytes(struct lh_word_map *m, const uint8_t *bytes)
{
	size_t at = lh_bsearch_first(m->count, i, end_of_data(m->by_data[i]) <= bytes);

	if (at == m->count || bytes < m->by_data[at]->data)
		return NULL;
	return m->last = m->by_data[at];
}

static void set_bits(uint64_t *bits, uint64_t from, uint64_t to)
{
	while (from < to) {
		uint64_t at = from & 63, n = to - from < 64 - at ? to - from : 64 - at;

		bits[from >> 6] |= (n == 64 ? ~0ull : (1ull << n) - 1) << at;
		from += n;
	}
}

void lh_word_map_mark(struct lh_word_map *m, uint64_t addr, uint64_t len)
{
	struct lh_word_map_run *run = lh_word_map_at(m, addr);
	uint64_t from, to;

	if (!run)
		return;
	from = addr - run->start;
	to = len < run->end - addr ? from + len : run->end - run->start;
	set_bits(run->bits, (from + 7) >> 3, to >> 3);
}
