/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Free chunks of glibc's malloc that look used from their neighbours: those in a list of an arena's
 * (fastbins, until 2.42) or in a thread's cache (tcache).
 *
 * A list is reported as far as it leads from one chunk of its size to the next. A cache is recognized if the numbers
 * in it are those of its lists.
 */
#ifndef LH_MALLOC_GLIBC_LISTS_H
#define LH_MALLOC_GLIBC_LISTS_H

#include "malloc/free.h"
#include "malloc/glibc_arena.h"

#define LH_CACHE_LEAST 0x250u /* bytes of a cache's chunk: from glibc 2.26's to 2.43's, and 16 to spare */
#define LH_CACHE_MOST 0x310u

/** struct lh_glibc_lists - the receiver of chunks, and what was found */
struct lh_glibc_lists {
	struct lh_view view;
	lh_free_range_fn fn; /* gets the user's memory of each chunk */
	void *arg;
	uint64_t steps; /* along lists, so far, and how many are made: lists that share chunks have no end */
	uint64_t most;
	uint64_t chunks; /* that were reported */
	uint32_t caches;
	bool plain;    /* the links of the last list that ended are not masked */
	uint32_t torn; /* lists that do not end: what follows is not known */
};

/** lh_glibc_lists_of() - nothing found yet */
struct lh_glibc_lists lh_glibc_lists_of(struct lh_target *target, lh_free_range_fn fn, void *arg);
/** lh_glibc_tell_fastbins() - of one arena */
void lh_glibc_tell_fastbins(struct lh_glibc_lists *lists, const struct lh_glibc *glibc,
			    const struct lh_glibc_arena *arena);
/* Whether a chunk of @size bytes (no flags) may be a thread's cache at all: most have no such size. */
static inline bool lh_glibc_cache_has(uint64_t size)
{
	return size >= LH_CACHE_LEAST && size <= LH_CACHE_MOST;
}

/** lh_glibc_may_be_cache() - whether the chunk of @size bytes at @chunk is like a thread's cache, by its own
 * words alone */
bool lh_glibc_may_be_cache(struct lh_glibc_lists *lists, uint64_t chunk, uint64_t size);
/** lh_glibc_tell_cache() - if the chunk of @size bytes at @chunk is a thread's cache, what it has */
void lh_glibc_tell_cache(struct lh_glibc_lists *lists, uint64_t chunk, uint64_t size);

#endif
