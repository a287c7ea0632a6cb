/* SPDX-License-Identifier: Apache-2.0 */
/* glibc's heaps: sizes of chunks lead from a heap's start to its end. The first one that does not was written to, as a rule by whoever
 * has the block before it. */
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_chunks.h"
#include "verify/before.h"
#include "verify/checks.h"
#include "verify/damage.h"

/* The last chunk that is sound, and the count of all before it. */
static uint64_t last_good(struct lh_verify *v, const struct lh_glibc_chunks *chunks,
			  const struct lh_glibc_part *part, uint64_t *ret_size)
{
	struct lh_glibc_chunk chunk = lh_glibc_chunk_first(chunks, part);
	uint64_t last = 0;

	while (lh_glibc_chunk_next(&chunk)) {
		last = chunk.addr;
		*ret_size = chunk.size;
		v->now->checked++;
	}
	return last;
}

/*
 * free() marks a chunk as free before it repeats its size at its end, malloc() moves the top before it gives it a size: while the
 * arena is locked (mutex is the first field of struct malloc_state), or where a register leads there.
 */
static bool is_moving(struct lh_verify *v, const struct lh_glibc_chunks *chunks,
		      const struct lh_glibc_part *part, uint64_t last)
{
	const struct lh_glibc_arena *arena = &chunks->glibc.arenas[part->arena];
	uint64_t word = lh_glibc_chunk_at(&v->view, part->walked, part->end, LH_CHUNK_MIN);
	const uint8_t *mutex = lh_view_at(&v->view, arena->addr, 4);

	if (mutex && lh_u32(mutex) && (part->walked == arena->top || (word && !(word & LH_CHUNK_PREV_INUSE))))
		return true;
	return lh_damage_is_moving(v, part->walked, LH_CHUNK_MIN) ||
	       (last && lh_damage_is_moving(v, last, LH_CHUNK_MIN));
}

static int damaged(struct lh_verify *v, const struct lh_glibc_chunks *chunks,
		   const struct lh_glibc_part *part, uint64_t last, uint64_t size)
{
	struct lh_damage d = {.kind = "malloc chunk",
			      .addr = part->walked + 8,
			      .start = part->walked,
			      .size = 16,
			      .neighbour = last};
	const uint8_t *p = lh_view_at(&v->view, part->walked, LH_CHUNK_HEAD);
	_cleanup_string_ struct lh_string word = {0};
	char rest[LH_SIZE_MAX];
	struct lh_before before;

	if (lh_damage_is_missing(v, part->walked, LH_CHUNK_HEAD)) {
		v->now->skipped++;
		return 0;
	}
	if (is_moving(v, chunks, part, last)) {
		v->now->moving++;
		return 0;
	}
	if (last && lh_before_in_block(v, last + LH_CHUNK_HEAD, size - 8, false, &before) && before.object) {
		d.neighbour = before.object;
		lh_damage_blame(&d, &before);
	}
	lh_damage_word_text(v->heap, p ? lh_u64(p + 8) : 0, &word);
	if (!word.text)
		return lh_nomem(v->heap->ctx);
	v->now->skipped++;
	return lh_damage_add(v, &d,
			     "the size of the chunk of malloc's at 0x%" PRIx64
			     " is %s, which leads nowhere; the %s after it were not looked at",
			     part->walked, word.text, lh_size_text(part->end - part->walked, rest));
}

int lh_check_malloc(struct lh_verify *v)
{
	_cleanup_(lh_glibc_chunks_fini) struct lh_glibc_chunks chunks = {0};
	int r = lh_glibc_chunks_find(v->heap->target, &chunks);

	for (size_t i = 0; i < chunks.part_count && r == 0; i++) {
		const struct lh_glibc_part *part = &chunks.parts[i];
		uint64_t size = 0, last = last_good(v, &chunks, part, &size);

		if (part->damaged)
			r = damaged(v, &chunks, part, last, size);
	}
	v->now->skipped += chunks.torn;
	return r;
}
