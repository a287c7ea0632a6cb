/* SPDX-License-Identifier: Apache-2.0 */
#include "malloc/glibc_bins.h"
#include "malloc/glibc_chunk.h"

/* malloc/malloc.c: bin 1 has unsorted chunks; those up to 63 have chunks of one size each. */
#define BINS 126u
#define LARGE_FIRST 64u
#define FD_AT 16u
#define BK_AT 24u

static enum lh_chunk_state state_of(unsigned bin)
{
	return bin == 1 ? LH_CHUNK_UNSORTED : bin < LARGE_FIRST ? LH_CHUNK_SMALL : LH_CHUNK_LARGE;
}

/* A bin is a chunk with no words but its links. */
static uint64_t link_of(struct lh_view *view, uint64_t chunk, uint64_t at)
{
	const uint8_t *p = chunk & 7 ? NULL : lh_view_at(view, chunk + at, 8);

	return p ? lh_u64(p) : 0;
}

/* Return: 0; LH_ABSENT: the list is torn; -LH_E*. */
static int walk(struct lh_view *view, uint64_t bin, enum lh_chunk_state state, lh_chunk_fn fn, void *arg)
{
	uint64_t before = bin, chunk = link_of(view, bin, FD_AT);
	int r = 0;

	while (chunk != bin && r == 0) {
		if (!chunk || chunk & 15 || link_of(view, chunk, BK_AT) != before)
			return LH_ABSENT;
		r = fn(arg, chunk, state);
		before = chunk;
		chunk = link_of(view, chunk, FD_AT);
	}
	return r;
}

int lh_glibc_bins_walk(struct lh_view *view, const struct lh_glibc *glibc, const struct lh_glibc_arena *arena,
		       lh_chunk_fn fn, void *arg, uint32_t *ret_torn)
{
	uint64_t bins = lh_glibc_bins(glibc, arena) - FD_AT;

	for (unsigned i = 1; i <= BINS; i++) {
		int r = walk(view, bins + 16 * (i - 1), state_of(i), fn, arg);

		if (r < 0)
			return r;
		*ret_torn += r == LH_ABSENT;
	}
	return 0;
}
