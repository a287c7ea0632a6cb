/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References of known containers. Objects are read in address order, in batches, as in references.c: all
 * words of a batch are gathered before the first is looked up. A part is some regions of the set, read by one thread.
 */
#include "counts/refcounts.h"
#include "counts/claims.h"
#include "counts/interned.h"
#include "counts/tally.h"
#include "counts/uncounted.h"
#include "cpython/gc.h"
#include "cpython/prefetch.h"
#include "cpython/visit.h"
#include "inventory/inventory.h"
#include "util/array.h"
#include "util/parallel.h"
#include "util/populate.h"

#include <stdlib.h>

#define BATCH 64
#define AHEAD 16
#define REGIONS_A_PART 8

/** struct reader - a thread's own */
struct LH_APART reader {
	struct lh_refcounts *out;
	struct lh_ctx *ctx;
	struct lh_view view;
	struct lh_prefetch ahead;
	struct lh_visitor visitor;
	struct lh_marker marks;
	struct lh_claims claims;
	struct lh_interned interned;
	struct lh_tally tally;
	struct lh_gc_mark mark;
	uint64_t low, room; /* where objects can be: from the first segment to the last */
	uint32_t gc_head;
	uint64_t *words;
	size_t word_count, word_capacity;
	struct lh_object batch[BATCH];
	unsigned batch_count;
	const uint32_t *types; /* see lh_inventory_object() */
	int error;
};

struct reading {
	struct lh_refcounts *out;
	struct lh_marks marks;
	struct reader *readers; /* the first also reads what is not read in parts */
	unsigned workers;
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
	    (rd->error = lh_grow(rd->ctx, &rd->words, &rd->word_capacity, rd->word_count + span->count, 8)) <
		    0)
		return;
	run = lh_word_map_of(&rd->marks.map, words);
	at = run ? (uint64_t)(words - run->data) : 0;
	if (at & 7)
		return; /* no pointer lies there */
	for (uint64_t i = 0; i < span->count; i++) {
		uint64_t word = lh_span_counted(span, i);

		if (run && lh_marker_visit(&rd->marks, run, (at + i * span->stride) >> 3))
			continue; /* values that an object shares with its dict */
		if (word - rd->low < rd->room && !(word & 7))
			rd->words[rd->word_count++] = word;
	}
}

static void count_words(struct reader *rd)
{
	struct lh_refcounts *out = rd->out;

	for (size_t k = 0; k < rd->word_count; k++) {
		uint32_t i;

		if (k + AHEAD < rd->word_count)
			__builtin_prefetch(lh_addrset_page(&out->set, rd->words[k + AHEAD]));
		i = lh_addrset_index(&out->set, rd->words[k]);
		if (i != LH_NO_INDEX)
			lh_tally_count(&rd->tally, i);
		else if (rd->error >= 0)
			rd->error = lh_tally_miss(&rd->tally, rd->words[k]);
	}
	rd->word_count = 0;
}

/* The next block belongs to another object. */
static void on_storage(void *arg, uint64_t addr, uint64_t end)
{
	struct reader *rd = arg;
	uint32_t starts[LH_OBJECT_STARTS];

	lh_object_starts(0, rd->gc_head, starts);
	for (unsigned k = 0; k < LH_OBJECT_STARTS && addr + starts[k] < end; k++) {
		uint32_t i = lh_addrset_index(&rd->out->set, addr + starts[k]);

		if (i != LH_NO_INDEX && rd->error >= 0)
			rd->error = lh_append(rd->ctx, rd->tally.no_objects, rd->tally.no_object_count,
					      rd->tally.no_object_capacity, i);
	}
}

static void visit(struct reader *rd, const struct lh_object *m)
{
	rd->visitor.incomplete = false;
	lh_visit(&rd->visitor, m);
	rd->tally.incomplete += rd->visitor.incomplete;
	lh_claim_object(&rd->claims, m);
}

static int finish_batch(struct reader *rd)
{
	for (unsigned k = 0; k < rd->batch_count && rd->error >= 0; k++) {
		const struct lh_object *m = &rd->batch[k];
		int r;

		if (lh_is_uncounted(rd->out->heap, &rd->view, &rd->mark, m))
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

/* All types were met when the objects were found. */
static int add_member(struct reader *rd, uint32_t number, uint64_t addr)
{
	struct lh_object o;
	int r = lh_inventory_object(rd->out->heap, &rd->view, rd->types, number, addr, &o);

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

static int read_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	struct reading *all = arg;
	struct reader *rd = &all->readers[worker];
	const struct lh_addrset *set = &all->out->set;
	size_t region = i * REGIONS_A_PART, end = region + REGIONS_A_PART;
	struct lh_addrset_iter iter = {.set = set, .region = region};
	uint32_t number = set->regions[region]->pages[0].first;
	uint64_t addr;
	int r = 0;

	end = end < set->region_count ? end : set->region_count;
	rd->ctx = rd->tally.ctx = ctx;
	rd->marks = lh_marker_of(&all->marks, set->regions[region]->base,
				 set->regions[end - 1]->base + (1ull << LH_REGION_SHIFT));
	while (r == 0 && lh_addrset_next_before(&iter, end, &addr) == 0)
		r = add_member(rd, number++, addr);
	return r == 0 ? finish_batch(rd) : r;
}

/* A word that two parts have visited. */
static void count_once(void *arg, uint64_t word)
{
	const struct reader *rd = arg;
	struct lh_refcounts *out = rd->out;
	bool leads = word - rd->low < rd->room && !(word & 7);
	uint32_t i = leads ? lh_addrset_index(&out->set, word) : LH_NO_INDEX;

	if (leads && i == LH_NO_INDEX)
		out->missed_total--;
	else if (leads && out->precise[i] && out->precise[i] != LH_NO_OBJECT)
		out->precise[i]--;
}

static int add_up(struct reading *all)
{
	_cleanup_free_ struct lh_tally **tallies = lh_new0(struct lh_tally *, all->workers);

	if (!tallies)
		return lh_nomem(all->out->heap->ctx);
	for (unsigned w = 0; w < all->workers; w++)
		tallies[w] = &all->readers[w].tally;
	return lh_tally_add_up(all->out, tallies, all->workers);
}

static int join_parts(struct reading *all)
{
	struct reader *first = &all->readers[0];
	int r = add_up(all);

	first->ctx = first->tally.ctx = all->out->heap->ctx;
	first->marks = lh_marker_of_all(&all->out->marks);
	lh_marks_join(&all->marks, count_once, first);
	for (unsigned w = 1; w < all->workers && r == 0; w++)
		r = lh_interned_join(&first->interned, &all->readers[w].interned);
	lh_interned_sort(&first->interned);
	return r;
}

static int read_objects(struct reading *all)
{
	struct lh_heap *heap = all->out->heap;
	const struct lh_parallel work = {.ctx = heap->ctx,
					 .phase = "reading references",
					 .count = (all->out->set.region_count + REGIONS_A_PART - 1) /
						  REGIONS_A_PART,
					 .run = read_part,
					 .arg = all};
	int r = lh_marks_init(heap->target, &all->out->marks, &all->marks);

	for (unsigned w = 1; w < all->workers; w++)
		all->readers[w].claims.mimalloc = all->readers[0].claims.mimalloc; /* borrowed */
	if (r == 0)
		r = lh_parallel_run(&work, all->workers);
	if (r == 0)
		r = join_parts(all);
	lh_marks_fini(&all->marks);
	return r;
}

/* Dicts that might have been the one of interned strings, but are not: visited now. */
static int read_candidates(struct reading *all)
{
	struct reader *rd = &all->readers[0];
	struct lh_tally *tally = &rd->tally;
	struct lh_object o;
	uint64_t addr;
	bool any = false;
	int r = 0;

	lh_interned_decide(&rd->interned, rd->out);
	while (r == 0 && lh_interned_next(&rd->interned, &addr) == 0) {
		any = true;
		r = lh_object_at(rd->out->heap, &rd->view, addr, &o);
		if (r == 0)
			visit(rd, &o);
		count_words(rd);
		r = r < 0 ? r : rd->error;
	}
	return r < 0 || !any ? r : lh_tally_add_up(rd->out, &tally, 1);
}

static int reader_init(struct reader *rd, struct lh_refcounts *out)
{
	struct lh_heap *heap = out->heap;
	const struct lh_target *t = heap->target;

	*rd = (struct reader){.out = out,
			      .ctx = heap->ctx,
			      .view = lh_view_of(heap->target),
			      .ahead = lh_prefetch_of(heap),
			      .types = lh_inventory_types(heap),
			      .marks = lh_marker_of_all(&out->marks)};
	rd->visitor = (struct lh_visitor){.heap = heap, .view = rd->view, .fn = on_span, .arg = rd};
	rd->claims = lh_claims_of(heap, &rd->marks);
	rd->claims.on_storage = on_storage;
	rd->claims.arg = rd;
	rd->mark = lh_gc_mark_of(&heap->layout);
	rd->gc_head = lh_layout_at(&heap->layout, LH_F_GC_HEAD_SIZE);
	lh_interned_init(&rd->interned, heap);
	if (t->segment_count) {
		rd->low = t->segments[0].start;
		rd->room = t->segments[t->segment_count - 1].end - rd->low;
	}
	return lh_tally_init(out, &rd->tally);
}

static int reading_init(struct reading *all, struct lh_refcounts *out)
{
	struct lh_heap *heap = out->heap;
	unsigned workers = lh_reading_workers(heap);
	int r;

	out->precise = lh_new0(uint32_t, (size_t)out->set.count + 1);
	out->elsewhere = lh_new0(uint32_t, (size_t)out->set.count + 1);
	all->readers = lh_new0_apart(struct reader, LH_TALLIES_MAX);
	if (!out->precise || !out->elsewhere || !all->readers)
		return lh_nomem(heap->ctx);
	r = lh_populate(heap->ctx, out->precise, (size_t)out->set.count * sizeof(*out->precise));
	if (r == 0)
		r = lh_word_map_init(&out->marks, heap->target);
	workers = workers < LH_TALLIES_MAX ? workers : LH_TALLIES_MAX;
	for (; r == 0 && all->workers < workers; all->workers++)
		r = reader_init(&all->readers[all->workers], out);
	return r;
}

static void reading_fini(struct reading *all)
{
	if (all->workers)
		lh_claims_fini(&all->readers[0].claims);
	for (unsigned w = 0; w < all->workers; w++) {
		lh_interned_fini(&all->readers[w].interned);
		lh_tally_fini(&all->readers[w].tally);
		free(all->readers[w].words);
	}
	free(all->readers);
}

int lh_refcounts_read(struct lh_heap *heap, struct lh_refcounts *ret)
{
	_cleanup_(reading_fini) struct reading all = {.out = ret};
	struct lh_claims *claims;
	int r;

	*ret = (struct lh_refcounts){.heap = heap};
	r = lh_objects_collect(heap, &ret->set, &ret->findings);
	if (r == 0)
		r = reading_init(&all, ret);
	if (r < 0)
		return r;
	claims = &all.readers[0].claims;
	r = lh_claim_pools(claims);
	if (r == 0)
		r = lh_claim_malloc(claims);
	ret->glibc = claims->glibc;
	if (r == 0)
		read_threads(&all.readers[0]);
	if (r == 0)
		r = read_objects(&all);
	if (r == 0)
		r = read_candidates(&all);
	return r == 0 ? lh_word_scan(ret) : r;
}

void lh_refcounts_shrink(struct lh_refcounts *counts)
{
	lh_word_map_fini(&counts->marks);
	free(lh_take(counts->precise));
	free(lh_take(counts->elsewhere));
	free(lh_take(counts->missed));
	counts->missed_count = counts->missed_capacity = 0;
}

void lh_refcounts_fini(struct lh_refcounts *counts)
{
	lh_refcounts_shrink(counts);
	lh_addrset_fini(&counts->set);
}
