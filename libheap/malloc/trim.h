/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What malloc_trim(0) would give back to the system now.
 *
 * glibc (malloc/malloc.c: mtrim(), systrim()) first joins free chunks in fastbins with their free neighbours. Then
 * the whole pages within each free chunk go, but for those with the chunk's own words; and of the main arena the
 * end of its top, by moving the program's break. What threads keep in their caches stays, and so do the tops of
 * other arenas.
 */
#ifndef LH_MALLOC_TRIM_H
#define LH_MALLOC_TRIM_H

#include "malloc/glibc_chunks.h"

/** struct lh_glibc_trim - bytes */
struct lh_glibc_trim {
	uint64_t pages; /* that would go, of chunks and the top */
	uint64_t
		resident; /* of these, in memory: by so much the process gets smaller; 0 if that is not known */
	uint64_t top;     /* of pages: at the end of the main arena */
	uint64_t free;    /* all that is free in the heaps, caches and tops included */
	size_t heaps;
	uint32_t
		damaged; /* heaps that are not known to their end, and lists: what is free there is not counted */
};

/** lh_glibc_trim() - add up what would go of all heaps. Return: nothing can fail. O(chunks). */
void lh_glibc_trim(const struct lh_glibc_chunks *chunks, struct lh_glibc_trim *ret);

#endif
