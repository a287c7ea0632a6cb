/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References of known containers. Objects are read in address order, in batches, as in references.c: all
 * words of a batch are gathered before the first is looked up.
 */
#include "counts/refcounts.h"
#include "counts/claims.h"
#include "counts/interned.h"
#include "cpython/gc.h"
#include "cpython/prefetch.h"
#include "cpython/visit.h"
#include "util/array.h"

#define BATCH 64
#define AHEAD 16
#define STEP (1u << 16)

struct reader {
	struct lh_refcounts *out;
	struct lh_view view;
	struct lh_prefetch ahead;
	struct lh_visitor visitor;
	struct lh_claims claims;
	struct lh_interned interned;
	struct lh_gc_mark mark;
	uint64_t low, room; /* where objects can be: from the first segment to the last */
	uint32_t gc_head;
	uint64_t *words;
	size_t word_count, word_capacity;
	struct lh_object batch[BATCH];
	unsigned batch_count;
	int error;
};

/*
 * Words in bodies of unknown types are not certain references: the word scan counts them. So it does, in a thread's
 * frames, all but locals (visit_threads.c names the frame, which the thread state borrows).
 */
static void on_span(void *arg, const struct lh_span *span)
{
	struct reader *rd = arg;
	const uint8_t *words = lh_view_origin(span->words);
	struct lh_word_map_run *run;
	uint64_t at;

	if (span->label == LH_LABEL_BODY)
		return;
	if (rd->word_count + span->count > rd->word_capacity &&
	    (rd->error = lh_grow(rd->out->heap->ctx, &rd->words, &rd->word_capacity,
				 rd->word_count + span->count, 8)) < 0)
		return;
	run = lh_word_map_of(&rd->out->marks, words);
	at = run ? (uint64_t)(words - run->data) : 0;
	if (at & 7)
		return; /* no pointer lies there */
	for (uint64_t i = 0; i < span->count; i++) {
		uint64_t word = lh_span_counted(span, i);

		if (run && lh_word_map_test_and_set(run, (at + i * span->stride) >> 3))
			continue; /* values that an object shares with its dict */
		if (word - rd->low < rd->room && !(word & 7))
			rd->words[rd->word_count++] = word;
	}
}

#define MISSED_MAX (1u << 20)

static void note_missed(struct reader *rd, uint64_t word)
{
	struct lh_refcounts *out = rd->out;

	out->missed_more += out->missed_count == MISSED_MAX;
	if (out->missed_count < MISSED_MAX && rd->error >= 0)
		rd->error =
			lh_append(out->heap->ctx, out->missed, out->missed_count, out->missed_capacity, word);
}

static void count_words(struct reader *rd)
{
	struct lh_refcounts *out = rd->out;

	for (size_t k = 0; k < rd->word_count; k++) {
		uint32_t i;

		if (k + AHEAD < rd->word_count)
			__builtin_prefetch(lh_addrset_page(&out->set, rd->words[k + AHEAD]));
		i = lh_addrset_index(&out->set, rd->words[k]);
		if (i == LH_NO_INDEX)
			note_missed(rd, rd->words[k]);
		else if (out->precise[i] < LH_NO_OBJECT - 1)
			out->precise[i]++;
	}
	rd->word_count = 0;
}

/*
 * Static data: what an initializer names is not counted (deep-frozen code of 3.11 and 3.12), nor is the base
 * of a type that is not a heap type, if it is in the initializer (PyType_Ready(); numpy has such types in
 * malloc's memory too).
 */
static bool is_static(const struct reader *rd, const struct lh_object *m)
{
	const struct lh_heap *heap = rd->out->heap;

	return lh_is_static_type(&heap->layout, m->bytes, m->type) || lh_is_in_module(heap, m->addr);
}

/*
 * property_descr_get() of 3.5 to 3.7 keeps its tuple of one argument, untracked, with an item that it does
 * not count (Objects/descrobject.c, cached_args).
 */
static bool is_cached_args(struct reader *rd, const struct lh_object *m)
{
	const struct lh_layout *l = &rd->out->heap->layout;
	const uint8_t *head;

	if (!lh_layout_constant(l, LH_C_CACHES_ARGS) || m->type->kind->id != LH_KIND_TUPLE ||
	    lh_u64(m->bytes + lh_layout_at(l, LH_F_VAR_SIZE)) != 1)
		return false;
	head = lh_view_at(&rd->view, m->addr - rd->mark.head_size, rd->mark.head_size);
	return head && !lh_gc_is_marked(&rd->mark, head + rd->mark.head_size);
}

/* The next block belongs to another object. */
static void on_storage(void *arg, uint64_t addr, uint64_t end)
{
	struct reader *rd = arg;
	uint32_t starts[LH_OBJECT_STARTS];

	lh_object_starts(0, rd->gc_head, starts);
	for (unsigned k = 0; k < LH_OBJECT_STARTS && addr + starts[k] < end; k++) {
		uint32_t i = lh_addrset_index(&rd->out->set, addr + starts[k]);

		if (i != LH_NO_INDEX)
			rd->out->precise[i] = LH_NO_OBJECT;
	}
}

static void visit(struct reader *rd, const struct lh_object *m)
{
	rd->visitor.incomplete = false;
	lh_visit(&rd->visitor, m);
	rd->out->incomplete += rd->visitor.incomplete;
	lh_claim_object(&rd->claims, m);
}

static int finish_batch(struct reader *rd)
{
	for (unsigned k = 0; k < rd->batch_count && rd->error >= 0; k++) {
		const struct lh_object *m = &rd->batch[k];
		int r;

		if (is_static(rd, m) || is_cached_args(rd, m))
			continue;
		r = lh_interned_offer(&rd->interned, m);
		if (r < 0)
			return r;
		if (r == LH_INTERNED_NOT)
			visit(rd, m);
	}
	count_words(rd);
	rd->batch_count = 0;
	return rd->error;
}

static int add_member(struct reader *rd, uint64_t addr)
{
	struct lh_object o;
	int r = lh_object_at(rd->out->heap, &rd->view, addr, &o);

	if (r != 0)
		return r < 0 ? r : 0;
	rd->batch[rd->batch_count] = o;
	lh_prefetch_storage(&rd->ahead, o.bytes, o.type);
	rd->batch_count++;
	return rd->batch_count == BATCH ? finish_batch(rd) : 0;
}

static void on_thread_span(void *arg, const struct lh_span *span)
{
	if (span->label == LH_LABEL_LOCAL)
		on_span(arg, span);
}

/* Locals of running frames. The rest of the data stack is left to the word scan: the depth of a running
 * frame's stack is not stored. */
static void read_threads(struct reader *rd)
{
	const struct lh_heap *heap = rd->out->heap;
	struct lh_visitor v = rd->visitor;

	v.fn = on_thread_span;
	for (size_t i = 0; i < heap->interp_count && rd->error >= 0; i++)
		lh_visit_threads(&v, &heap->interps[i], NULL, NULL);
	count_words(rd);
	lh_claim_stacks(&rd->claims);
	lh_claim_threads(&rd->claims);
}

static int read_objects(struct reader *rd)
{
	struct lh_addrset_iter iter = {.set = &rd->out->set};
	uint64_t addr, done = 0;
	int r = 0;

	while (r == 0 && lh_addrset_next(&iter, &addr) == 0) {
		r = add_member(rd, addr);
		if (r == 0 && ++done % STEP == 0)
			r = lh_progress(rd->out->heap->ctx, "reading references", done, rd->out->set.count);
	}
	return r == 0 ? finish_batch(rd) : r;
}

/* Dicts that might have been the one of interned strings, but are not: visited now. */
static int read_candidates(struct reader *rd)
{
	struct lh_object o;
	uint64_t addr;
	int r = 0;

	lh_interned_decide(&rd->interned, rd->out);
	while (r == 0 && lh_interned_next(&rd->interned, &addr) == 0) {
		r = lh_object_at(rd->out->heap, &rd->view, addr, &o);
		if (r == 0)
			visit(rd, &o);
		count_words(rd);
		r = r < 0 ? r : rd->error;
	}
	return r;
}

static int reader_init(struct reader *rd, struct lh_heap *heap, struct lh_refcounts *out)
{
	const struct lh_addrset *set = &out->set;
	const struct lh_target *t = heap->target;

	*rd = (struct reader){.out = out, .view = lh_view_of(heap->target), .ahead = lh_prefetch_of(heap)};
	rd->visitor = (struct lh_visitor){.heap = heap, .view = rd->view, .fn = on_span, .arg = rd};
	rd->claims = lh_claims_of(heap, &out->marks);
	rd->claims.on_storage = on_storage;
	rd->claims.arg = rd;
	rd->mark = lh_gc_mark_of(&heap->layout);
	rd->gc_head = lh_layout_at(&heap->layout, LH_F_GC_HEAD_SIZE);
	lh_interned_init(&rd->interned, heap);
	if (t->segment_count) {
		rd->low = t->segments[0].start;
		rd->room = t->segments[t->segment_count - 1].end - rd->low;
	}
	out->precise = lh_new0(uint32_t, (size_t)set->count + 1);
	out->elsewhere = lh_new0(uint32_t, (size_t)set->count + 1);
	return out->precise && out->elsewhere ? lh_word_map_init(&out->marks, heap->target)
					      : lh_nomem(heap->ctx);
}

int lh_refcounts_read(struct lh_heap *heap, struct lh_refcounts *ret)
{
	_cleanup_free_ struct reader *rd = lh_new0(struct reader, 1);
	int r;

	*ret = (struct lh_refcounts){.heap = heap};
	if (!rd)
		return lh_nomem(heap->ctx);
	r = lh_objects_collect(heap, &ret->set, &ret->findings);
	if (r == 0)
		r = reader_init(rd, heap, ret);
	if (r == 0)
		r = lh_claim_pools(&rd->claims);
	if (r == 0)
		r = lh_claim_malloc(&rd->claims);
	ret->glibc = rd->claims.glibc;
	if (r == 0)
		read_threads(rd);
	if (r == 0)
		r = read_objects(rd);
	if (r == 0)
		r = read_candidates(rd);
	if (r == 0)
		r = lh_word_scan(ret);
	lh_interned_fini(&rd->interned);
	lh_claims_fini(&rd->claims);
	free(rd->words);
	return r;
}

void lh_refcounts_fini(struct lh_refcounts *counts)
{
	lh_addrset_fini(&counts->set);
	lh_word_map_fini(&counts->marks);
	free(counts->precise);
	free(counts->elsewhere);
	free(counts->missed);
}
