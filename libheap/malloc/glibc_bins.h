/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bins of an arena of glibc's malloc: closed lists of free chunks, linked both ways.
 *
 * A list is followed as far as each chunk leads back to the one before it, so no list can lead in a circle.
 */
#ifndef LH_MALLOC_GLIBC_BINS_H
#define LH_MALLOC_GLIBC_BINS_H

#include "malloc/glibc_arena.h"

enum lh_chunk_state {
	LH_CHUNK_USED,
	LH_CHUNK_TCACHE,   /* in a thread's cache */
	LH_CHUNK_FAST,     /* in a fastbin */
	LH_CHUNK_SMALL,    /* in a bin of one size */
	LH_CHUNK_LARGE,    /* in a bin of several sizes */
	LH_CHUNK_UNSORTED, /* freed not long ago */
	LH_CHUNK_UNLISTED, /* free by its neighbour's word, and in no list that is whole */
	LH_CHUNK_TOP,      /* what was never used of a heap, or was given back to its end */
	LH_CHUNK_STATES,
};

/* Gets the address of each chunk, not of its user's memory. Return: 0; -LH_E* ends the walk. */
typedef int (*lh_chunk_fn)(void *arg, uint64_t chunk, enum lh_chunk_state state);

/**
 * lh_glibc_bins_walk() - the chunks in the bins of @arena
 * @ret_torn: lists with an end that does not lead back: what follows is not known. Return: 0, what @fn returned.
 */
int lh_glibc_bins_walk(struct lh_view *view, const struct lh_glibc *glibc, const struct lh_glibc_arena *arena,
		       lh_chunk_fn fn, void *arg, uint32_t *ret_torn);

#endif
