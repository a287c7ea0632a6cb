/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects are read in address order, in batches: the storage of a batch's containers is prefetched before the
 * first is read, and so are the pages of the set before words are looked up. Otherwise most of the time would
 * be spent waiting for memory.
 *
 * A part is some regions of the set. Parts are joined in order, so the result does not depend on the number
 * of threads: all types are known before the first part, and nothing that threads share is written.
 */
#include "inventory/references.h"
#include "cpython/prefetch.h"
#include "inventory/inventory.h"
#include "util/array.h"
#include "util/parallel.h"

#include <stdlib.h>

#define BATCH 64
#define AHEAD 16
#define REGIONS_A_PART 4

struct member {
	struct lh_object object; /* type NULL: its header cannot be read */
	uint32_t words_end;
};

/** struct part - objects from 'first' on, and their references */
struct LH_APART part {
	uint32_t first;
	uint32_t *edges;
	size_t edge_count, edge_capacity;
	uint32_t *guesses; /* see lh_references */
	size_t guess_count, guess_capacity;
	uint64_t incomplete;
};

/** struct reader - a worker's own */
struct LH_APART reader {
	struct lh_references *job;
	struct lh_ctx *ctx;
	struct lh_view view;
	struct lh_prefetch ahead;
	struct lh_visitor visitor;
	uint64_t low, high; /* addresses of the set */
	bool as_collector;
	uint64_t *words;
	size_t word_count, word_capacity;
	struct member batch[BATCH];
	unsigned batch_count;
	uint32_t next; /* number of the batch's first object */
	struct part *part;
	int error;
};

struct reading {
	struct lh_references *job;
	struct part *parts;
	size_t part_count;
	struct reader *readers;
};

/* ---- words ---- */

/* Objects are aligned, so the lowest bit of a word is free to say that it is a guess. */
static void on_span(void *arg, const struct lh_span *span)
{
	struct reader *rd = arg;
	uint64_t low = rd->low, room = rd->high - rd->low, guess = span->label == LH_LABEL_BODY;

	if (rd->error < 0)
		return;
	if (rd->word_count + span->count > rd->word_capacity &&
	    (rd->error = lh_grow(rd->ctx, &rd->words, &rd->word_capacity, rd->word_count + span->count, 8)) <
		    0)
		return;
	for (uint64_t i = 0; i < span->count; i++) {
		uint64_t word = rd->as_collector ? lh_span_counted(span, i) : lh_span_word(span, i);

		if (word - low < room && !(word & 7))
			rd->words[rd->word_count++] = word | guess;
	}
}

static int add_guess(struct reader *rd)
{
	struct part *part = rd->part;

	return lh_append(rd->ctx, part->guesses, part->guess_count, part->guess_capacity,
			 (uint32_t)part->edge_count);
}

/* Words become edges. */
static int add_edges(struct reader *rd, size_t from, size_t to)
{
	const struct lh_addrset *set = rd->job->set;
	struct part *part = rd->part;
	int r;

	if (part->edge_count + (to - from) > part->edge_capacity) {
		r = lh_grow(rd->ctx, &part->edges, &part->edge_capacity, part->edge_count + (to - from),
			    sizeof(*part->edges));

		if (r < 0)
			return r;
	}
	for (size_t k = from; k < to; k++) {
		uint32_t target;

		if (k + AHEAD < rd->word_count)
			__builtin_prefetch(lh_addrset_page(set, rd->words[k + AHEAD]));
		target = lh_addrset_index(set, rd->words[k] & ~1ull);
		if (target == LH_NO_INDEX)
			continue;
		if (rd->words[k] & 1 && (r = add_guess(rd)) < 0)
			return r;
		part->edges[part->edge_count++] = target;
	}
	return 0;
}

/* ---- objects ---- */

static int add_member(struct reader *rd, uint64_t addr)
{
	struct member *m = &rd->batch[rd->batch_count];
	uint32_t number = rd->next + rd->batch_count++;
	int r = lh_inventory_object(rd->job->heap, &rd->view, rd->job->types, number, addr, &m->object);

	if (r < 0)
		return r;
	if (r != 0)
		m->object.type = NULL;
	else
		lh_prefetch_storage(&rd->ahead, m->object.bytes, m->object.type);
	if (rd->job->see)
		rd->job->see(rd->job->arg, &rd->ahead.view, number, r == 0 ? &m->object : NULL);
	return 0;
}

static int finish_batch(struct reader *rd)
{
	size_t at = 0;

	rd->word_count = 0;
	for (unsigned k = 0; k < rd->batch_count; k++) {
		struct member *m = &rd->batch[k];

		rd->visitor.incomplete = false;
		if (m->object.type)
			lh_visit(&rd->visitor, &m->object);
		if (rd->error < 0)
			return rd->error;
		rd->part->incomplete += rd->visitor.incomplete;
		m->words_end = (uint32_t)rd->word_count;
	}
	for (unsigned k = 0; k < rd->batch_count; k++) {
		int r = add_edges(rd, at, rd->batch[k].words_end);

		if (r < 0)
			return r;
		at = rd->batch[k].words_end;
		/* Offsets within the part; lh_references_read() adds those of the parts before it. */
		rd->job->offsets[rd->next + k + 1] = (uint32_t)rd->part->edge_count;
	}
	rd->next += rd->batch_count;
	rd->batch_count = 0;
	return rd->part->edge_count < UINT32_MAX
		       ? 0
		       : lh_fail(rd->ctx, LH_ECORRUPT, "more references than libheap can number (2^32)");
}

static int read_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	struct reading *all = arg;
	struct reader *rd = &all->readers[worker];
	size_t region = i * REGIONS_A_PART, end = region + REGIONS_A_PART;
	struct lh_addrset_iter iter = {.set = all->job->set, .region = region};
	uint64_t addr;
	int r = 0;

	rd->ctx = ctx;
	rd->part = &all->parts[i];
	rd->next = rd->part->first;
	while (r == 0 && lh_addrset_next_before(&iter, end, &addr) == 0) {
		r = add_member(rd, addr);
		if (r == 0 && rd->batch_count == BATCH)
			r = finish_batch(rd);
	}
	return r == 0 ? finish_batch(rd) : r;
}

/* ---- all ---- */

/* Every type, in the order of its first object: so threads find all types in the table. */
static int settle_types(struct lh_references *job)
{
	const struct lh_layout *l = &job->heap->layout;
	struct lh_addrset_iter iter = {.set = job->set};
	struct lh_view view = lh_view_of(job->heap->target);
	uint64_t addr, last = 0;
	int r = 0;

	while (r >= 0 && lh_addrset_next(&iter, &addr) == 0) {
		const uint8_t *p = lh_view_at(&view, addr, lh_layout_at(l, LH_F_OBJECT_SIZE));
		uint64_t type = p ? lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE)) : 0;
		struct lh_type *t;

		if (type != last && !lh_types_find(&job->heap->types, type))
			r = lh_types_get(job->heap, type, &t);
		last = type;
	}
	return r < 0 ? r : 0;
}

static void reader_init(struct reader *rd, struct lh_references *job)
{
	const struct lh_addrset *set = job->set;
	struct lh_heap *heap = job->heap;

	*rd = (struct reader){.job = job,
			      .as_collector = job->as_collector,
			      .view = lh_view_of(heap->target),
			      .ahead = lh_prefetch_of(heap)};
	rd->visitor = (struct lh_visitor){
		.heap = heap, .view = rd->view, .fn = on_span, .arg = rd, .gc_only = job->as_collector};
	if (set->region_count) {
		rd->low = set->regions[0]->base;
		rd->high = set->regions[set->region_count - 1]->base + (1ull << LH_REGION_SHIFT);
	}
}

static int read_parts(struct reading *all)
{
	struct lh_heap *heap = all->job->heap;
	unsigned workers = lh_reading_workers(heap);
	const struct lh_parallel work = {.ctx = heap->ctx,
					 .phase = "reading references",
					 .count = all->part_count,
					 .run = read_part,
					 .arg = all};
	int r;

	all->readers = lh_new0_apart(struct reader, workers);
	if (!all->readers)
		return lh_nomem(heap->ctx);
	for (unsigned i = 0; i < workers; i++)
		reader_init(&all->readers[i], all->job);
	for (size_t i = 0; i < all->part_count; i++)
		all->parts[i].first = all->job->set->regions[i * REGIONS_A_PART]->pages[0].first;
	r = lh_parallel_run(&work, workers);
	for (unsigned i = 0; i < workers; i++)
		free(all->readers[i].words);
	free(all->readers);
	return r;
}

/* The parts' edges one after the other; each part's are freed once they are copied. */
static int join_parts(struct reading *all)
{
	struct lh_references *job = all->job;
	uint64_t total = 0, guesses = 0;

	for (size_t i = 0; i < all->part_count; i++) {
		total += all->parts[i].edge_count;
		guesses += all->parts[i].guess_count;
	}
	if (total >= UINT32_MAX)
		return lh_fail(job->heap->ctx, LH_ECORRUPT, "more references than libheap can number (2^32)");
	job->edges = malloc((total + 1) * sizeof(*job->edges));
	job->guesses = guesses ? malloc(guesses * sizeof(*job->guesses)) : NULL;
	if (!job->edges || (guesses && !job->guesses))
		return lh_nomem(job->heap->ctx);
	total = 0;
	for (size_t i = 0; i < all->part_count; i++) {
		struct part *part = &all->parts[i];
		uint32_t end = i + 1 < all->part_count ? all->parts[i + 1].first : job->set->count;

		for (uint32_t k = part->first; k < end; k++)
			job->offsets[k + 1] += (uint32_t)total;
		if (part->edge_count)
			memcpy(job->edges + total, part->edges, part->edge_count * sizeof(*part->edges));
		for (size_t k = 0; k < part->guess_count; k++)
			job->guesses[job->guess_count++] = part->guesses[k] + (uint32_t)total;
		total += part->edge_count;
		job->incomplete += part->incomplete;
		free(lh_take(part->edges));
		free(lh_take(part->guesses));
	}
	job->edges[total] = 0; /* not an edge, but prefetching reads it */
	return 0;
}

int lh_references_read(struct lh_references *job)
{
	struct reading all = {.job = job,
			      .part_count = (job->set->region_count + REGIONS_A_PART - 1) / REGIONS_A_PART};
	int r;

	all.parts = lh_new0_apart(struct part, all.part_count + 1);
	job->offsets = lh_new0(uint32_t, (size_t)job->set->count + 1);
	r = all.parts && job->offsets ? 0 : lh_nomem(job->heap->ctx);
	if (r == 0 && !job->types_known)
		r = settle_types(job);
	if (r == 0)
		r = read_parts(&all);
	if (r == 0)
		r = join_parts(&all);
	for (size_t i = 0; all.parts && i < all.part_count; i++) {
		free(all.parts[i].edges);
		free(all.parts[i].guesses);
	}
	free(all.parts);
	return r;
}

void lh_references_close_gaps(uint32_t *offsets, uint32_t *edges, uint32_t count)
{
	uint32_t kept = 0, k = 0;

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t end = offsets[i + 1]; k < end; k++)
			if (edges[k] != LH_NO_INDEX)
				edges[kept++] = edges[k];
		offsets[i + 1] = kept;
	}
	edges[kept] = 0; /* as lh_references_read() leaves it */
}
