/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What objects say of malloc's blocks. A block with an object, or with what the object's size counts, is Python's. Other words of
 * bodies that point into blocks make the object an owner.
 */
#include "analyze/owned_parts.h"
#include "cpython/size.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define PYTHONS 1u

int lh_owned_link(struct lh_owned_work *w, uint32_t owner, uint32_t block)
{
	return lh_append(w->heap->ctx, w->links, w->link_count, w->link_capacity,
			 ((struct lh_block_link){owner, block}));
}

static int add_owner(struct lh_owned_work *w)
{
	const struct lh_object *object = w->claims.object;
	struct lh_owned *o = w->owned;
	int r;

	if (w->claims.number != LH_NO_INDEX)
		return 0;
	r = lh_append(w->heap->ctx, o->owners, o->count, o->capacity,
		      ((struct lh_block_owner){.addr = object->addr, .type = object->type->index}));
	w->claims.number = r == 0 ? (uint32_t)(o->count - 1) : LH_NO_INDEX;
	if (o->count >= LH_LINK_FAR)
		return lh_fail(w->heap->ctx, LH_ECORRUPT,
			       "more owners of native memory than libheap can number");
	return r;
}

/* How a word leads to a block, LH_LINK_*. */
static uint32_t link_bits(const struct lh_owned_work *w, uint64_t addr, uint32_t block)
{
	uint64_t offset = addr - lh_addrset_nth(&w->owned->set, block);

	if (lh_debug_padding_is(&w->heap->debug_padding, offset))
		return 0;
	return offset <= LH_LINK_NEAR ? LH_LINK_INSIDE : LH_LINK_INSIDE | LH_LINK_FAR;
}

/* The block of malloc's that has @addr, but for those that arenas are in; or LH_NO_INDEX. */
static inline uint32_t block_of(const struct lh_owned_work *w, uint64_t addr)
{
	return lh_owned_may_be(w, addr) && !lh_pymalloc_has(&w->heap->pymalloc, addr)
		       ? lh_owned_block(w, addr)
		       : LH_NO_INDEX;
}

static void on_owned(void *arg, uint64_t addr, bool guess)
{
	struct lh_owned_work *w = arg;
	uint32_t block = w->claims.error ? LH_NO_INDEX : block_of(w, addr), bits;
	int r;

	if (block == LH_NO_INDEX)
		return;
	bits = link_bits(w, addr, block);
	w->fates[block] |= !guess || (bits == 0 && w->claims.counted) ? PYTHONS : 0;
	if (w->fates[block] & PYTHONS)
		return;
	r = add_owner(w);
	if (r == 0)
		r = lh_owned_link(w, w->claims.number | bits, block);
	w->claims.error = r;
}

static void look_at(struct lh_owned_work *w, const struct lh_object *o)
{
	uint32_t block = block_of(w, o->addr);

	if (block != LH_NO_INDEX)
		w->fates[block] |= PYTHONS;
	w->claims.object = o;
	w->claims.counted = lh_size_counts_buffers(w->heap, o->type);
	w->claims.number = LH_NO_INDEX;
	lh_storage_visit(&w->claims.owner, o);
}

void lh_owned_claims_begin(struct lh_owned_work *w)
{
	w->claims = (struct lh_owned_claims){.owner = {.heap = w->heap,
						       .view = lh_view_of(w->heap->target),
						       .fn = on_owned,
						       .arg = w,
						       .room = lh_target_bytes(w->heap->target)}};
}

int lh_owned_claims_take(struct lh_owned_work *w, const struct lh_item *items, size_t count)
{
	for (size_t i = 0; i < count && w->claims.error == 0; i++)
		look_at(w, &items[i].object);
	return w->claims.error;
}

/* ---- which objects need no claim ---- */

static void on_look(void *arg, uint64_t addr, bool guess)
{
	struct lh_owned_look *look = arg;

	(void)guess;
	look->found = look->found || block_of(look->work, addr) != LH_NO_INDEX;
}

void lh_owned_look_init(struct lh_owned_look *look, const struct lh_owned_walk *walk)
{
	const struct lh_owned_work *w = &walk->w;

	*look = (struct lh_owned_look){
		.work = w,
		.words = {.heap = w->heap, .view = lh_view_of(w->heap->target), .fn = on_look, .arg = look}};
}

/* How far blocks of deques are followed depends on those before: they are the walk's own. */
bool lh_owned_look_wants(struct lh_owned_look *look, const struct lh_object *o)
{
	if (o->type->kind->id == LH_KIND_DEQUE || block_of(look->work, o->addr) != LH_NO_INDEX)
		return true;
	look->found = false;
	lh_storage_visit(&look->words, o);
	return look->found;
}

/* ---- native blocks alone ---- */

/* Number native blocks by themselves: fates become the new numbers. */
static int renumber(struct lh_owned_work *w)
{
	struct lh_addrset native, *old = &w->owned->set;
	struct lh_addrset_iter iter = {.set = old};
	uint32_t count = 0;
	uint64_t addr;
	int r = 0;

	lh_addrset_init(&native, w->heap->ctx);
	for (uint32_t i = 0; r >= 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		if (w->fates[i] & PYTHONS) {
			w->fates[i] = LH_NO_INDEX;
			continue;
		}
		r = lh_addrset_add(&native, addr);
		w->units[count] = w->units[i];
		w->fates[i] = count++;
	}
	lh_addrset_finish(&native);
	lh_addrset_fini(old);
	*old = native;
	return r < 0 ? r : 0;
}

static void keep_native_links(struct lh_owned_work *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->link_count; i++) {
		struct lh_block_link link = {w->links[i].owner, w->fates[w->links[i].block]};

		if (link.block != LH_NO_INDEX)
			w->links[kept++] = link;
	}
	w->link_count = kept;
}

/* Those that led to Python's blocks alone are none. Links are in the order of owners. */
static void keep_owners(struct lh_owned_work *w)
{
	struct lh_owned *o = w->owned;
	uint32_t last = LH_NO_INDEX;
	size_t kept = 0;

	for (size_t i = 0; i < w->link_count; i++) {
		uint32_t owner = lh_link_owner(&w->links[i]), bits = w->links[i].owner ^ owner;

		if (owner != last) {
			last = owner;
			o->owners[kept++] = o->owners[last];
		}
		w->links[i].owner = (uint32_t)(kept - 1) | bits;
	}
	o->count = o->objects = kept;
	o->pooled = lh_bsearch_first(kept, i, lh_pymalloc_has(&w->heap->pymalloc, o->owners[i].addr));
}

int lh_owned_claims_end(struct lh_owned_work *w)
{
	int r = renumber(w);

	if (r < 0)
		return r;
	keep_native_links(w);
	keep_owners(w);
	free(lh_take(w->fates));
	return 0;
}
