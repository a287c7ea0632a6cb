/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the debug allocators put around blocks (Objects/obmalloc.c _PyMem_DebugRawAlloc()): [size, big-endian][id, 7 pad bytes]
 * before, 8 pad bytes after. A pad byte that has another value was written to by whoever has the block, or has the one before it.
 */
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_chunks.h"
#include "verify/before.h"
#include "verify/checks.h"
#include "verify/damage.h"

#define BEFORE 16u
#define AFTER 8u
#define ID_AT 8u
#define SERIAL 8u

/* FORBIDDENBYTE: FB up to 3.7.3, then FD */
static bool is_pad(uint8_t byte)
{
	return byte == 0xfd || byte == 0xfb;
}

static uint64_t size_of(const uint8_t *block)
{
	return __builtin_bswap64(lh_u64(block));
}

/* 'r', 'm', 'o': the domain of the call that made the block (since 2.7) */
static bool is_id(uint8_t id)
{
	return id == 'r' || id == 'm' || id == 'o';
}

static unsigned bad_bytes(const uint8_t *pad, unsigned count)
{
	unsigned bad = 0;

	for (unsigned i = 0; i < count; i++)
		bad += !is_pad(pad[i]);
	return bad;
}

struct block {
	uint64_t addr, size; /* as the allocator handed it out */
	const uint8_t *bytes;
};

static struct lh_before content(struct lh_verify *v, const struct block *b)
{
	struct lh_before content;

	lh_before_in_block(v, b->addr, b->size, false, &content);
	return content;
}

/* The pad after it: how far it was written to, if all of the pad was. */
static int overrun(struct lh_verify *v, const struct block *b, uint64_t size)
{
	uint64_t end = b->addr + BEFORE + size;
	struct lh_before c = content(v, b);
	struct lh_damage d = {.kind = "pad", .start = b->addr, .size = b->size, .neighbour = c.object};
	unsigned bad = 0, first = 0;

	for (unsigned i = 0; i < AFTER; i++)
		if (!is_pad(b->bytes[BEFORE + size + i])) {
			first = bad ? first : i;
			bad++;
		}
	d.addr = end + first;
	d.writer = c.object ? c.object : b->addr + BEFORE;
	d.written = c.written ? c.written : bad;
	d.at_least = c.written ? c.at_least : first + bad >= AFTER;
	return lh_damage_add(v, &d, "%u of the %u pad bytes after a block of %s bytes were written to", bad,
			     AFTER, LH_COUNTED(size));
}

static int underrun(struct lh_verify *v, const struct block *b)
{
	struct lh_before before;
	bool is_id_good = is_id(b->bytes[ID_AT]);
	unsigned bad = bad_bytes(b->bytes + ID_AT + 1, 7);
	struct lh_damage d = {.kind = "pad",
			      .addr = b->addr + ID_AT + (is_id_good ? 1 : 0),
			      .start = b->addr,
			      .size = b->size};

	if (is_id_good)
		while (is_pad(b->bytes[d.addr - b->addr]) && d.addr < b->addr + BEFORE - 1)
			d.addr++;
	if (lh_pymalloc_has(&v->heap->pymalloc, b->addr) && lh_before_in_pools(v, b->addr, &before)) {
		d.neighbour = before.object;
		lh_damage_blame(&d, &before);
	}
	return lh_damage_add(
		v, &d,
		is_id_good
			? "%u of the 7 pad bytes before a block were written to"
			: "the pad before a block was written to: %u of 7 bytes, and the allocator's letter",
		bad);
}

static int bad_size(struct lh_verify *v, const struct block *b)
{
	return lh_damage_add(
		v, &(struct lh_damage){.kind = "pad", .addr = b->addr, .start = b->addr, .size = b->size},
		"the debug allocator's header of a block of %s bytes says that it has %s",
		LH_COUNTED(b->size), LH_COUNTED(size_of(b->bytes)));
}

static int check_block(struct lh_verify *v, const struct block *b)
{
	uint64_t size = size_of(b->bytes);
	bool before = !is_id(b->bytes[ID_AT]) || bad_bytes(b->bytes + ID_AT + 1, 7),
	     fits = size <= b->size - BEFORE - AFTER;

	v->now->checked++;
	if (!before && fits && !bad_bytes(b->bytes + BEFORE + size, AFTER))
		return 0;
	if (lh_damage_is_moving(v, b->addr, b->size)) {
		v->now->moving++;
		return 0;
	}
	if (before)
		return underrun(v, b);
	return fits ? overrun(v, b, size) : bad_size(v, b);
}

/* ---- in pools ---- */

static int check_pool(struct lh_verify *v, const struct lh_pool *pool)
{
	int r = 0;

	for (uint32_t i = 0; i < pool->blocks && r == 0; i++) {
		uint32_t at = v->heap->pymalloc.header + i * pool->block_size;
		const struct block b = {pool->addr + at, pool->block_size, pool->bytes + at};

		if (!lh_pool_is_free(pool, i))
			r = check_block(v, &b);
	}
	return r;
}

static int check_arena(struct lh_verify *v, const struct lh_arena *arena)
{
	int r = 0;

	for (uint64_t addr = arena->first_pool; addr < arena->end && r == 0;
	     addr += v->heap->pymalloc.pool_size) {
		struct lh_pool pool;

		if (lh_pool_read(v->heap, &v->view, arena, addr, &pool) != 0 || !pool.used ||
		    pool.block_size < BEFORE + AFTER)
			continue;
		if (pool.damaged)
			v->now->skipped += pool.used;
		else
			r = check_pool(v, &pool);
	}
	return r;
}

/* ---- larger blocks, which are malloc's, and have pads twice ---- */

static bool looks_padded(const uint8_t *block, uint64_t size)
{
	return size >= BEFORE + AFTER && is_id(block[ID_AT]) && !bad_bytes(block + ID_AT + 1, 7) &&
	       size_of(block) <= size - BEFORE - AFTER;
}

/* Whatever is in its pads: the outer block was made for as many bytes as it says, a serial number may follow (-3.7). */
static bool is_inner(const uint8_t *block, uint64_t size)
{
	uint64_t inner = size >= BEFORE + AFTER ? size_of(block) : UINT64_MAX;

	return size > LH_POOL_BLOCK_MAX && inner <= size &&
	       (inner + BEFORE + AFTER == size || inner + BEFORE + AFTER + SERIAL == size);
}

/* The inner pads tell more: if they were written to, the outer ones were for the same reason. */
static int check_chunk(struct lh_verify *v, const struct lh_glibc_chunk *chunk)
{
	struct block outer = {chunk->addr + LH_CHUNK_HEAD, chunk->size - 8, NULL}, inner;
	uint64_t errors = v->errors;
	int r = 0;

	outer.bytes = chunk->state == LH_CHUNK_USED ? lh_view_at(&v->view, outer.addr, outer.size) : NULL;
	if (!outer.bytes || !looks_padded(outer.bytes, outer.size))
		return 0;
	inner = (struct block){outer.addr + BEFORE, size_of(outer.bytes), outer.bytes + BEFORE};
	if (is_inner(inner.bytes, inner.size))
		r = check_block(v, &inner);
	return r == 0 && v->errors == errors ? check_block(v, &outer) : r;
}

static int check_chunks(struct lh_verify *v)
{
	_cleanup_(lh_glibc_chunks_fini) struct lh_glibc_chunks chunks = {0};
	int r = lh_glibc_chunks_find(v->heap->target, &chunks);

	for (size_t i = 0; i < chunks.part_count && r == 0; i++) {
		struct lh_glibc_chunk chunk = lh_glibc_chunk_first(&chunks, &chunks.parts[i]);

		while (r == 0 && lh_glibc_chunk_next(&chunk))
			r = check_chunk(v, &chunk);
	}
	return r;
}

int lh_check_pads(struct lh_verify *v)
{
	const struct lh_pymalloc *pm = &v->heap->pymalloc;
	int r = 0;

	if (!v->heap->debug_padding.before)
		return 0;
	for (size_t i = 0; i < pm->count && r == 0; i++)
		r = check_arena(v, &pm->arenas[i]);
	return r == 0 ? check_chunks(v) : r;
}
