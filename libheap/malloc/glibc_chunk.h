/* SPDX-License-Identifier: Apache-2.0 */
/* A chunk of glibc's malloc: {mchunk_prev_size, mchunk_size,
 * user's memory}; low bits of the size are flags. */
#ifndef LH_MALLOC_GLIBC_CHUNK_H
#define LH_MALLOC_GLIBC_CHUNK_H

#include "target/target.h"
#include "util/bytes.h"

/* malloc/malloc.c */
#define LH_CHUNK_PREV_INUSE 1u
#define LH_CHUNK_IS_MMAPPED 2u
#define LH_CHUNK_FLAGS 7u
#define LH_CHUNK_HEAD 16u
#define LH_CHUNK_MIN 32u

/** lh_glibc_chunk_at() - the size of the chunk at @addr, with its flags; 0: it has less than @least or does
 * not end by @end */
static inline uint64_t lh_glibc_chunk_at(struct lh_view *view, uint64_t addr, uint64_t end, uint64_t least)
{
	const uint8_t *p = end - addr < LH_CHUNK_HEAD ? NULL : lh_view_at(view, addr, LH_CHUNK_HEAD);
	uint64_t word = p ? lh_u64(p + 8) : 0, size = word & ~(uint64_t)LH_CHUNK_FLAGS;

	return size < least || size & 15 || size > end - addr ? 0 : word;
}

/** lh_glibc_mapped_end() - the end of the chunk with a mapping to itself that begins at the page @addr and ends by
 * @end; 0: there is none */
uint64_t lh_glibc_mapped_end(struct lh_view *view, uint64_t addr, uint64_t end);
/** lh_glibc_mapped_next() - the next such chunk that begins at @from, or at a page after it. Pages that are not here, and holes, are
 * passed by at once. Return: whether there is one. */
bool lh_glibc_mapped_next(struct lh_view *view, uint64_t from, uint64_t end, struct lh_range *ret);
/**
 * lh_glibc_bytes() - bytes of the block that malloc() returned as @addr; 0: malloc() has no
 * such block in use. By the sizes of its chunk and of the next one alone, as lh_glibc_has().
 */
uint64_t lh_glibc_bytes(const struct lh_target *target, struct lh_view *view, uint64_t addr);
/**
 * lh_glibc_has() - whether malloc() may have returned @addr for @size bytes that were not freed
 * By the sizes of its chunk and of the next one alone: words that only look like sizes hardly ever lead
 * from one to the other. Chunks that a thread keeps for itself (tcache) count as used.
 */
bool lh_glibc_has(const struct lh_target *target, struct lh_view *view, uint64_t addr, uint64_t size);

#endif
