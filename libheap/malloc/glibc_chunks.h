/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All chunks of glibc's heaps, each with what it is: used, or free in a list, by the arenas' own structure.
 *
 * Sizes chain from where a heap begins to where it ends; a chunk is free if the next one says so, or a list has
 * it. Where the chain breaks (a size was overwritten), the rest of that heap is not known.
 *
 * Memory: 8 bytes per chunk in a list.
 */
#ifndef LH_MALLOC_GLIBC_CHUNKS_H
#define LH_MALLOC_GLIBC_CHUNKS_H

#include "malloc/glibc_bins.h"

/** struct lh_glibc_part - a heap: [head, start) is the arena's and the heap's own data, chunks follow */
struct lh_glibc_part {
	uint64_t head, start, end;
	uint64_t
		walked; /* where the chain of chunks ends; less than end: it broke there, or fenceposts follow */
	uint32_t arena; /* number */
	bool damaged;
};

struct lh_glibc_tally {
	uint64_t count, bytes; /* bytes with heads, as malloc_info() counts them */
};

/** struct lh_glibc_use - an arena's figures */
struct lh_glibc_use {
	struct lh_glibc_tally by_state[LH_CHUNK_STATES];
	uint64_t heaps;
};

struct lh_glibc_chunks {
	struct lh_target *target;
	struct lh_glibc glibc;
	struct lh_glibc_use *uses;   /* by arena */
	struct lh_glibc_part *parts; /* by address */
	size_t part_count, part_capacity;
	uint64_t *listed; /* address << 8 | state, sorted */
	size_t listed_count, listed_capacity;
	uint32_t caches;        /* threads' */
	uint32_t torn;          /* lists that do not end: free chunks after that are not known */
	uint32_t damaged;       /* heaps with a chain that breaks */
	uint64_t first_damaged; /* the chunk with the size that leads nowhere */
};

/** lh_glibc_chunks_find() - Return: 0, with no arenas if there is no such malloc; -LH_ENOMEM, -LH_EINTR. Free
 * with lh_glibc_chunks_fini() in any case. */
int lh_glibc_chunks_find(struct lh_target *target, struct lh_glibc_chunks *ret);
void lh_glibc_chunks_fini(struct lh_glibc_chunks *chunks);

/** struct lh_glibc_chunk - a place in a heap */
struct lh_glibc_chunk {
	uint64_t addr, size;
	enum lh_chunk_state state;
	/* where the walk is */
	const struct lh_glibc_chunks *chunks;
	const struct lh_glibc_part *part;
	struct lh_view view;
	size_t listed;
	uint64_t next;
};

/** lh_glibc_chunk_first() - start before the first chunk of @part */
struct lh_glibc_chunk lh_glibc_chunk_first(const struct lh_glibc_chunks *chunks,
					   const struct lh_glibc_part *part);
/** lh_glibc_chunk_next() - the next chunk, in address order. Return: whether there is one. */
bool lh_glibc_chunk_next(struct lh_glibc_chunk *chunk);

#endif
