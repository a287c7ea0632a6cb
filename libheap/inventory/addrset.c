/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/addrset.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/cleanup.h"

#include <stdlib.h>

void lh_addrset_init(struct lh_addrset *set, struct lh_ctx *ctx)
{
	*set = (struct lh_addrset){.ctx = ctx};
}

void lh_addrset_fini(struct lh_addrset *set)
{
	bool shared = set->holders && --*set->holders;

	for (size_t i = 0; i < set->region_count && !shared; i++)
		free(set->regions[i]);
	if (!shared) {
		free(set->regions);
		free(set->hash);
		free(set->holders);
	}
	*set = (struct lh_addrset){.ctx = set->ctx};
}

static void put(struct lh_addr_region **hash, size_t size, struct lh_addr_region *region)
{
	size_t at = lh_region_hash(region->base, size);

	while (hash[at])
		at = (at + 1) & (size - 1);
	hash[at] = region;
}

static int grow_hash(struct lh_addrset *set)
{
	size_t size = set->hash_size ? set->hash_size * 2 : 64;
	struct lh_addr_region **hash = calloc(size, sizeof(*hash));

	if (!hash)
		return lh_nomem(set->ctx);
	for (size_t i = 0; i < set->region_count; i++)
		put(hash, size, set->regions[i]);
	free(set->hash);
	set->hash = hash;
	set->hash_size = size;
	return 0;
}

/* Return: 0; -LH_ENOMEM: the caller keeps the region. */
static int link_region(struct lh_addrset *set, struct lh_addr_region *region)
{
	int r = set->region_count * 2 >= set->hash_size ? grow_hash(set) : 0;

	if (r == 0)
		r = lh_append(set->ctx, set->regions, set->region_count, set->region_capacity, region);
	if (r == 0)
		put(set->hash, set->hash_size, region);
	return r;
}

static int add_region(struct lh_addrset *set, uint64_t addr)
{
	_cleanup_free_ struct lh_addr_region *region = lh_new0(struct lh_addr_region, 1);
	int r;

	if (!region)
		return lh_nomem(set->ctx);
	region->base = addr >> LH_REGION_SHIFT << LH_REGION_SHIFT;
	r = link_region(set, region);
	if (r == 0)
		region = NULL;
	return r;
}

int lh_addrset_add(struct lh_addrset *set, uint64_t addr)
{
	struct lh_addr_page *page = lh_addrset_page(set, addr);
	uint64_t bit = 1ull << (addr >> 3 & 63);

	if (!page) {
		int r = add_region(set, addr);

		if (r < 0)
			return r;
		page = lh_addrset_page(set, addr);
	}
	if (page->bits[addr >> 9 & 7] & bit)
		return LH_ADDRSET_HAD;
	if (set->count == LH_NO_INDEX - 1)
		return lh_fail_at(set->ctx, LH_ECORRUPT, addr, "more objects than libheap can number (2^32)");
	page->bits[addr >> 9 & 7] |= bit;
	set->count++;
	return LH_ADDRSET_NEW;
}

int lh_addrset_remove(struct lh_addrset *set, uint64_t addr)
{
	struct lh_addr_page *page = lh_addrset_page(set, addr);
	uint64_t bit = 1ull << (addr >> 3 & 63);

	if (page && page->bits[addr >> 9 & 7] & bit) {
		page->bits[addr >> 9 & 7] &= ~bit;
		set->count--;
	}
	return 0;
}

int lh_addrset_seal(struct lh_addrset *set)
{
	set->holders = lh_new0(uint32_t, 1);
	if (!set->holders)
		return lh_nomem(set->ctx);
	*set->holders = 1;
	return 0;
}

void lh_addrset_share(struct lh_addrset *ret, const struct lh_addrset *from)
{
	*ret = *from;
	++*ret->holders;
}

/* Return: how many addresses are in both. */
static uint32_t merge_region(struct lh_addr_region *region, const struct lh_addr_region *from)
{
	uint32_t both = 0;

	for (unsigned p = 0; p < LH_REGION_PAGES; p++)
		for (unsigned w = 0; w < 8; w++) {
			both += lh_bit_count(region->pages[p].bits[w] & from->pages[p].bits[w]);
			region->pages[p].bits[w] |= from->pages[p].bits[w];
		}
	return both;
}

int lh_addrset_merge(struct lh_addrset *set, struct lh_addrset *from)
{
	uint64_t count = (uint64_t)set->count + from->count;

	for (; from->region_count; from->region_count--) {
		struct lh_addr_region *region = from->regions[from->region_count - 1];
		struct lh_addr_page *page = lh_addrset_page(set, region->base);
		int r = 0;

		if (page) /* a region's first page is at its start */
			count -= merge_region(
				(struct lh_addr_region *)((char *)page -
							  offsetof(struct lh_addr_region, pages)),
				region);
		else
			r = link_region(set, region);
		if (r < 0)
			return r;
		if (page)
			free(region);
	}
	lh_addrset_fini(from);
	if (count >= LH_NO_INDEX)
		return lh_fail(set->ctx, LH_ECORRUPT, "more objects than libheap can number (2^32)");
	set->count = (uint32_t)count;
	return 0;
}

static int compare_regions(const void *a, const void *b)
{
	const struct lh_addr_region *x = *(struct lh_addr_region *const *)a,
				    *y = *(struct lh_addr_region *const *)b;

	return x->base < y->base ? -1 : x->base > y->base;
}

/* Return: the first index after the page. */
static uint32_t number(struct lh_addr_page *page, uint32_t first)
{
	uint64_t count = 0;

	page->first = first;
	page->before = 0;
	for (unsigned w = 0; w < 8; w++) {
		page->before |= w ? count << 9 * (w - 1) : 0;
		count += lh_bit_count(page->bits[w]);
	}
	return first + (uint32_t)count;
}

void lh_addrset_finish(struct lh_addrset *set)
{
	uint32_t index = 0;

	if (set->region_count)
		qsort(set->regions, set->region_count, sizeof(*set->regions), compare_regions);
	for (size_t i = 0; i < set->region_count; i++) {
		for (unsigned p = 0; p < LH_REGION_PAGES; p++) {
			struct lh_addr_page *page = &set->regions[i]->pages[p];

			index = number(page, index);
		}
	}
}

/* The last page with a first index of at most @i: an empty page has that of its successor. */
static unsigned page_of(const struct lh_addr_region *region, uint32_t i)
{
	unsigned low = 0;

	for (unsigned step = LH_REGION_PAGES / 2; step; step /= 2)
		if (region->pages[low + step].first <= i)
			low += step;
	return low;
}

uint64_t lh_addrset_bytes(const struct lh_addrset *set)
{
	uint64_t bytes =
		set->region_count * sizeof(struct lh_addr_region) + set->hash_size * sizeof(*set->hash);

	return set->holders ? bytes / *set->holders : bytes;
}

uint64_t lh_addrset_nth(const struct lh_addrset *set, uint32_t i)
{
	size_t after = lh_bsearch_first(set->region_count, k, set->regions[k]->pages[0].first <= i);
	const struct lh_addr_region *region = set->regions[after - 1];
	unsigned p, w = 0;

	p = page_of(region, i);
	i -= region->pages[p].first;
	for (; w < 8; w++) {
		uint32_t n = lh_bit_count(region->pages[p].bits[w]);
		uint64_t bits = region->pages[p].bits[w];

		if (i >= n) {
			i -= n;
			continue;
		}
		while (i--)
			bits &= bits - 1;
		return region->base + ((uint64_t)p << 12) + ((uint64_t)w << 9) +
		       ((uint64_t)__builtin_ctzll(bits) << 3);
	}
	return 0;
}

uint32_t lh_addrset_rank(const struct lh_addrset *set, uint64_t addr)
{
	const struct lh_addr_page *page;
	size_t low = lh_bsearch_first(set->region_count, i, set->regions[i]->base <= addr);
	unsigned word = addr >> 9 & 7, bit = addr >> 3 & 63;

	if (low == 0)
		return 0;
	if ((addr - set->regions[low - 1]->base) >> LH_REGION_SHIFT)
		return low < set->region_count ? set->regions[low]->pages[0].first : set->count;
	page = &set->regions[low - 1]->pages[addr >> 12 & (LH_REGION_PAGES - 1)];
	return page->first + lh_addr_page_rank(page, word, bit) + (page->bits[word] >> bit & 1);
}

static bool advance(struct lh_addrset_iter *iter, size_t end)
{
	const struct lh_addrset *set = iter->set;

	if (iter->started && ++iter->word == 8) {
		iter->word = 0;
		if (++iter->page == LH_REGION_PAGES) {
			iter->page = 0;
			iter->region++;
		}
	}
	iter->started = true;
	if (iter->region >= end || iter->region >= set->region_count)
		return false;
	iter->bits = set->regions[iter->region]->pages[iter->page].bits[iter->word];
	return true;
}

int lh_addrset_next_before(struct lh_addrset_iter *iter, size_t end, uint64_t *ret)
{
	while (!iter->bits)
		if (!advance(iter, end))
			return LH_DONE;
	*ret = iter->set->regions[iter->region]->base + ((uint64_t)iter->page << 12) +
	       ((uint64_t)iter->word << 9) + ((uint64_t)__builtin_ctzll(iter->bits) << 3);
	iter->bits &= iter->bits - 1;
	return 0;
}

int lh_addrset_next(struct lh_addrset_iter *iter, uint64_t *ret)
{
	return lh_addrset_next_before(iter, SIZE_MAX, ret);
}
