/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of object addresses that is also an index: the i-th address in ascending order is object i.
 *
 * One bit for every 8 bytes of a page of 4 KiB (one cache line), pages in regions of 2 MiB, regions in a
 * hash. Looking an address up costs one probe of a hash that stays in the cache, two lines of the page and
 * one count of bits: O(1) (S. Vigna: Broadword implementation of rank/select queries, 2008: rank9). Memory:
 * 80 bytes per page that has an object, at most 2 % of the heap; 1.7 bytes per object in heaps of small
 * objects.
 */
#ifndef LH_INVENTORY_ADDRSET_H
#define LH_INVENTORY_ADDRSET_H

#include "util/bits.h"
#include "util/error.h"

#define LH_REGION_SHIFT 21
#define LH_REGION_PAGES 512

struct lh_addr_page {
	uint64_t bits[8]; /* bit g: the address 8 * g of the page */
	/* set by lh_addrset_finish(): */
	uint64_t before; /* 9 bits each for words 1 to 7: how many addresses the words before it have */
	uint32_t first;  /* index of the page's first address */
};

struct lh_addr_region {
	uint64_t base;
	struct lh_addr_page pages[LH_REGION_PAGES];
};

struct lh_addrset {
	struct lh_ctx *ctx;
	struct lh_addr_region **regions; /* by address once finished */
	size_t region_count, region_capacity;
	struct lh_addr_region **hash; /* open addressing by base; a power of two */
	size_t hash_size;
	uint32_t count;
	uint32_t *
		holders; /* how many sets share the regions, which do not change any more; NULL: see lh_addrset_seal() */
};

void lh_addrset_init(struct lh_addrset *set, struct lh_ctx *ctx);
void lh_addrset_fini(struct lh_addrset *set);
enum lh_addrset_added {
	LH_ADDRSET_NEW = 0,
	LH_ADDRSET_HAD = 1, /* it was in the set already */
};

/** lh_addrset_add() - Return: enum lh_addrset_added; -LH_ENOMEM; -LH_ECORRUPT past 2^32 - 2 addresses. */
int lh_addrset_add(struct lh_addrset *set, uint64_t addr);
/** lh_addrset_remove() - what is not in stays out. The set is not numbered any more. Return: 0, as
 * lh_addrset_add(). */
int lh_addrset_remove(struct lh_addrset *set, uint64_t addr);
/** lh_addrset_merge() - add all addresses of @from, and empty it. Return: 0, -LH_E*. */
int lh_addrset_merge(struct lh_addrset *set, struct lh_addrset *from);
/** lh_addrset_finish() - number the addresses; adding one takes the numbers away */
void lh_addrset_finish(struct lh_addrset *set);
/** lh_addrset_seal() - a finished set stays as it is, and may be shared. Return: 0, -LH_ENOMEM. */
int lh_addrset_seal(struct lh_addrset *set);
/** lh_addrset_share() - another set of the same addresses and numbers, in the same memory, which the last one frees. One
 * thread only. @from: sealed. */
void lh_addrset_share(struct lh_addrset *ret, const struct lh_addrset *from);
/** lh_addrset_bytes() - memory that it takes; of shared memory, its part */
uint64_t lh_addrset_bytes(const struct lh_addrset *set);
/** lh_addrset_nth() - address of index @i, in O(log regions) */
uint64_t lh_addrset_nth(const struct lh_addrset *set, uint32_t i);
/** lh_addrset_rank() - how many addresses are @addr or before it, in O(log regions) */
uint32_t lh_addrset_rank(const struct lh_addrset *set, uint64_t addr);

static inline size_t lh_region_hash(uint64_t addr, size_t size)
{
	return (size_t)((addr >> LH_REGION_SHIFT) * 0x9e3779b97f4a7c15u >> 40) & (size - 1);
}

static inline struct lh_addr_page *lh_addrset_page(const struct lh_addrset *set, uint64_t addr)
{
	uint64_t base = addr >> LH_REGION_SHIFT << LH_REGION_SHIFT;

	if (!set->hash_size)
		return NULL;
	for (size_t i = lh_region_hash(addr, set->hash_size);; i = (i + 1) & (set->hash_size - 1)) {
		struct lh_addr_region *r = set->hash[i];

		if (!r)
			return NULL;
		if (r->base == base)
			return &r->pages[(addr - base) >> 12];
	}
}

/* How many addresses of a page come before bit @bit of word @word. */
static inline uint32_t lh_addr_page_rank(const struct lh_addr_page *page, unsigned word, unsigned bit)
{
	uint32_t before = word ? page->before >> 9 * (word - 1) & 511 : 0;

	return before + lh_bit_count(page->bits[word] & ((1ull << bit) - 1));
}

static inline bool lh_addrset_has(const struct lh_addrset *set, uint64_t addr)
{
	const struct lh_addr_page *page = addr & 7 ? NULL : lh_addrset_page(set, addr);

	return page && (page->bits[addr >> 9 & 7] >> (addr >> 3 & 63) & 1);
}

#define LH_NO_INDEX UINT32_MAX

/* Index of @addr, or LH_NO_INDEX. The set is finished. */
static inline uint32_t lh_addrset_index(const struct lh_addrset *set, uint64_t addr)
{
	const struct lh_addr_page *page = addr & 7 ? NULL : lh_addrset_page(set, addr);
	unsigned word = addr >> 9 & 7, bit = addr >> 3 & 63;

	if (!page || !(page->bits[word] >> bit & 1))
		return LH_NO_INDEX;
	return page->first + lh_addr_page_rank(page, word, bit);
}

/** struct lh_addrset_iter - a place in a finished set; start with all zero but @set */
struct lh_addrset_iter {
	const struct lh_addrset *set;
	size_t region;
	unsigned page, word;
	uint64_t bits;
	bool started;
};

/* The next address in ascending order. Return: 0; LH_DONE. */
int lh_addrset_next(struct lh_addrset_iter *iter, uint64_t *ret);
/* The same, in regions before @end only. */
int lh_addrset_next_before(struct lh_addrset_iter *iter, size_t end, uint64_t *ret);

#endif
