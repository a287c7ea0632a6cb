/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pymalloc's arenas and pools: what lh_pool_read() asks of each; besides, that free blocks never handed out begin at a block, that a
 * pool which has free blocks is in the list of its size both ways, and that an arena counts and lists its empty pools.
 */
#include "verify/checks.h"
#include "verify/damage.h"

/* struct pool_header (Objects/obmalloc.c, Include/internal/pycore_obmalloc.h; 2.7 to 3.15): {..., nextpool, prevpool, ...} */
#define PREV_AFTER_NEXT 8u

struct arena {
	const struct lh_arena *arena;
	uint64_t empty, missing;
	bool moving; /* a pool of it is being changed */
};

static uint32_t at(const struct lh_verify *v, enum lh_field field)
{
	return lh_layout_at(&v->heap->layout, field);
}

/* ---- one pool ---- */

static int moving(struct lh_verify *v, struct arena *a)
{
	a->moving = true;
	v->now->moving++;
	return 0;
}

static int bad_link(struct lh_verify *v, const struct lh_pool *pool)
{
	uint64_t word = lh_u64(pool->bytes + (pool->fault_at - pool->addr)),
		 first = pool->addr + v->heap->pymalloc.header;
	bool in_header = pool->fault_at < first;
	struct lh_damage d = {.kind = "free list",
			      .addr = pool->fault_at,
			      .start = in_header ? 0 : pool->fault_at,
			      .size = in_header ? 0 : pool->block_size,
			      .neighbour = in_header ? 0 : pool->addr};
	_cleanup_string_ struct lh_string leads = {0};

	lh_damage_word_text(v->heap, word, &leads);
	if (!leads.text)
		return lh_nomem(v->heap->ctx);
	if (in_header)
		return lh_damage_add(
			v, &d,
			"the list of free blocks of %" PRIu32 " bytes in pool 0x%" PRIx64
			" begins with %s, which is not a free block of it: one was written to before it was handed "
			"out, or the header was",
			pool->block_size, pool->addr, leads.text);
	return lh_damage_add(v, &d,
			     "a free block of %" PRIu32
			     " bytes was written to: its link to the next one is %s, "
			     "which is not a free block of its pool",
			     pool->block_size, leads.text);
}

/* pymalloc_pool_extend() puts the next block into the list, then moves on where blocks never handed out begin. */
static bool is_extending(const struct lh_verify *v, const struct lh_pool *pool)
{
	uint32_t first_at = at(v, LH_F_POOL_FREEBLOCK);

	return pool->fault == LH_POOL_BAD_LINK && pool->fault_at == pool->addr + first_at &&
	       lh_u64(pool->bytes + first_at) ==
		       pool->addr + lh_u32(pool->bytes + at(v, LH_F_POOL_NEXTOFFSET));
}

/* Count and chain differ by one while a block is taken or given back. */
static bool is_moving(const struct lh_verify *v, const struct lh_pool *pool)
{
	uint32_t free = 0;

	if (!lh_damage_is_moving(v, pool->addr, v->heap->pymalloc.pool_size))
		return false;
	if (is_extending(v, pool) || (pool->used == 1 && pool->fault != LH_POOL_BAD_LINK))
		return true; /* it is being set up */
	for (uint32_t i = 0; i < pool->blocks; i++)
		free += lh_pool_is_free(pool, i);
	return pool->fault == LH_POOL_BAD_COUNT &&
	       (pool->blocks - free == pool->used + 1 || pool->blocks - free + 1 == pool->used);
}

static int bad_header(struct lh_verify *v, const struct lh_pool *pool, const char *what, uint64_t addr)
{
	return lh_damage_add(
		v,
		&(struct lh_damage){
			.kind = "pool", .addr = addr, .start = pool->addr, .size = v->heap->pymalloc.header},
		"the header of pool 0x%" PRIx64 " says %s: 0x%" PRIx32, pool->addr, what,
		lh_u32(pool->bytes + (addr - pool->addr)));
}

static int damaged(struct lh_verify *v, struct arena *a, const struct lh_pool *pool)
{
	static const char *const words[] = {
		[LH_POOL_BAD_SIZE_CLASS] = "a size of blocks that there is not",
		[LH_POOL_BAD_NEXT_OFFSET] = "that blocks never handed out begin outside of it",
		[LH_POOL_BAD_ARENA] = "that it is of another arena",
		[LH_POOL_BAD_COUNT] = "a count of used blocks that is not that of its free blocks' list",
	};

	if (is_moving(v, pool))
		return moving(v, a);
	return pool->fault == LH_POOL_BAD_LINK ? bad_link(v, pool)
					       : bad_header(v, pool, words[pool->fault], pool->fault_at);
}

/* init_pool(), pymalloc_pool_extend(): nextoffset grows by blocks, up to what maxnextoffset says. */
static int check_offsets(struct lh_verify *v, struct arena *a, const struct lh_pool *pool)
{
	const struct lh_pymalloc *pm = &v->heap->pymalloc;
	uint32_t next = lh_u32(pool->bytes + at(v, LH_F_POOL_NEXTOFFSET)),
		 most = lh_u32(pool->bytes + at(v, LH_F_POOL_MAXNEXTOFFSET));
	bool bad_next = (next - pm->header) % pool->block_size,
	     bad_most = most != pm->pool_size - pool->block_size;

	if (!bad_next && !bad_most)
		return 0;
	if (pool->used == 1 && lh_damage_is_moving(v, pool->addr, pm->pool_size))
		return moving(v, a);
	return bad_next ? bad_header(v, pool, "that blocks never handed out begin inside one",
				     pool->addr + at(v, LH_F_POOL_NEXTOFFSET))
			: bad_header(v, pool, "a last block that there is not",
				     pool->addr + at(v, LH_F_POOL_MAXNEXTOFFSET));
}

/* A pool with free blocks in its list is in usedpools[] (pymalloc_alloc(), insert_to_usedpool()). */
static int check_neighbours(struct lh_verify *v, struct arena *a, const struct lh_pool *pool)
{
	uint32_t next_at = at(v, LH_F_POOL_NEXT);
	uint64_t next = lh_u64(pool->bytes + next_at), prev = lh_u64(pool->bytes + next_at + PREV_AFTER_NEXT);
	const uint8_t *n, *p;
	bool bad_next, bad_prev;

	if (!lh_u64(pool->bytes + at(v, LH_F_POOL_FREEBLOCK)))
		return 0;
	n = lh_view_at(&v->view, next + next_at + PREV_AFTER_NEXT, 8);
	bad_next = !n || lh_u64(n) != pool->addr;
	p = lh_view_at(&v->view, prev + next_at, 8);
	bad_prev = !p || lh_u64(p) != pool->addr;
	if ((!bad_next && !bad_prev) || lh_damage_is_missing(v, next + next_at + PREV_AFTER_NEXT, 8) ||
	    lh_damage_is_missing(v, prev + next_at, 8))
		return 0;
	if (lh_damage_is_moving(v, pool->addr, v->heap->pymalloc.pool_size))
		return moving(v, a);
	/* Of two neighbours that do not agree, the one with a word that leads nowhere is wrong. */
	if ((bad_next && n && next % v->heap->pymalloc.pool_size == 0) ||
	    (bad_prev && p && prev % v->heap->pymalloc.pool_size == 0))
		return 0;
	next_at += bad_next ? 0 : PREV_AFTER_NEXT;
	return lh_damage_add(v,
			     &(struct lh_damage){.kind = "pool",
						 .addr = pool->addr + next_at,
						 .start = pool->addr,
						 .size = v->heap->pymalloc.header},
			     "the header of pool 0x%" PRIx64 " leads to 0x%" PRIx64
			     " as its neighbour in the list of pools with blocks of %" PRIu32
			     " bytes, which does not lead back",
			     pool->addr, bad_next ? next : prev, pool->block_size);
}

static int check_pool(struct lh_verify *v, struct arena *a, uint64_t addr)
{
	struct lh_pool pool;
	int r;

	v->now->checked++;
	if (lh_pool_read(v->heap, &v->view, a->arena, addr, &pool) != 0) {
		a->missing++;
		return 0;
	}
	a->empty += !pool.used;
	if (!pool.used || pool.damaged)
		return pool.damaged ? damaged(v, a, &pool) : 0;
	r = check_offsets(v, a, &pool);
	return r == 0 ? check_neighbours(v, a, &pool) : r;
}

/* ---- one arena ---- */

static bool is_empty_pool(struct lh_verify *v, const struct arena *a, uint64_t addr, uint64_t *ret_next)
{
	const uint8_t *p = lh_view_at(&v->view, addr, v->heap->pymalloc.header);

	if (!p || addr < a->arena->first_pool || addr >= a->arena->end ||
	    addr % v->heap->pymalloc.pool_size || lh_u32(p + at(v, LH_F_POOL_COUNT)))
		return false;
	*ret_next = lh_u64(p + at(v, LH_F_POOL_NEXT));
	return true;
}

/* The list of empty pools, through the first word of each header that links pools. */
static int check_free_pools(struct lh_verify *v, const struct arena *a)
{
	uint64_t word = a->arena->object + at(v, LH_F_ARENA_FREEPOOLS), pool, left = a->empty;
	const uint8_t *p = lh_view_at(&v->view, word, 8);

	for (pool = p ? lh_u64(p) : 0; pool; left--) {
		uint64_t next;

		if (!left || !is_empty_pool(v, a, pool, &next))
			return lh_damage_add(v,
					     &(struct lh_damage){.kind = "arena",
								 .addr = word,
								 .neighbour = a->arena->address},
					     "the list of empty pools of arena 0x%" PRIx64
					     " leads to 0x%" PRIx64 ", which is not an empty pool of it",
					     a->arena->address, pool);
		word = pool + at(v, LH_F_POOL_NEXT);
		pool = next;
	}
	if (!left)
		return 0;
	return lh_damage_add(
		v, &(struct lh_damage){.kind = "arena", .addr = word, .neighbour = a->arena->address},
		"the list of empty pools of arena 0x%" PRIx64 " ends though %s more are empty",
		a->arena->address, LH_COUNTED(left));
}

static int check_counts(struct lh_verify *v, const struct arena *a)
{
	uint64_t pool_size = v->heap->pymalloc.pool_size,
		 free = a->empty + (a->arena->limit - a->arena->end) / pool_size;

	/* An arena that does not begin at a pool loses what is left at its end. */
	if (a->missing || a->moving)
		return 0;
	if (a->arena->nfreepools == free)
		return check_free_pools(v, a);
	if ((a->arena->nfreepools == free + 1 || a->arena->nfreepools + 1 == free) &&
	    (lh_damage_is_moving(v, a->arena->object, at(v, LH_F_ARENA_SIZE)) ||
	     lh_damage_is_moving(v, a->arena->address, v->heap->pymalloc.arena_size))) {
		v->now->moving++;
		return 0;
	}
	return lh_damage_add(v,
			     &(struct lh_damage){.kind = "arena",
						 .addr = a->arena->object + at(v, LH_F_ARENA_NFREEPOOLS),
						 .neighbour = a->arena->address},
			     "arena 0x%" PRIx64 " counts %s free pools and has %s", a->arena->address,
			     LH_COUNTED(a->arena->nfreepools), LH_COUNTED(free));
}

static int check_arena(struct lh_verify *v, const struct lh_arena *arena)
{
	struct arena a = {.arena = arena};
	int r = 0;

	for (uint64_t addr = arena->first_pool; addr < arena->end && r == 0;
	     addr += v->heap->pymalloc.pool_size)
		r = check_pool(v, &a, addr);
	v->now->skipped += a.missing;
	return r == 0 ? check_counts(v, &a) : r;
}

int lh_check_pools(struct lh_verify *v)
{
	const struct lh_pymalloc *pm = &v->heap->pymalloc;
	int r = 0;

	if (pm->refused)
		r = lh_damage_add(
			v, &(struct lh_damage){.kind = "arena", .addr = pm->first_refused},
			"%s arenas contradict themselves: what their pools hold is not known; this is the first",
			LH_COUNTED(pm->refused));
	for (size_t i = 0; i < pm->count && r == 0; i++) {
		r = check_arena(v, &pm->arenas[i]);
		if (r == 0)
			r = lh_progress(v->heap->ctx, "checking arenas", i, pm->count);
	}
	return r;
}
