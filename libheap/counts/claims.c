/* SPDX-License-Identifier: Apache-2.0 */
#include "counts/claims.h"
#include "counts/claims_parts.h"
#include "cpython/data_stack.h"
#include "cpython/dict.h"
#include "cpython/exclusions.h"
#include "cpython/extent.h"
#include "cpython/visit.h"
#include "malloc/glibc_free.h"
#include "malloc/mimalloc.h"

#define CHUNKS_MAX (1u << 20) /* of all threads; 16 GiB */

struct lh_claims lh_claims_of(struct lh_heap *heap, struct lh_marker *marks)
{
	return (struct lh_claims){.heap = heap,
				  .view = lh_view_of(heap->target),
				  .marks = marks,
				  .counts_type = lh_layout_constant(&heap->layout, LH_C_COUNTS_TYPE)};
}

/* ---- pools ---- */

static void claim_pool(struct lh_claims *c, const struct lh_arena *arena, uint64_t addr)
{
	const struct lh_pymalloc *pm = &c->heap->pymalloc;
	struct lh_pool pool;

	if (lh_pool_read(c->heap, &c->view, arena, addr, &pool) != 0 || pool.damaged)
		return;
	if (!pool.used) {
		lh_marker_claim(c->marks, addr, pm->pool_size);
		return;
	}
	lh_marker_claim(c->marks, addr, pm->header);
	for (uint32_t i = 0; i < pool.blocks; i++)
		if (lh_pool_is_free(&pool, i))
			lh_marker_claim(c->marks, addr + pm->header + i * pool.block_size, pool.block_size);
	addr += pm->header + pool.blocks * pool.block_size;
	lh_marker_claim(c->marks, addr, pool.addr + pm->pool_size - addr);
}

int lh_claim_pools(struct lh_claims *c)
{
	const struct lh_pymalloc *pm = &c->heap->pymalloc;
	int r = 0;

	for (size_t i = 0; i < pm->count && r == 0; i++) {
		const struct lh_arena *a = &pm->arenas[i];

		for (uint64_t addr = a->first_pool; addr < a->end; addr += pm->pool_size)
			claim_pool(c, a, addr);
		lh_marker_claim(c->marks, a->end, a->limit - a->end);
		r = lh_progress(c->heap->ctx, "reading arenas", i, pm->count);
	}
	return r;
}

/* ---- malloc ---- */

static void on_free(void *arg, uint64_t addr, uint64_t len)
{
	struct lh_claims *c = arg;

	lh_marker_claim(c->marks, addr, len);
}

int lh_claim_malloc(struct lh_claims *c)
{
	int r = lh_glibc_report_free(c->heap->target, on_free, c, &c->glibc);

	if (r == 0)
		r = lh_mimalloc_find(c->heap->target, &c->mimalloc);
	return r == 0 ? lh_mimalloc_report_free(c->heap->target, &c->mimalloc, on_free, c) : r;
}

void lh_claims_fini(struct lh_claims *c)
{
	lh_mimalloc_fini(&c->mimalloc);
}

/* ---- C stacks ---- */

void lh_claim_stacks(struct lh_claims *c)
{
	struct lh_target *t = c->heap->target;
	uint64_t start, end;

	for (size_t i = 0; i < t->stack_count; i++)
		if (lh_target_dead_stack(t, i, &start, &end))
			lh_marker_claim(c->marks, start, end - start);
}

/* What lies above the top of each thread's data stack, and of each chunk that is full. */
void lh_claim_threads(struct lh_claims *c)
{
	struct lh_data_stack stack;
	struct lh_frames f;
	unsigned chunks = 0;

	for (size_t i = 0; i < c->heap->interp_count; i++) {
		lh_frames_init(&f, c->heap, &c->heap->interps[i]);
		while (lh_frames_next_thread(&f))
			for (bool is = lh_data_stack_first(c->heap, &c->view, f.thread.addr, &stack);
			     is && chunks++ < CHUNKS_MAX; is = lh_data_stack_next(&c->view, &stack))
				lh_marker_claim(c->marks, stack.top, stack.limit - stack.top);
	}
}

/* ---- storage ---- */

/* All of a block; of other memory as much as its owner says. Nothing is larger than its block. */
static void claim_extent(struct lh_claims *c, uint64_t addr, uint64_t len)
{
	uint64_t end = lh_claim_block_end(c, addr);

	lh_marker_claim(c->marks, addr, end ? end - addr : len);
}

static void claim_storage(struct lh_claims *c, uint64_t addr, uint64_t len)
{
	uint64_t end = addr && len ? lh_claim_block_end(c, addr) : 0;

	if (!addr || !len)
		return;
	claim_extent(c, addr, len);
	if (c->on_storage && end)
		c->on_storage(c->arg, addr, end);
}

/* 2.7: entry by entry, for deleted ones count the 'dummy' that they hold. */
static void claim_live_entries(struct lh_claims *c, const struct lh_dict *d)
{
	uint64_t key, value;

	for (uint64_t i = 0; i < d->keys.entry_count; i++)
		if (lh_dict_entry(d, i, &key, &value))
			lh_marker_claim(c->marks, d->keys.addr + i * d->keys.stride, d->keys.stride);
}

void lh_claim_interned(struct lh_claims *c, const uint8_t *bytes)
{
	struct lh_dict d;

	if (lh_dict_read(c->heap, &c->view, bytes, &d) != 0 || !d.keys.entries || d.values_addr)
		return;
	if (lh_layout_is_python2(&c->heap->layout))
		claim_live_entries(c, &d);
	else
		claim_storage(c, d.keys.addr, d.keys.bytes);
}

/* ---- objects ---- */

/* Text and numbers: nothing in them is a reference. */
static void claim_leaf(struct lh_claims *c, const struct lh_object *o)
{
	uint64_t size = lh_object_extent(c->heap, o->bytes, o->type);

	if (size < (uint64_t)o->type->basicsize && o->type->kind->id != LH_KIND_STR)
		size = (uint64_t)o->type->basicsize;
	claim_extent(c, o->addr, (size + 7) & ~7ull);
}

/* Head of the collector, managed words, count, type, weak references. A static object may have no head. */
static void claim_head(struct lh_claims *c, uint64_t addr, const struct lh_type *type)
{
	const struct lh_layout *l = &c->heap->layout;
	bool counted = type->python || c->counts_type || !(type->flags & LH_TPFLAG_HEAPTYPE);

	lh_marker_claim(c->marks, addr,
			counted ? lh_layout_at(l, LH_F_OBJECT_SIZE) : lh_layout_at(l, LH_F_OBJECT_TYPE));
	if (lh_pymalloc_has(&c->heap->pymalloc, addr))
		lh_marker_claim(c->marks, addr - type->presize, type->presize);
	else if (type->presize > lh_layout_at(l, LH_F_GC_HEAD_SIZE))
		lh_marker_claim(c->marks, addr - type->presize,
				type->presize - lh_layout_at(l, LH_F_GC_HEAD_SIZE));
	if (type->weaklistoffset > 0 && type->weaklistoffset < type->basicsize)
		lh_marker_claim(c->marks, addr + (uint64_t)type->weaklistoffset, 8);
}

static bool is_leaf(const struct lh_type *type)
{
	return type->exact && lh_type_is_leaf(type);
}

/* Whether the object ends where tp_basicsize says, so that the rest of its block is an earlier object's. */
static bool is_fixed(const struct lh_type *type)
{
	return (type->python || type->exact) && !type->itemsize && !type->inline_values &&
	       type->kind->id != LH_KIND_FRAME && type->kind->id != LH_KIND_GENERATOR;
}

/*
 * 3.13+: an array of attributes ends the object; when a dict took them over, what is left in it is nobody's
 * (Objects/dictobject.c: detach_dict_from_object()).
 */
static void claim_inline(struct lh_claims *c, uint64_t addr, const struct lh_type *type)
{
	const struct lh_layout *l = &c->heap->layout;
	uint64_t at = addr + (uint64_t)type->basicsize;
	const uint8_t *values = lh_layout_has(l, LH_F_VALUES_VALID) ? lh_view_at(&c->view, at, 8) : NULL;
	uint64_t capacity;

	if (!values)
		return;
	capacity = values[lh_layout_at(l, LH_F_VALUES_VALID)] ? values[lh_layout_at(l, LH_F_VALUES_CAPACITY)]
							      : 0;
	lh_claim_rest(c, addr, at + lh_layout_at(l, LH_F_VALUES_VALUES) + 8 * capacity);
}

static void on_exclusion(void *arg, enum lh_exclusion what, uint64_t addr, uint64_t len)
{
	switch (what) {
	case LH_EXCLUDE_WORDS:
		lh_marker_claim(((struct lh_claims *)arg)->marks, addr, len);
		break;
	case LH_EXCLUDE_STORAGE:
		claim_storage(arg, addr, len);
		break;
	case LH_EXCLUDE_REST:
		lh_claim_rest(arg, addr, addr + len);
		break;
	}
}

void lh_claim_object(struct lh_claims *c, const struct lh_object *o)
{
	struct lh_excluder x = {.heap = c->heap, .view = &c->view, .fn = on_exclusion, .arg = c};

	claim_head(c, o->addr, o->type);
	if (is_leaf(o->type))
		claim_leaf(c, o);
	else if (o->type->exact && o->type->kind->id == LH_KIND_TUPLE && !o->type->python)
		lh_claim_rest(c, o->addr, o->addr + lh_object_extent(c->heap, o->bytes, o->type));
	else if (is_fixed(o->type))
		lh_claim_rest(c, o->addr, o->addr + (uint64_t)o->type->basicsize);
	else if (o->type->inline_values)
		claim_inline(c, o->addr, o->type);
	if (o->type->kind->exclude)
		o->type->kind->exclude(&x, o);
}
