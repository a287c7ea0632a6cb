/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects are read in address order, in batches: the storage of a batch's containers is asked for before the
 * first is read, and so are the pages of the set before the words are looked up. Most of the time went to
 * waiting otherwise.
 */
#include "graph/tracked.h"
#include "cpython/dict.h"
#include "cpython/legacy.h"
#include "util/array.h"

#include <stdlib.h>

#define BATCH 64
#define AHEAD 16
#define STEP (1u << 16)

struct member {
	uint64_t addr;
	const uint8_t *bytes;
	struct lh_type *type;
	uint32_t words_end;
};

struct reader {
	struct lh_heap *heap;
	struct lh_tracked *out;
	struct lh_view view, storage;
	struct lh_visitor visitor;
	uint64_t low, high; /* addresses of tracked objects */
	uint32_t dict_keys_at, list_items_at;
	enum lh_refcnt_kind refcnt_kind;
	uint64_t *words;
	size_t word_count, word_capacity;
	struct member batch[BATCH];
	unsigned batch_count;
	uint32_t next; /* number of the batch's first object */
	uint64_t edge_count;
	int error;
};

static void on_span(void *arg, const struct lh_span *span)
{
	struct reader *rd = arg;
	uint64_t span_low = rd->low, room = rd->high - rd->low;

	if (rd->word_count + span->count > rd->word_capacity &&
	    (rd->error = lh_grow(rd->heap->ctx, &rd->words, &rd->word_capacity, rd->word_count + span->count,
				 8)) < 0)
		return;
	for (uint64_t i = 0; i < span->count; i++) {
		uint64_t word = lh_span_counted(span, i);

		if (word - span_low < room && !(word & 7))
			rd->words[rd->word_count++] = word;
	}
}

static void prefetch_storage(struct reader *rd, const struct member *m)
{
	uint32_t at;

	switch (m->type->kind->id) {
	case LH_KIND_DICT:
		at = rd->dict_keys_at;
		break;
	case LH_KIND_LIST:
		at = rd->list_items_at;
		break;
	default:
		return;
	}
	__builtin_prefetch(lh_view_at(&rd->storage, lh_u64(m->bytes + at), 8));
}

/* The object's count as the start of what comes from elsewhere. */
static void set_count(struct reader *rd, uint32_t i, const struct lh_object *o)
{
	rd->out->external[i] = o->refcnt > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)o->refcnt;
	rd->out->flags[i] |= (o->immortal ? LH_TRACKED_IMMORTAL : 0) |
			     (lh_has_legacy_finalizer(rd->heap, &rd->storage, o) ? LH_TRACKED_LEGACY : 0);
	rd->out->conservative += o->type->conservative;
}

static int add_member(struct reader *rd, uint64_t addr)
{
	struct member *m = &rd->batch[rd->batch_count];
	uint32_t i = rd->next + rd->batch_count++;
	struct lh_object o;
	int r = lh_object_at(rd->heap, &rd->view, addr, &o);

	if (r < 0)
		return r;
	m->addr = addr;
	m->type = NULL;
	if (r != 0) {
		rd->out->flags[i] |= LH_TRACKED_UNTYPED;
		return 0;
	}
	m->bytes = o.bytes;
	m->type = o.type;
	set_count(rd, i, &o);
	prefetch_storage(rd, m);
	return 0;
}

/* Words become edges. */
static int add_edges(struct reader *rd, size_t from, size_t to)
{
	struct lh_tracked *out = rd->out;

	if (rd->edge_count + (to - from) > out->edge_capacity) {
		int r = lh_grow(rd->heap->ctx, &out->edges, &out->edge_capacity, rd->edge_count + (to - from),
				sizeof(*out->edges));

		if (r < 0)
			return r;
	}
	for (size_t k = from; k < to; k++) {
		uint32_t target;

		if (k + AHEAD < rd->word_count)
			__builtin_prefetch(lh_addrset_page(&out->rings.tracked, rd->words[k + AHEAD]));
		target = lh_addrset_index(&out->rings.tracked, rd->words[k]);
		if (target != LH_NO_INDEX)
			out->edges[rd->edge_count++] = target;
	}
	if (rd->edge_count >= UINT32_MAX)
		return lh_fail(rd->heap->ctx, LH_ECORRUPT, "more references than libheap can number (2^32)");
	return 0;
}

static int finish_batch(struct reader *rd)
{
	size_t at = 0;

	rd->word_count = 0;
	for (unsigned k = 0; k < rd->batch_count; k++) {
		struct member *m = &rd->batch[k];

		rd->visitor.incomplete = false;
		if (m->type)
			lh_visit(&rd->visitor, m->addr, m->bytes, m->type);
		if (rd->error < 0)
			return rd->error;
		rd->out->incomplete += rd->visitor.incomplete;
		m->words_end = (uint32_t)rd->word_count;
	}
	for (unsigned k = 0; k < rd->batch_count; k++) {
		int r = add_edges(rd, at, rd->batch[k].words_end);

		if (r < 0)
			return r;
		at = rd->batch[k].words_end;
		rd->out->offsets[rd->next + k + 1] = (uint32_t)rd->edge_count;
	}
	rd->next += rd->batch_count;
	rd->batch_count = 0;
	return 0;
}

static int read_all(struct reader *rd)
{
	struct lh_addrset_iter iter = {.set = &rd->out->rings.tracked};
	uint64_t addr;
	int r = 0;

	while (r == 0 && lh_addrset_next(&iter, &addr) == 0) {
		r = add_member(rd, addr);
		if (r == 0 && rd->batch_count == BATCH)
			r = finish_batch(rd);
		if (r == 0 && rd->next % STEP == 0)
			r = lh_progress(rd->heap->ctx, "reading references", rd->next, rd->out->count);
	}
	return r == 0 ? finish_batch(rd) : r;
}

/* Subtract what tracked objects hold from the counts: CPython's subtract_refs(). */
static void subtract(struct lh_tracked *t)
{
	for (uint64_t k = 0; k < t->offsets[t->count]; k++) {
		uint32_t i = t->edges[k];

		if (t->external[i])
			t->external[i]--;
		else
			t->flags[i] |= LH_TRACKED_DOUBTFUL;
	}
}

static int reader_init(struct reader *rd, struct lh_heap *heap, struct lh_tracked *out)
{
	const struct lh_addrset *set = &out->rings.tracked;

	*rd = (struct reader){.heap = heap,
			      .out = out,
			      .view = lh_view_of(heap->target),
			      .storage = lh_view_of(heap->target)};
	rd->visitor = (struct lh_visitor){
		.heap = heap, .view = rd->view, .fn = on_span, .arg = rd, .gc_only = true};
	rd->dict_keys_at = lh_dict_storage_at(&heap->layout);
	rd->list_items_at = lh_layout_at(&heap->layout, LH_F_LIST_ITEMS);
	if (set->region_count) {
		rd->low = set->regions[0]->base;
		rd->high = set->regions[set->region_count - 1]->base + (1ull << LH_REGION_SHIFT);
	}
	out->external = lh_new0(uint32_t, (size_t)out->count + 1);
	out->offsets = lh_new0(uint32_t, (size_t)out->count + 1);
	out->flags = lh_new0(uint8_t, (size_t)out->count + 1);
	return out->external && out->offsets && out->flags ? 0 : lh_nomem(heap->ctx);
}

int lh_tracked_read(struct lh_heap *heap, struct lh_tracked *ret)
{
	_cleanup_(lh_tracked_fini) struct lh_tracked t = {0};
	_cleanup_free_ struct reader *rd = lh_new0(struct reader, 1);
	int r = rd ? lh_rings_read(heap, &t.rings) : lh_nomem(heap->ctx);

	if (r < 0)
		return r;
	lh_addrset_finish(&t.rings.tracked);
	t.count = t.rings.tracked.count;
	r = reader_init(rd, heap, &t);
	if (r == 0)
		r = read_all(rd);
	free(rd->words);
	if (r < 0)
		return r;
	subtract(&t);
	*ret = t;
	t = (struct lh_tracked){0};
	return 0;
}

void lh_tracked_fini(struct lh_tracked *t)
{
	lh_rings_fini(&t->rings);
	free(t->edges);
	free(t->offsets);
	free(t->external);
	free(t->flags);
	*t = (struct lh_tracked){0};
}
