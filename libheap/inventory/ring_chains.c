/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/ring_chains.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/parallel.h"

#define LANES 16 /* chains per thread: about as many as the loads that a processor core can have under way */
#define SEEDS_PER_ARENA 4 /* enough that the longest chain is a small part of a ring */
#define SEEDS_LEAST 8     /* a smaller heap is read in no time anyway */
#define BLOCKS_TRIED 64   /* per pool, for one that looks tracked */
#define STEP (1u << 16)   /* nodes between looks at the user's ^C */
#define NOWHERE UINT32_MAX

/** struct chain - from a node to the next one that begins a chain */
struct chain {
	uint64_t start; /* a gc head: a ring's, or an object's */
	uint64_t nodes; /* after it */
	uint32_t end;   /* the chain that begins where it ends; NOWHERE: torn */
	bool is_head, live;
};

struct job {
	struct lh_heap *heap;
	const struct lh_generation *rings;
	size_t ring_count;
	uint32_t size, next_at, prev_at; /* of a gc head; offsets of its links */
	struct chain *chains;            /* by start */
	size_t count, capacity;
	atomic_size_t taken;    /* chains that a thread follows or followed */
	struct followed *parts; /* one per worker */
	unsigned workers;
	atomic_bool stopped; /* by ^C, of which one worker knows */
};

/** struct lane - a chain that is followed */
struct lane {
	struct lh_view view;
	struct chain *chain; /* NULL: no chain is left */
	uint64_t node, previous;
	uint64_t nodes; /* of the chain, so far */
};

/** struct followed - what a worker has followed */
struct LH_APART followed {
	struct lh_addrset set;
};

/* ---- where chains begin ---- */

static uint64_t link_at(struct job *j, struct lh_view *view, uint64_t node, uint32_t at)
{
	const uint8_t *p = node && !(node & 7) ? lh_view_at(view, node, j->size) : NULL;

	return p ? LH_GC_LINK(lh_u64(p + at)) : 0;
}

/* Whether both neighbours of a possible gc head point back to it. */
static bool looks_tracked(struct job *j, struct lh_view *view, uint64_t node)
{
	uint64_t next = link_at(j, view, node, j->next_at), prev = link_at(j, view, node, j->prev_at);

	return next && prev && link_at(j, view, next, j->prev_at) == node &&
	       link_at(j, view, prev, j->next_at) == node;
}

static int add_chain(struct job *j, uint64_t start, bool is_head)
{
	return lh_append(j->heap->ctx, j->chains, j->count, j->capacity,
			 ((struct chain){.start = start, .end = NOWHERE, .is_head = is_head}));
}

/* The first block of a pool that looks tracked. Return: 0; LH_ABSENT: none; -LH_ENOMEM. */
static int add_seed(struct job *j, struct lh_view *view, const struct lh_arena *arena, uint64_t addr)
{
	const uint32_t header = j->heap->pymalloc.header, before = j->heap->debug_padding.before;
	struct lh_pool pool;

	if (lh_pool_read(j->heap, view, arena, addr, &pool) != 0 || !pool.used ||
	    pool.block_size < before + j->size + 16)
		return LH_ABSENT;
	for (uint32_t i = 0; i < pool.blocks && i < BLOCKS_TRIED; i++) {
		uint64_t node = addr + header + i * pool.block_size + before;

		if (!lh_pool_is_free(&pool, i) && looks_tracked(j, view, node))
			return add_chain(j, node, false);
	}
	return LH_ABSENT;
}

static int add_seeds_of(struct job *j, struct lh_view *view, const struct lh_arena *arena)
{
	uint64_t pool_size = j->heap->pymalloc.pool_size;
	uint64_t pools = (arena->end - arena->first_pool) / pool_size;
	int r = LH_ABSENT;

	for (uint64_t part = 0; part < SEEDS_PER_ARENA; part++) {
		uint64_t from = pools * part / SEEDS_PER_ARENA, end = pools * (part + 1) / SEEDS_PER_ARENA;

		for (r = LH_ABSENT; r == LH_ABSENT && from < end; from++)
			r = add_seed(j, view, arena, arena->first_pool + from * pool_size);
		if (r < 0)
			return r;
	}
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct chain *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Return: 0; LH_ABSENT: too few; -LH_E*. */
static int begin_chains(struct job *j)
{
	const struct lh_pymalloc *pm = &j->heap->pymalloc;
	struct lh_view view = lh_view_of(j->heap->target);
	int r = 0;

	for (size_t i = 0; r == 0 && i < pm->count; i++)
		r = add_seeds_of(j, &view, &pm->arenas[i]);
	if (r == 0 && j->count < SEEDS_LEAST)
		return LH_ABSENT;
	for (size_t i = 0; r == 0 && i < j->ring_count; i++)
		r = add_chain(j, j->rings[i].head, true);
	if (r < 0)
		return r;
	qsort(j->chains, j->count, sizeof(*j->chains), by_start);
	/* A ring that two collectors claim is not one of CPython's. */
	for (size_t i = 1; i < j->count; i++)
		if (j->chains[i].start == j->chains[i - 1].start)
			return LH_ABSENT;
	return 0;
}

/* ---- following chains ---- */

static void begin_lane(struct job *j, struct lane *lane)
{
	for (;;) {
		size_t i = atomic_fetch_add(&j->taken, 1);
		const uint8_t *p;

		lane->chain = i < j->count ? &j->chains[i] : NULL;
		lane->nodes = 0;
		if (!lane->chain)
			return;
		p = lh_view_at(&lane->view, lane->chain->start, j->size);
		if (!p)
			continue; /* torn at its start */
		lane->previous = lane->chain->start;
		lane->node = LH_GC_LINK(lh_u64(p + j->next_at));
		return;
	}
}

static uint32_t chain_at(const struct job *j, uint64_t start)
{
	const struct chain key = {.start = start};
	const struct chain *found = bsearch(&key, j->chains, j->count, sizeof(key), by_start);

	return found ? (uint32_t)(found - j->chains) : NOWHERE;
}

static void end_chain(struct job *j, struct lane *lane, uint32_t end)
{
	lane->chain->end = end;
	lane->chain->nodes = lane->nodes;
	begin_lane(j, lane);
}

/* Advance by one node. A chain that ends makes room for another. Return: 0, -LH_E*. */
static int step(struct job *j, struct lh_addrset *set, struct lane *lane)
{
	const uint8_t *p = lane->node & 7 ? NULL : lh_view_at(&lane->view, lane->node, j->size);
	int r;

	if (!p || LH_GC_LINK(lh_u64(p + j->prev_at)) != lane->previous) {
		end_chain(j, lane, NOWHERE);
		return 0;
	}
	r = lh_addrset_add(set, lane->node + j->size);
	if (r == LH_ADDRSET_HAD) {
		/* Each node has one predecessor, so a node that is in the set already starts a chain. */
		end_chain(j, lane, chain_at(j, lane->node));
		return 0;
	}
	if (r < 0)
		return r;
	lane->nodes++;
	lane->previous = lane->node;
	lane->node = LH_GC_LINK(lh_u64(p + j->next_at));
	if (lane->node - lane->view.start < lane->view.size)
		__builtin_prefetch(lane->view.data + (lane->node - lane->view.start));
	return 0;
}

/* The starts are in every worker's set, so that chains end at them. */
static int mark_starts(const struct job *j, struct lh_addrset *set)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < j->count; i++)
		r = lh_addrset_add(set, j->chains[i].start + j->size);
	return r < 0 ? r : 0;
}

static int follow(void *arg, struct lh_ctx *ctx, unsigned worker, size_t part)
{
	struct job *j = arg;
	struct lh_addrset *set = &j->parts[part].set;
	struct lane lanes[LANES];
	uint64_t done = 0;
	bool going = true;
	int r;

	lh_addrset_init(set, ctx);
	r = mark_starts(j, set);
	for (unsigned i = 0; i < LANES; i++) {
		lanes[i] = (struct lane){.view = lh_view_of(j->heap->target)};
		begin_lane(j, &lanes[i]);
	}
	while (r == 0 && going) {
		going = false;
		for (unsigned i = 0; r == 0 && i < LANES; i++)
			if (lanes[i].chain) {
				going = true;
				r = step(j, set, &lanes[i]);
			}
		if (r < 0 || ++done % (STEP / LANES) != 0)
			continue;
		if (worker == 0)
			r = lh_progress(ctx, "reading gc generations", set->count, 0);
		if (r < 0)
			atomic_store(&j->stopped, true);
		else if (atomic_load(&j->stopped))
			break; /* worker 0 says why */
	}
	return r;
}

/* ---- which chains are rings ---- */

/* Whether chains lead from the head back to it: then the chains are live. */
static bool close_ring(struct job *j, uint32_t head)
{
	uint32_t at = head;

	do {
		struct chain *chain = &j->chains[at];

		if (chain->live)
			return false;
		chain->live = true;
		at = chain->end;
		if (at == NOWHERE || (j->chains[at].is_head && at != head))
			return false;
	} while (at != head);
	return true;
}

/* Call @fn with the set for each of the chain's objects, including the start. */
static int each_node(struct job *j, const struct chain *chain, struct lh_addrset *set,
		     int (*fn)(struct lh_addrset *set, uint64_t addr))
{
	struct lh_view view = lh_view_of(j->heap->target);
	uint64_t node = chain->start;
	int r = chain->is_head ? 0 : fn(set, node + j->size);

	for (uint64_t i = 0; r >= 0 && i < chain->nodes; i++) {
		node = link_at(j, &view, node, j->next_at);
		r = fn(set, node + j->size);
	}
	return r < 0 ? r : 0;
}

static int add_permanent(struct job *j, uint32_t head, struct lh_addrset *permanent)
{
	uint32_t at = head;
	int r = 0;

	do {
		r = each_node(j, &j->chains[at], permanent, lh_addrset_add);
		at = j->chains[at].end;
	} while (r == 0 && at != head);
	return r;
}

static int drop_dead(struct job *j, struct lh_addrset *set)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->count; i++) {
		const struct chain *chain = &j->chains[i];

		if (chain->is_head)
			lh_addrset_remove(set, chain->start + j->size);
		else if (!chain->live)
			r = each_node(j, chain, set, lh_addrset_remove);
	}
	return r;
}

/* Return: 0; LH_ABSENT: a ring is torn; -LH_E*. */
static int gather(struct job *j, struct lh_rings *ret)
{
	int r = 0;

	for (size_t i = 0; i < j->ring_count; i++)
		if (!close_ring(j, chain_at(j, j->rings[i].head)))
			return LH_ABSENT;
	for (unsigned i = 0; r == 0 && i < j->workers; i++)
		r = lh_addrset_merge(&ret->tracked, &j->parts[i].set);
	if (r == 0)
		r = drop_dead(j, &ret->tracked);
	for (size_t i = 0; r == 0 && i < j->ring_count; i++)
		if (j->rings[i].number == LH_GENERATION_PERMANENT)
			r = add_permanent(j, chain_at(j, j->rings[i].head), &ret->permanent);
	return r;
}

static int follow_all(struct job *j)
{
	const struct lh_parallel work = {.ctx = j->heap->ctx,
					 .phase = "reading gc generations",
					 .count = j->workers,
					 .run = follow,
					 .arg = j};

	return lh_parallel_run(&work, j->workers);
}

static void job_fini(struct job *j)
{
	for (unsigned i = 0; j->parts && i < j->workers; i++)
		lh_addrset_fini(&j->parts[i].set);
	free(j->parts);
	free(j->chains);
}

int lh_ring_chains_read(struct lh_heap *heap, const struct lh_generation *rings, size_t count,
			struct lh_rings *ret)
{
	const struct lh_layout *l = &heap->layout;
	_cleanup_(job_fini) struct job j = {.heap = heap,
					    .rings = rings,
					    .ring_count = count,
					    .size = lh_layout_at(l, LH_F_GC_HEAD_SIZE),
					    .next_at = lh_layout_at(l, LH_F_GC_HEAD_NEXT),
					    .prev_at = lh_layout_at(l, LH_F_GC_HEAD_PREV),
					    .workers = lh_workers(heap->ctx)};
	int r = begin_chains(&j);

	if (r != 0)
		return r;
	j.parts = lh_new0_apart(struct followed, j.workers);
	if (!j.parts)
		return lh_nomem(heap->ctx);
	r = follow_all(&j);
	return r == 0 ? gather(&j, ret) : r;
}
