/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and flags of single chunks; see glibc_chunk.h. */
#include "malloc/glibc_chunk.h"

#define PAGE 4096u
#define MMAP_HP 1u

/*
 * A chunk that has a mapping to itself, which begins as many bytes before it as its first word says
 * (memalign()), and ends where it ends. Since 2.43 the size does not include the head, and the first word has a
 * bit for huge pages (malloc/malloc.c mmap_set_chunk()).
 */
static uint64_t mmapped_bytes(struct lh_view *view, uint64_t chunk, uint64_t size)
{
	uint64_t offset = lh_u64(lh_view_at(view, chunk, 8)) & ~(uint64_t)MMAP_HP;

	if (offset > chunk || (chunk - offset) % PAGE)
		return 0;
	if ((chunk + size) % PAGE == 0)
		return size - LH_CHUNK_HEAD;
	return (chunk + LH_CHUNK_HEAD + size) % PAGE == 0 ? size : 0;
}

uint64_t lh_glibc_mapped_end(struct lh_view *view, uint64_t addr, uint64_t end)
{
	uint64_t word = lh_glibc_chunk_at(view, addr, end, LH_CHUNK_MIN),
		 size = word & ~(uint64_t)LH_CHUNK_FLAGS;

	if ((word & LH_CHUNK_FLAGS) != LH_CHUNK_IS_MMAPPED ||
	    (lh_u64(lh_view_at(view, addr, 8)) & ~(uint64_t)MMAP_HP))
		return 0;
	size += (addr + size) % PAGE ? LH_CHUNK_HEAD : 0;
	return (addr + size) % PAGE == 0 && size <= end - addr ? addr + size : 0;
}

/* Pass by pages that are not here, or holes: address space may be reserved by the terabyte. Return: whether there is one. */
static bool next_page(struct lh_view *view, uint64_t *at, uint64_t end)
{
	uint64_t len;

	while (*at < end && !lh_view_run(view, *at, &len)) {
		if (len >= end - *at)
			return false;
		*at = (*at + (len ? len : 1) + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	}
	return *at < end;
}

bool lh_glibc_mapped_next(struct lh_view *view, uint64_t from, uint64_t end, struct lh_range *ret)
{
	uint64_t at = (from + PAGE - 1) & ~(uint64_t)(PAGE - 1);

	for (; at >= from && next_page(view, &at, end); at += PAGE) {
		*ret = (struct lh_range){at, lh_glibc_mapped_end(view, at, end)};
		if (ret->end)
			return true;
	}
	return false;
}

uint64_t lh_glibc_bytes(const struct lh_target *target, struct lh_view *view, uint64_t addr)
{
	const struct lh_segment *s = lh_target_segment(target, addr);
	uint64_t chunk = addr - LH_CHUNK_HEAD, word, bytes;

	if (!s || addr & 15 || addr - s->start < LH_CHUNK_HEAD)
		return 0;
	word = lh_glibc_chunk_at(view, chunk, s->end, LH_CHUNK_MIN);
	bytes = word & ~(uint64_t)LH_CHUNK_FLAGS;
	if (!word)
		return 0;
	if (word & LH_CHUNK_IS_MMAPPED)
		return mmapped_bytes(view, chunk, bytes);
	/* The next chunk's first word is this one's too. It may be a fencepost, which is only a head. */
	word = lh_glibc_chunk_at(view, chunk + bytes, s->end, LH_CHUNK_HEAD);
	return word & LH_CHUNK_PREV_INUSE ? bytes - 8 : 0;
}

bool lh_glibc_has(const struct lh_target *target, struct lh_view *view, uint64_t addr, uint64_t size)
{
	uint64_t bytes = lh_glibc_bytes(target, view, addr);

	return bytes && size <= bytes;
}
