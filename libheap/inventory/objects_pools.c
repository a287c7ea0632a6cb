/* SPDX-License-Identifier: Apache-2.0 */
/* Objects in pools: whether a used block has an object, and at which of the places in it. */
#include "cpython/extent.h"
#include "inventory/objects_parts.h"
#include "util/array.h"
#include "util/inline.h"

/* For each block, by both ways to read an arena: what does not apply to one is left out of it. */
#define IN_BOTH LH_ALWAYS_INLINE

/* Types are larger than any block, so a word that points into a pool is not one. */
IN_BOTH bool may_be_type(const struct lh_objects_state *w, uint64_t addr)
{
	return !(addr & 7) && addr - w->outside->low < w->outside->high - w->outside->low &&
	       !lh_pymalloc_has(&w->heap->pymalloc, addr);
}

/* A type that is in the table. An arena that is scanned ahead leaves others to the walk's own thread. */
IN_BOTH struct lh_type *known_type(struct lh_objects_state *w, uint64_t addr)
{
	struct lh_type *type;

	if (!may_be_type(w, addr))
		return NULL;
	type = lh_types_find(&w->heap->types, addr);
	if (w->notes && !type && !lh_types_denied(&w->heap->types, addr))
		w->unsure = true;
	return type;
}

/* A type that is not in the table yet. */
static struct lh_type *new_type(struct lh_objects_state *w, uint64_t addr)
{
	struct lh_type *type = NULL;

	if (w->notes || !may_be_type(w, addr) || lh_types_get(w->heap, addr, &type) != 0)
		return NULL;
	return type;
}

/* Types are larger than any block; a copy of a static one in a block is not a type. */
IN_BOTH bool has_room(const struct lh_objects_state *w, const uint8_t *object, uint32_t room,
		      const struct lh_type *type)
{
	if (type->extent)
		return type->extent <= room;
	return type->kind->id != LH_KIND_TYPE && lh_instance_extent(w->heap, object, type) <= room;
}

/* Whether a count is an address. Ahead, it is not known of which objects. */
static bool is_address(struct lh_objects_state *w, uint64_t count)
{
	if (w->notes)
		w->unsure |= lh_refcnt_may_be_pointer(w->heap, &w->counts, count);
	return !w->notes && lh_refcnt_is_pointer(w->heap, &w->counts, count);
}

IN_BOTH bool fits(struct lh_objects_state *w, const uint8_t *block, uint32_t at, uint32_t room,
		  const struct lh_type *type)
{
	uint64_t count = lh_u64(block + at + w->refcnt_at);

	return type->presize == at - w->before && lh_refcnt_is_sane(count, w->refcnt_kind) &&
	       has_room(w, block + at, room, type) && !is_address(w, count);
}

/*
 * Whether an object after a gc head was freed and is kept for reuse: its count is not one. Its block has no
 * object at all, though what follows may look like one of a class with managed words: in a PyCFunctionObject
 * [m_ml, m_self], of a method bound to a class, looks like an instance of that class. (A gc head itself may
 * have words that were never written, up to 3.7, so this is not checked at the block's start.)
 */
static bool was_freed(const struct lh_objects_state *w, const uint8_t *block, uint32_t at,
		      const struct lh_type *type)
{
	return type->presize == at - w->before &&
	       !lh_refcnt_is_sane(lh_u64(block + at + w->refcnt_at), w->refcnt_kind);
}

/* The object in a used block at one of the first @count starts, of a type that no other object had yet. */
static bool identify_new(struct lh_objects_state *w, const uint8_t *block, uint32_t size,
			 const uint32_t *starts, const uint64_t *words, unsigned count, struct lh_type **type,
			 uint32_t *ret_at)
{
	for (unsigned i = 0; i < count; i++) {
		struct lh_type *t = words[i] ? new_type(w, words[i]) : NULL;

		if (t && fits(w, block, starts[i], size - starts[i], t)) {
			*type = t;
			*ret_at = starts[i];
			return true;
		}
	}
	return false;
}

/* The object in a used block, see lh_object_starts(). */
IN_BOTH bool identify(struct lh_objects_state *w, const uint8_t *block, uint32_t size, struct lh_type **type,
		      uint32_t *ret_at)
{
	uint32_t starts[LH_OBJECT_STARTS];
	uint64_t words[LH_OBJECT_STARTS] = {0};

	lh_object_starts(w->before, w->gc_head, starts);
	for (unsigned i = 0; i < LH_OBJECT_STARTS; i++) {
		struct lh_type *t;

		if (starts[i] + w->header > size)
			break;
		words[i] = lh_u64(block + starts[i] + w->type_at);
		t = *type && (*type)->addr == words[i] ? *type : known_type(w, words[i]);
		if (w->unsure)
			return false;
		if (t && fits(w, block, starts[i], size - starts[i], t)) {
			/* An int of a type's address is like an instance after a gc head, if no int was met before. */
			if (i && identify_new(w, block, size, starts, words, i, type, ret_at))
				return true;
			*type = t;
			*ret_at = starts[i];
			return true;
		}
		/* It may be the block's former object, of a type seen before, unlike the present one's. */
		if (t && i == 1 && was_freed(w, block, starts[i], t))
			return identify_new(w, block, size, starts, words, i, type, ret_at);
		if (t)
			words[i] = 0;
	}
	return identify_new(w, block, size, starts, words, LH_OBJECT_STARTS, type, ret_at);
}

/* Whether the gc head of the object at @at says that it is in a ring. */
static bool is_marked(const struct lh_objects_state *w, const uint8_t *block, uint32_t at,
		      const struct lh_type *type)
{
	return type->presize && lh_gc_is_marked(&w->mark, block + at);
}

/* A head that claims to be in a ring, but is not: the memory of a former object. */
static bool is_dead(const struct lh_objects_state *w, uint64_t addr, const uint8_t *block, uint32_t at,
		    const struct lh_type *type)
{
	return w->rings_whole && is_marked(w, block, at, type) && !lh_addrset_has(&w->rings->tracked, addr);
}

static inline void look_at_words(struct lh_objects_state *w, const uint8_t *block, uint32_t size)
{
	for (uint32_t i = 0; i + 8 <= size; i += 8)
		lh_outside_word(w->outside, lh_u64(block + i));
}

static inline bool knows_words(const struct lh_objects_state *w, const uint8_t *block, uint32_t size)
{
	for (uint32_t i = 0; i + 8 <= size; i += 8)
		if (!lh_outside_knows(w->outside, lh_u64(block + i)))
			return false;
	return true;
}

/* It is not known here what a block without an object belongs to: if it matters, all containers are asked,
 * once. */
static void take_storage(struct lh_objects_state *w, const uint8_t *block, uint32_t size)
{
	if (w->vouching)
		return;
	w->findings->blocks_used++;
	w->findings->blocks_other++;
	if (w->filter->tracked_only)
		return;
	look_at_words(w, block, size);
	w->storage_doubted |= w->outside->doubted;
	w->outside->doubted = false;
}

static bool is_tracked(const struct lh_objects_state *w, uint64_t addr, const uint8_t *block, uint32_t at,
		       const struct lh_type *type)
{
	return lh_addrset_has(&w->rings->tracked, addr) || (!w->rings_whole && is_marked(w, block, at, type));
}

int lh_objects_take_block(struct lh_objects_state *w, const struct lh_pool *pool, uint32_t index,
			  struct lh_type **type)
{
	uint32_t offset = w->heap->pymalloc.header + index * pool->block_size, at;
	const uint8_t *block = pool->bytes + offset;
	struct lh_item *item = &w->items[w->count];

	if (!identify(w, block, pool->block_size, type, &at) ||
	    is_dead(w, pool->addr + offset + at, block, at, *type)) {
		take_storage(w, block, pool->block_size);
		return 0;
	}
	*item = (struct lh_item){
		.object = lh_objects_identified(w, pool->addr + offset + at, block + at, *type)};
	if (w->vouching) {
		if (!lh_type_is_leaf(*type))
			lh_outside_vouch(w->outside, &item->object);
		return 0;
	}
	w->findings->blocks_used++;
	item->tracked = is_tracked(w, item->object.addr, block, at, *type);
	if (!w->filter->tracked_only && !lh_type_is_leaf(*type)) {
		look_at_words(w, block + at, pool->block_size - at);
		if (w->outside->doubted)
			lh_outside_vouch(w->outside, &item->object);
		lh_outside_storage(w->outside, &item->object);
		w->outside->doubted = false; /* this object was asked */
	}
	if ((item->tracked || !w->filter->tracked_only) && ++w->count == LH_ITEMS_MAX)
		return lh_objects_flush(w);
	return 0;
}

/* Whether all is known that a block refers to outside of pools. */
static inline bool knows_references(const struct lh_objects_state *w, const struct lh_object *object,
				    const uint8_t *block, uint32_t size)
{
	if (w->filter->tracked_only || (object->type && lh_type_is_leaf(object->type)))
		return true;
	return knows_words(w, block, size) && !(object->type && lh_outside_has_storage(w->outside, object));
}

static int note(struct lh_objects_state *w, const struct lh_arena *arena, uint64_t addr, uint32_t type)
{
	struct lh_arena_notes *n = w->notes;

	return lh_append(n->ctx, n->items, n->count, n->capacity,
			 ((struct lh_note){(uint32_t)(addr - arena->address), type}));
}

/*
 * Note the object in a block, as lh_objects_take_block() would find it whatever objects come before. Only what is known is asked:
 * a type that none had yet, or a word that was not looked at, leaves the block to the walk's own thread.
 */
static int scan_block(struct lh_objects_state *w, const struct lh_arena *arena, const struct lh_pool *pool,
		      uint32_t index, struct lh_type **type)
{
	uint32_t offset = w->heap->pymalloc.header + index * pool->block_size, at = 0;
	uint64_t addr = pool->addr + offset;
	const uint8_t *block = pool->bytes + offset;
	struct lh_object object = {0};
	bool tracked = false;

	w->unsure = false;
	if (identify(w, block, pool->block_size, type, &at) && !is_dead(w, addr + at, block, at, *type))
		object = lh_objects_identified(w, addr + at, block + at, *type);
	else
		at = 0;
	if (w->unsure || !knows_references(w, &object, block + at, pool->block_size - at))
		return note(w, arena, addr, LH_NOTE_AGAIN);
	w->findings->blocks_used++;
	w->findings->blocks_other += !object.type;
	if (object.type)
		tracked = is_tracked(w, object.addr, block, at, object.type);
	if (!object.type || !(tracked || !w->filter->tracked_only))
		return 0;
	if (w->filter->see)
		w->items[w->count++] = (struct lh_item){.object = object, .tracked = tracked};
	return note(w, arena, object.addr, object.type->index | (tracked ? LH_NOTE_TRACKED : 0));
}

/* Have the filter see the objects that were noted last, and leave out notes of those that nobody wants. */
static int see_noted(struct lh_objects_state *w)
{
	const struct lh_walk_filter *f = w->filter;
	struct lh_arena_notes *notes = w->notes;
	const struct lh_item *item = w->items;
	size_t kept = w->unseen;
	int r = w->count ? f->see(f->arg, notes->ctx, w->worker, w->items, w->count) : 0;

	for (size_t i = w->unseen; i < notes->count; i++) {
		struct lh_note n = notes->items[i];

		if (n.type != LH_NOTE_AGAIN) {
			n.type |= LH_NOTE_SEEN | (item->wanted ? LH_NOTE_WANTED : 0);
			if (!item++->wanted && !w->all)
				continue;
		}
		notes->items[kept++] = n;
	}
	notes->count = w->unseen = kept;
	w->count = 0;
	return r;
}

static int walk_pool_ahead(struct lh_objects_state *w, const struct lh_arena *arena,
			   const struct lh_pool *pool)
{
	struct lh_type *type = NULL;
	int r = 0;

	for (uint32_t i = 0; i < pool->blocks && r == 0; i++) {
		if (lh_pool_is_free(pool, i))
			continue;
		r = scan_block(w, arena, pool, i, &type);
		if (r == 0 && w->count == LH_ITEMS_MAX)
			r = see_noted(w);
	}
	return r == 0 && w->filter->see ? see_noted(w) : r;
}

static int walk_pool(struct lh_objects_state *w, const struct lh_pool *pool)
{
	struct lh_type *type = NULL;

	for (uint32_t i = 0; i < pool->blocks; i++) {
		int r = lh_pool_is_free(pool, i) ? 0 : lh_objects_take_block(w, pool, i, &type);

		if (r < 0)
			return r;
	}
	return 0;
}

static void note_pool(struct lh_objects_state *w, const struct lh_pool *pool, int r)
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

int lh_objects_walk_arena(struct lh_objects_state *w, const struct lh_arena *arena)
{
	for (uint64_t addr = arena->first_pool; addr < arena->end; addr += w->heap->pymalloc.pool_size) {
		struct lh_pool pool;
		int r = lh_pool_read(w->heap, &w->view, arena, addr, &pool);

		if (!w->vouching)
			note_pool(w, &pool, r);
		if (r != 0 || !pool.used || !pool.block_size)
			continue;
		r = w->notes ? walk_pool_ahead(w, arena, &pool) : walk_pool(w, &pool);
		if (r < 0)
			return r;
	}
	return 0;
}
