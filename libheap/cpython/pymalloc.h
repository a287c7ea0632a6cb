/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pymalloc: arenas of pools of blocks of one size (Objects/obmalloc.c).
 *
 * A pool tells its used blocks from its free ones exactly: those on the freeblock chain and those past
 * nextoffset, which were never handed out, are free.
 */
#ifndef LH_CPYTHON_PYMALLOC_H
#define LH_CPYTHON_PYMALLOC_H

#include "target/target.h"
#include "util/bits.h"

struct lh_heap;
struct lh_layout;

struct lh_arena {
	uint64_t address;                 /* as allocated */
	uint64_t first_pool, end;         /* pools carved: [first_pool, end) */
	uint64_t limit;                   /* address + arena size: nothing of it lies at or past this */
	uint32_t nfreepools, ntotalpools; /* as the arena object says */
	uint32_t index;                   /* in CPython's array: pools name it */
	uint32_t set;                     /* which obmalloc state it belongs to */
	uint64_t object;                  /* address of the arena object, which says all this */
};

struct lh_pymalloc {
	struct lh_arena *arenas; /* sorted by address */
	size_t count, capacity;
	uint32_t sets; /* obmalloc states: one, or one an interpreter with its own (3.12+). 0: not found */
	uint64_t pool_size, arena_size;
	uint32_t alignment, header; /* bytes */
	uint32_t
		refused; /* arenas that contradict themselves or overlap another: their pools are not known */
	uint64_t first_refused; /* the word of the first one's arena object that is wrong */
	int64_t raw_blocks; /* requests that went to malloc; part of sys.getallocatedblocks(); -1: not known
			     */
	int64_t all_blocks; /* sys.getallocatedblocks() as one count (-3.8); -1: not known */
	/* One bit a page of [map_start, map_end): part of an arena. */
	uint64_t map_start, map_end;
	uint64_t *map;
};

/* Whether @addr lies in an arena. */
static inline bool lh_pymalloc_has(const struct lh_pymalloc *pymalloc, uint64_t addr)
{
	uint64_t page = (addr - pymalloc->map_start) >> 12;

	return addr - pymalloc->map_start < pymalloc->map_end - pymalloc->map_start &&
	       lh_bit_has(pymalloc->map, page);
}

#define LH_POOL_BLOCK_MAX 512 /* bytes: SMALL_REQUEST_THRESHOLD (Objects/obmalloc.c) */

/* How many sizes of blocks there are; a pool's szidx is below that. */
static inline uint32_t lh_pymalloc_size_classes(const struct lh_pymalloc *pymalloc)
{
	return LH_POOL_BLOCK_MAX / pymalloc->alignment;
}

/* What contradicts itself in a pool. */
enum lh_pool_fault {
	LH_POOL_WHOLE,
	LH_POOL_BAD_SIZE_CLASS,
	LH_POOL_BAD_NEXT_OFFSET,
	LH_POOL_BAD_ARENA,
	LH_POOL_BAD_LINK, /* of the chain of free blocks: in the header, or in a free block */
	LH_POOL_BAD_COUNT,
};

/** struct lh_pool - one pool, read */
struct lh_pool {
	uint64_t addr;
	const uint8_t *bytes; /* pool_size bytes */
	uint32_t used, block_size,
		blocks;         /* used: as its header says; 0: an empty pool, the rest is not set */
	uint64_t free_bits[16]; /* bit i: block i is free. At most 1,024 blocks of 16 bytes in 16 KiB */
	bool damaged; /* header or chain contradict themselves: reported, its blocks are not believed */
	enum lh_pool_fault fault; /* how */
	uint64_t fault_at;        /* address of the word that is wrong */
};

#define LH_POOL_BLOCKS_MAX 1024

static inline bool lh_pool_is_free(const struct lh_pool *pool, uint32_t block)
{
	return lh_bit_has(pool->free_bits, block);
}

/** struct lh_arena_array - the statics of obmalloc.c up to 3.11 */
struct lh_arena_array {
	uint64_t addr;                  /* of the array 'arenas'; 0: not found */
	uint32_t count;                 /* maxarenas */
	int64_t raw_blocks, all_blocks; /* as in struct lh_pymalloc */
};

/** lh_pymalloc_init() - list the arenas of all obmalloc states; of @array when they are not of interpreters.
 * Return: 0 (none found is 0 too); -LH_E*. */
int lh_pymalloc_init(struct lh_heap *heap, const struct lh_arena_array *array);
/** lh_pymalloc_is_of_interps() - whether interpreters have obmalloc's state (3.12+) */
bool lh_pymalloc_is_of_interps(const struct lh_layout *layout);
/** lh_pymalloc_state() - address of the obmalloc state that @interp uses; 0: it has none, or that is not here */
struct lh_interp;
uint64_t lh_pymalloc_state(struct lh_heap *heap, const struct lh_interp *interp);
/** lh_pymalloc_sizes() - sizes of pools, arenas and headers; lh_pymalloc_init() calls it. Return: whether the
 * layout knows them all. */
bool lh_pymalloc_sizes(struct lh_heap *heap);
void lh_pymalloc_fini(struct lh_pymalloc *pymalloc);
/** lh_pool_read() - the pool at @addr. Return: 0; LH_ABSENT when the target does not have its bytes. */
int lh_pool_read(const struct lh_heap *heap, struct lh_view *view, const struct lh_arena *arena,
		 uint64_t addr, struct lh_pool *ret);
/** lh_pool_of() - the pool that @addr lies in. Return: 0; LH_ABSENT: it is in none, or the target does not have the pool's bytes. */
int lh_pool_of(const struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_pool *ret);
/** lh_pymalloc_arena() - the arena that has @addr, or NULL */
const struct lh_arena *lh_pymalloc_arena(const struct lh_pymalloc *pymalloc, uint64_t addr);

#endif
