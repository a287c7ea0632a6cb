/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/objects.h"
#include "cpython/extent.h"
#include "inventory/outside.h"
#include "inventory/rings.h"
#include "util/array.h"

struct walk {
	struct lh_heap *heap;
	struct lh_view view, counts; /* counts: for words that may be pointers */
	bool tracked_only;
	lh_items_fn fn;
	void *arg;
	struct lh_findings *findings;
	struct lh_outside *outside;
	struct lh_rings rings;
	bool rings_whole;
	bool storage_doubted; /* a word in a block that is no object was refused */
	bool vouching;        /* the second time through the pools, for that */
	enum lh_refcnt_kind refcnt_kind;
	uint32_t refcnt_at, type_at, header, gc_head, before;
	struct lh_gc_mark mark;
	struct lh_item items[LH_ITEMS_MAX];
	size_t count;
};

static int flush(struct walk *w)
{
	int r = w->count ? w->fn(w->arg, w->items, w->count) : 0;

	w->count = 0;
	return r;
}

/* ---- rings ---- */

/* Tracked objects outside of pools are known from the rings alone. */
static int add_outside(struct walk *w, const struct lh_addrset *set)
{
	struct lh_addrset_iter iter = {.set = set};
	uint64_t addr;

	while (lh_addrset_next(&iter, &addr) == 0) {
		int r = lh_pymalloc_has(&w->heap->pymalloc, addr) ? 0 : lh_outside_add(w->outside, addr);

		if (r < 0)
			return r;
	}
	return 0;
}

static int walk_rings(struct walk *w)
{
	int r = lh_rings_read(w->heap, &w->rings);

	if (r < 0)
		return r;
	w->findings->ring_objects = w->rings.tracked.count;
	w->findings->ring_broken = w->rings.broken;
	w->findings->collecting = w->rings.collecting;
	/* Torn rings do not have all tracked objects: then a pool block's own head is believed. */
	w->rings_whole = !w->rings.broken && !w->rings.collecting;
	return add_outside(w, &w->rings.tracked);
}

/* ---- pools ---- */

/* A type outside of the table yet: types are larger than any block, so a word into a pool is none. */
static struct lh_type *new_type(struct walk *w, uint64_t addr)
{
	struct lh_type *type = NULL;

	if (addr & 7 || addr - w->outside->low >= w->outside->high - w->outside->low ||
	    lh_pymalloc_has(&w->heap->pymalloc, addr) || lh_types_get(w->heap, addr, &type) != 0)
		return NULL;
	return type;
}

/* Types are larger than any block; a static one that was copied there is none. */
static inline bool has_room(const struct walk *w, const uint8_t *object, uint32_t room,
			    const struct lh_type *type)
{
	if (type->extent)
		return type->extent <= room;
	return type->kind->id != LH_KIND_TYPE && lh_instance_extent(w->heap, object, type) <= room;
}

static inline bool fits(struct walk *w, const uint8_t *block, uint32_t at, uint32_t room,
			const struct lh_type *type)
{
	uint64_t count = lh_u64(block + at + w->refcnt_at);

	return type->presize == at - w->before && lh_refcnt_is_sane(count, w->refcnt_kind) &&
	       has_room(w, block + at, room, type) && !lh_refcnt_is_pointer(w->heap, &w->counts, count);
}

/*
 * Whether an object behind a gc head was freed, and is kept for reuse: where its count was is none. Its block
 * has no object at all, though what comes behind may look like one of a class with managed words: in a
 * PyCFunctionObject [m_ml, m_self], of a method bound to a class, looks like an instance of that class. (A gc
 * head itself may have words that were never written, up to 3.7, so this is not asked of the block's start.)
 */
static bool was_freed(const struct walk *w, const uint8_t *block, uint32_t at, const struct lh_type *type)
{
	return type->presize == at - w->before &&
	       !lh_refcnt_is_sane(lh_u64(block + at + w->refcnt_at), w->refcnt_kind);
}

#define PLACES 3

/* The object in a used block whose type no other object had yet, at the first @count places. */
static bool identify_new(struct walk *w, const uint8_t *block, uint32_t size, const uint32_t *places,
			 const uint64_t *words, unsigned count, struct lh_type **type, uint32_t *ret_at)
{
	for (unsigned i = 0; i < count; i++) {
		struct lh_type *t = words[i] ? new_type(w, words[i]) : NULL;

		if (t && fits(w, block, places[i], size - places[i], t)) {
			*type = t;
			*ret_at = places[i];
			return true;
		}
	}
	return false;
}

/* The object in a used block: right at its start, behind a gc
 * head, or behind a head and the managed words. */
static bool identify(struct walk *w, const uint8_t *block, uint32_t size, struct lh_type **type,
		     uint32_t *ret_at)
{
	const uint32_t places[PLACES] = {w->before, w->before + w->gc_head, w->before + w->gc_head + 16};
	uint64_t words[PLACES] = {0};

	for (unsigned i = 0; i < PLACES; i++) {
		struct lh_type *t;

		if (places[i] + w->header > size)
			break;
		words[i] = lh_u64(block + places[i] + w->type_at);
		t = *type && (*type)->addr == words[i] ? *type
		    : words[i]                         ? lh_types_find(&w->heap->types, words[i])
						       : NULL;
		if (t && fits(w, block, places[i], size - places[i], t)) {
			*type = t;
			*ret_at = places[i];
			return true;
		}
		/* It may be the block's former object, of a type that is
		 * known better than the present one's. */
		if (t && i == 1 && was_freed(w, block, places[i], t))
			return identify_new(w, block, size, places, words, i, type, ret_at);
		if (t)
			words[i] = 0;
	}
	return identify_new(w, block, size, places, words, PLACES, type, ret_at);
}

/* Whether the gc head of the object at @at says that it is in a ring. */
static bool is_marked(const struct walk *w, const uint8_t *block, uint32_t at, const struct lh_type *type)
{
	return type->presize && lh_gc_is_marked(&w->mark, block + at);
}

/* A head that names a ring which does not have it: memory that was an object once. */
static bool is_dead(const struct walk *w, uint64_t addr, const uint8_t *block, uint32_t at,
		    const struct lh_type *type)
{
	return w->rings_whole && is_marked(w, block, at, type) && !lh_addrset_has(&w->rings.tracked, addr);
}

static void look_at_words(struct walk *w, const uint8_t *block, uint32_t size)
{
	for (uint32_t i = 0; i + 8 <= size; i += 8)
		lh_outside_word(w->outside, lh_u64(block + i));
}

/* Who has a block that is no object is not known here: all containers are asked then, once. */
static void take_storage(struct walk *w, const uint8_t *block, uint32_t size)
{
	if (w->vouching)
		return;
	w->findings->blocks_used++;
	w->findings->blocks_other++;
	if (w->tracked_only)
		return;
	look_at_words(w, block, size);
	w->storage_doubted |= w->outside->doubted;
	w->outside->doubted = false;
}

static int take_block(struct walk *w, const struct lh_pool *pool, uint32_t index, struct lh_type **type)
{
	uint32_t offset = w->heap->pymalloc.header + index * pool->block_size, at;
	const uint8_t *block = pool->bytes + offset;
	struct lh_item *item = &w->items[w->count];

	if (!identify(w, block, pool->block_size, type, &at) ||
	    is_dead(w, pool->addr + offset + at, block, at, *type)) {
		take_storage(w, block, pool->block_size);
		return 0;
	}
	if (w->vouching) {
		if (!lh_type_is_leaf(*type))
			lh_outside_vouch(w->outside, pool->addr + offset + at, block + at, *type);
		return 0;
	}
	w->findings->blocks_used++;
	item->addr = pool->addr + offset + at;
	item->tracked = lh_addrset_has(&w->rings.tracked, item->addr) ||
			(!w->rings_whole && is_marked(w, block, at, *type));
	item->bytes = block + at;
	item->type = *type;
	if (!w->tracked_only && !lh_type_is_leaf(*type)) {
		look_at_words(w, block + at, pool->block_size - at);
		if (w->outside->doubted)
			lh_outside_vouch(w->outside, item->addr, item->bytes, *type);
		lh_outside_storage(w->outside, item->addr, item->bytes, *type);
	}
	if ((item->tracked || !w->tracked_only) && ++w->count == LH_ITEMS_MAX)
		return flush(w);
	return 0;
}

static int walk_pool(struct walk *w, const struct lh_pool *pool)
{
	struct lh_type *type = NULL;

	for (uint32_t i = 0; i < pool->blocks; i++) {
		int r;

		if (lh_pool_is_free(pool, i))
			continue;
		r = take_block(w, pool, i, &type);
		if (r < 0)
			return r;
	}
	return 0;
}

static void note_pool(struct walk *w, const struct lh_pool *pool, int r)
{
	struct lh_findings *f = w->findings;

	f->pools++;
	if (r == LH_ABSENT)
		f->pools_missing++;
	else if (pool->damaged && !f->pools_damaged++)
		f->first_damaged = pool->addr;
	else if (!pool->used)
		f->pools_empty++;
}

static int walk_arena(struct walk *w, const struct lh_arena *arena)
{
	for (uint64_t addr = arena->first_pool; addr < arena->end; addr += w->heap->pymalloc.pool_size) {
		struct lh_pool pool;
		int r = lh_pool_read(w->heap, &w->view, arena, addr, &pool);

		if (!w->vouching)
			note_pool(w, &pool, r);
		if (r != 0 || !pool.used || !pool.block_size)
			continue;
		r = walk_pool(w, &pool);
		if (r < 0)
			return r;
	}
	return 0;
}

static int walk_arenas(struct walk *w)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;

	for (size_t i = 0; i < pm->count; i++) {
		int r = lh_progress(w->heap->ctx, "reading arenas", i, pm->count);

		if (r == 0)
			r = walk_arena(w, &pm->arenas[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- outside ---- */

/* What running calls hold: a large local of a function may have no other holder, nor has a running frame up
 * to 3.10. */
static void look_at_threads(struct walk *w)
{
	for (size_t i = 0; i < w->heap->interp_count; i++)
		lh_visit_threads(&w->outside->visitor, &w->heap->interps[i], NULL, NULL);
}

static int walk_outside(struct walk *w)
{
	struct lh_addrset_iter iter = {.set = &w->outside->set};
	uint64_t addr;

	lh_addrset_finish(&w->outside->set);
	while (lh_addrset_next(&iter, &addr) == 0) {
		struct lh_object o;
		int r = lh_object_at(w->heap, &w->view, addr, &o);

		if (r < 0)
			return r;
		if (r != 0)
			continue;
		w->items[w->count++] =
			(struct lh_item){addr, o.bytes, o.type, lh_addrset_has(&w->rings.tracked, addr)};
		if (w->count == LH_ITEMS_MAX && (r = flush(w)) < 0)
			return r;
	}
	return 0;
}

/* Words in blocks that are no objects were refused: who has such a block may be a list, whose items are
 * objects. */
static int vouch(struct walk *w)
{
	w->vouching = true;
	return w->storage_doubted ? walk_arenas(w) : 0;
}

static void walk_init(struct walk *w)
{
	const struct lh_layout *l = &w->heap->layout;

	w->view = w->counts = lh_view_of(w->heap->target);
	w->refcnt_kind = lh_refcnt_kind_of(l);
	w->refcnt_at = lh_layout_at(l, LH_F_OBJECT_REFCNT);
	w->type_at = lh_layout_at(l, LH_F_OBJECT_TYPE);
	w->header = lh_layout_at(l, LH_F_OBJECT_SIZE);
	w->gc_head = lh_layout_at(l, LH_F_GC_HEAD_SIZE);
	w->mark = lh_gc_mark_of(l);
	w->before = w->heap->hooks.before;
}

/* Whatever is some object's type is an object too, though nothing but its instances may refer to it. */
static int add_types(struct walk *w)
{
	const struct lh_types *types = &w->heap->types;
	int r = 0;

	for (size_t done = 0; r == 0 && done < types->count;) {
		for (; done < types->count; done++)
			lh_outside_word(w->outside, types->items[done]->addr);
		r = lh_outside_close(w->outside);
	}
	return r;
}

static int walk_all(struct walk *w)
{
	int r = w->tracked_only ? 0 : lh_outside_learn_blocks(w->outside);

	if (r == 0)
		r = walk_rings(w);
	if (r == 0)
		r = walk_arenas(w);
	if (r == 0)
		r = flush(w);
	if (r == 0 && !w->tracked_only)
		r = vouch(w);
	if (r == 0 && !w->tracked_only) {
		look_at_threads(w);
		r = lh_outside_close(w->outside);
	}
	if (r == 0 && !w->tracked_only)
		r = add_types(w);
	if (r == 0 && !w->tracked_only) {
		lh_outside_settle(w->outside);
		r = lh_outside_close(w->outside);
	}
	if (r == 0)
		r = walk_outside(w);
	return r == 0 ? flush(w) : r;
}

int lh_objects_walk(struct lh_heap *heap, bool tracked_only, lh_items_fn fn, void *arg,
		    struct lh_findings *findings)
{
	_cleanup_free_ struct walk *w = lh_new0(struct walk, 1);
	_cleanup_free_ struct lh_outside *outside = lh_new0(struct lh_outside, 1);
	int r;

	memset(findings, 0, sizeof(*findings));
	if (!w || !outside)
		return lh_nomem(heap->ctx);
	r = lh_outside_init(heap, outside);
	if (r < 0)
		return r;
	w->heap = heap;
	w->tracked_only = tracked_only;
	w->fn = fn;
	w->arg = arg;
	w->findings = findings;
	w->outside = outside;
	walk_init(w);
	r = walk_all(w);
	lh_outside_fini(outside);
	lh_rings_fini(&w->rings);
	return r;
}

static int collect(void *arg, const struct lh_item *items, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++)
		r = lh_addrset_add(arg, items[i].addr);
	return r < 0 ? r : 0;
}

int lh_objects_collect(struct lh_heap *heap, struct lh_addrset *ret, struct lh_findings *findings)
{
	int r;

	lh_addrset_init(ret, heap->ctx);
	r = lh_objects_walk(heap, false, collect, ret, findings);
	if (r == 0)
		lh_addrset_finish(ret);
	return r;
}
