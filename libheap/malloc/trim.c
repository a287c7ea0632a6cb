/* SPDX-License-Identifier: Apache-2.0 */
#include "malloc/trim.h"
#include "malloc/glibc_chunk.h"
#include "target/resident.h"

#define PAGE 4096u
#define CHUNK_WORDS 48u /* sizeof(struct malloc_chunk): sizes, fd, bk, fd_nextsize, bk_nextsize */

struct trimmer {
	const struct lh_glibc_chunks *chunks;
	struct lh_resident resident;
	struct lh_glibc_trim *out;
	uint64_t start, end; /* free chunks side by side */
};

static void take(struct trimmer *t, uint64_t start, uint64_t end)
{
	struct lh_page_bytes bytes = {0};

	if (start >= end)
		return;
	t->out->pages += end - start;
	lh_resident_add(&t->resident, start, end, &bytes);
	t->out->resident += bytes.resident;
}

/* mtrim(): pages after the first words of the chunk, and before its end. */
static void end_run(struct trimmer *t)
{
	uint64_t start = (t->start + CHUNK_WORDS + PAGE - 1) & ~(uint64_t)(PAGE - 1);

	if (t->end > t->start && t->end > start && t->end - t->start > PAGE - 1 + CHUNK_WORDS)
		take(t, start, start + ((t->end - start) & ~(uint64_t)(PAGE - 1)));
	t->start = t->end = 0;
}

/* Whether the break is where the top ends: nothing is given back otherwise. */
static bool ends_at_break(const struct trimmer *t, uint64_t end)
{
	const struct lh_mapping *m = lh_target_mapping(t->chunks->target, end - 1);

	return m && m->end == ((end + PAGE - 1) & ~(uint64_t)(PAGE - 1));
}

/* systrim() with a pad of 0; the free chunk before it, which was in a fastbin, has become part of it. */
static void trim_top(struct trimmer *t, uint64_t top, uint64_t end)
{
	uint64_t start = t->end == top && t->start ? t->start : top, area, before = t->out->pages;

	t->start = t->end = 0;
	if (end - start <= LH_CHUNK_MIN + 1 || !ends_at_break(t, end))
		return;
	area = (end - start - LH_CHUNK_MIN - 1) & ~(uint64_t)(PAGE - 1);
	take(t, end - area, end);
	t->out->top += t->out->pages - before;
}

static bool is_joined(enum lh_chunk_state state)
{
	return state != LH_CHUNK_USED && state != LH_CHUNK_TCACHE && state != LH_CHUNK_TOP;
}

static void trim_part(struct trimmer *t, const struct lh_glibc_part *part)
{
	bool main = t->chunks->glibc.arenas[part->arena].main;
	struct lh_glibc_chunk c = lh_glibc_chunk_first(t->chunks, part);

	while (lh_glibc_chunk_next(&c)) {
		t->out->free += c.state == LH_CHUNK_USED ? 0 : c.size;
		if (c.state == LH_CHUNK_TOP && main) {
			trim_top(t, c.addr, c.next);
		} else if (!is_joined(c.state)) {
			/* What other arenas have before their top becomes part of it, and stays. */
			if (c.state == LH_CHUNK_TOP)
				t->start = t->end = 0;
			end_run(t);
		} else {
			t->start = t->start ? t->start : c.addr;
			t->end = c.next;
		}
	}
	end_run(t);
}

void lh_glibc_trim(const struct lh_glibc_chunks *chunks, struct lh_glibc_trim *ret)
{
	struct trimmer t = {.chunks = chunks, .resident = lh_resident_of(chunks->target), .out = ret};

	*ret = (struct lh_glibc_trim){.heaps = chunks->part_count, .damaged = chunks->damaged + chunks->torn};
	for (size_t i = 0; i < chunks->part_count; i++)
		trim_part(&t, &chunks->parts[i]);
}
