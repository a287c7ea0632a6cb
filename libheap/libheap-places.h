/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheap-places: what an address is part of.
 *
 * Part of libheap.h, which says how return values, ownership, threads, structs and iterators are.
 */
#ifndef LIBHEAP_PLACES_H
#define LIBHEAP_PLACES_H

#include "libheap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ places */

/** enum lh_place_kind - what an address is part of; new ones are appended */
enum lh_place_kind {
	LH_PLACE_OBJECT,
	LH_PLACE_FREE_BLOCK, /* of a pool: free, or never handed out */
	LH_PLACE_BLOCK,      /* of a pool: used, but not an object: an object's storage, or on a freelist */
	LH_PLACE_POOL,       /* of a pool, outside of its blocks; or an empty pool */
	LH_PLACE_MEMORY,     /* mapped; nothing else is known */
	LH_PLACE_UNMAPPED,   /* not in the target */
};

/** lh_place_name() - a kind in words: "free block". Return: static storage. Since: 0.1 */
LH_API const char *lh_place_name(enum lh_place_kind kind);

/** struct lh_place_info - where an address is */
struct lh_place_info {
	size_t size;
	enum lh_place_kind kind;
	uint32_t block_size;         /* of the block, in bytes */
	uint64_t object;             /* LH_PLACE_OBJECT: that one; its gc header, before it, counts too */
	uint64_t arena, pool, block; /* of pymalloc; 0: it is in none */
	struct lh_region region;     /* the mapping that has it; from 0 to 0: none is known */
};

/**
 * lh_place_at() - what @addr is part of
 * In pymalloc's memory and at the start of an object it costs a look there, elsewhere a look at all objects.
 * Return: 0; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_place_at(struct lh_heap *heap, uint64_t addr, struct lh_place_info *ret);
/**
 * lh_freed_block() - whether @addr, to which something refers, was freed: it is in a pool, and no object begins there
 * @ret: the object that has its memory now, which begins elsewhere; 0: there is none
 * Costs a look at the pool. Return: 0; LH_ABSENT: an object begins there, or it is not in a pool; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_freed_block(struct lh_heap *heap, uint64_t addr, uint64_t *ret);

#ifdef __cplusplus
}
#endif
#endif
