/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/owned.h"
#include "analyze/owned_parts.h"
#include "cpython/prefetch.h"
#include "malloc/glibc_chunk.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

static void work_fini(struct lh_owned_work *w)
{
	free(w->units);
	free(w->fates);
	free(w->links);
	free(w->holds);
	free(w->started);
	free(w->offsets);
	free(w->edges);
	lh_index_fini(&w->by_addr);
}

/* Until the first object is looked at. */
static int begin(struct lh_owned_work *w, struct lh_heap *heap, struct lh_owned *owned)
{
	int r;

	*w = (struct lh_owned_work){.heap = heap, .view = lh_view_of(heap->target), .owned = owned};
	owned->heap = heap;
	lh_addrset_init(&owned->set, heap->ctx);
	r = lh_regions_get(heap, &w->regions);
	if (r < 0)
		return r;
	owned->torn = w->regions->chunks.torn;
	owned->damaged = w->regions->chunks.damaged;
	r = lh_owned_blocks_find(w);
	if (r == 0)
		lh_owned_claims_begin(w);
	return r;
}

static int finish(struct lh_owned_work *w)
{
	int r = lh_owned_claims_end(w);

	if (r == 0)
		r = lh_owned_graph_make(w);
	if (r == 0)
		r = lh_owned_filter(w);
	return r == 0 ? lh_owned_settle(w) : r;
}

struct walk {
	struct lh_owned_work *w;
	struct lh_prefetch ahead;
};

static int take(void *arg, const struct lh_item *items, size_t count)
{
	struct walk *k = arg;

	for (size_t i = 0; i < count; i++)
		lh_prefetch_dict(&k->ahead, items[i].object.bytes, items[i].object.type);
	return lh_owned_claims_take(k->w, items, count);
}

static int make(struct lh_heap *heap, void *ret)
{
	_cleanup_(work_fini) struct lh_owned_work w = {0};
	struct walk k = {&w, lh_prefetch_of(heap)};
	struct lh_findings findings;
	int r = begin(&w, heap, ret);

	if (r == 0)
		r = lh_objects_walk(heap, false, take, &k, &findings);
	return r == 0 ? finish(&w) : r;
}

static void fini(void *kept)
{
	struct lh_owned *owned = kept;

	lh_addrset_fini(&owned->set);
	free(owned->owner);
	free(owned->owners);
	free(owned->by_type);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_owned *o = kept;

	return lh_addrset_bytes(&o->set) + o->set.count * sizeof(*o->owner) + o->count * sizeof(*o->owners) +
	       o->type_count * sizeof(*o->by_type);
}

static const struct lh_keeper keeper = {sizeof(struct lh_owned), make, fini, bytes};

int lh_owned_get(struct lh_heap *heap, const struct lh_owned **ret)
{
	return lh_heap_keep(heap, &keeper, ret);
}

/* ---- on another's way through all objects ---- */

struct lh_owned_walk *lh_owned_walk_free(struct lh_owned_walk *walk)
{
	if (walk) {
		work_fini(&walk->w);
		fini(&walk->owned);
	}
	free(walk);
	return NULL;
}

int lh_owned_walk_new(struct lh_heap *heap, struct lh_owned_walk **ret)
{
	_cleanup_(lh_owned_walk_freep) struct lh_owned_walk *walk = NULL;
	int r;

	*ret = NULL;
	if (lh_heap_kept(heap, &keeper))
		return LH_DONE;
	walk = lh_new0(struct lh_owned_walk, 1);
	if (!walk)
		return lh_nomem(heap->ctx);
	r = begin(&walk->w, heap, &walk->owned);
	if (r == 0)
		*ret = lh_take(walk);
	return r;
}

int lh_owned_walk_take(struct lh_owned_walk *walk, const struct lh_item *items, size_t count)
{
	return lh_owned_claims_take(&walk->w, items, count);
}

int lh_owned_walk_finish(struct lh_owned_walk *walk)
{
	int r = finish(&walk->w);

	if (r < 0)
		return r;
	r = lh_heap_put(walk->w.heap, &keeper, NULL, &walk->owned);
	walk->owned = (struct lh_owned){0}; /* it was moved, or freed */
	return r;
}

/* Owners @from to @to - 1 are by address. */
static uint64_t bytes_of(const struct lh_owned *o, size_t from, size_t to, uint64_t addr)
{
	size_t i = from + lh_bsearch_first(to - from, k, o->owners[from + k].addr < addr);

	return i < to && o->owners[i].addr == addr ? o->owners[i].bytes : 0;
}

uint64_t lh_owned_bytes(const struct lh_owned *o, uint64_t addr)
{
	return lh_pymalloc_has(&o->heap->pymalloc, addr) ? bytes_of(o, 0, o->pooled, addr)
							 : bytes_of(o, o->pooled, o->objects, addr);
}

struct question {
	struct lh_heap *heap;
	bool may_own;
};

/* Whether it is memory that malloc may have got. */
static void on_word(void *arg, uint64_t addr, bool guess)
{
	struct question *q = arg;
	const struct lh_mapping *m = guess && !lh_pymalloc_has(&q->heap->pymalloc, addr)
					     ? lh_target_mapping(q->heap->target, addr)
					     : NULL;

	q->may_own |= m && m->writable && !(m->path && m->path[0] == '/');
}

int lh_owned_ask(struct lh_heap *heap, uint64_t addr, uint64_t *ret)
{
	struct question q = {.heap = heap};
	struct lh_owner words = {.heap = heap,
				 .view = lh_view_of(heap->target),
				 .fn = on_word,
				 .arg = &q,
				 .room = lh_target_bytes(heap->target)};
	const struct lh_owned *owned;
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	*ret = 0;
	if (r == 0)
		lh_storage_visit(&words, &o);
	if (!q.may_own)
		return r < 0 ? r : 0;
	r = lh_owned_get(heap, &owned);
	if (r == 0)
		*ret = lh_owned_bytes(owned, addr);
	return r;
}

const struct lh_block_owner *lh_owned_owner(const struct lh_owned *o, uint64_t addr, bool *ret_several)
{
	uint32_t block = lh_addrset_index(&o->set, addr),
		 owner = block == LH_NO_INDEX ? LH_OWNER_NONE : o->owner[block];

	if (ret_several)
		*ret_several = owner == LH_OWNER_SEVERAL;
	return owner < o->count ? &o->owners[owner] : NULL;
}

int lh_owned_block_at(const struct lh_owned *o, uint64_t addr, struct lh_range *ret,
		      const struct lh_block_owner **ret_owner)
{
	uint32_t before = lh_addrset_rank(&o->set, addr);
	uint64_t start = before ? lh_addrset_nth(&o->set, before - 1) : 0;
	struct lh_view view = lh_view_of(o->heap->target);
	uint64_t bytes = before ? lh_glibc_bytes(o->heap->target, &view, start) : 0;

	if (addr - start >= bytes)
		return LH_ABSENT;
	*ret = (struct lh_range){start, start + bytes};
	*ret_owner = lh_owned_owner(o, start, NULL);
	return 0;
}
