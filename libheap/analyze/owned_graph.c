/* SPDX-License-Identifier: Apache-2.0 */
/* The graph: from owners to blocks, from a block to those that its words point into, and from an object to those that hold it. */
#include "analyze/owned_parts.h"
#include "cpython/visit.h"
#include "inventory/references.h"
#include "target/word_run.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>

#define STEP (1u << 16)
#define RUN (4u << 20) /* bytes between looks at the user's ^C */

/** struct word - a word that points into a block */
struct word {
	uint32_t from, block;
	bool start; /* to its first byte */
};

/* Return: 0, -LH_E*. */
typedef int (*word_fn)(struct lh_owned_work *w, const struct word *word);

/*
 * Low bits of a pointer to the start of a block may be used for flags. Others that are not 0 are more often the end of a text
 * over what was there before.
 */
static bool read_word(const struct lh_owned_work *w, uint64_t bits, struct word *ret)
{
	if (!lh_owned_may_be(w, bits))
		return false;
	ret->block = lh_addrset_index(&w->owned->set, bits & ~7ull);
	ret->start = ret->block != LH_NO_INDEX;
	if (!ret->start && !(bits & 7))
		ret->block = lh_owned_block(w, bits);
	return ret->block != LH_NO_INDEX;
}

/* Each word of [start, end) that points into a block. */
static int scan(struct lh_owned_work *w, uint64_t start, uint64_t end, uint32_t from, word_fn fn)
{
	struct lh_word_run run = lh_word_run_of(start, end);
	struct word word = {.from = from};
	int r = 0;

	while (r == 0 && lh_word_run_next(&run, &w->view, RUN)) {
		for (uint64_t i = 0; i < run.len && r == 0; i += 8)
			if (read_word(w, lh_u64(run.words + i), &word))
				r = fn(w, &word);
		if (run.len == RUN && r == 0)
			r = lh_progress(w->heap->ctx, "following native memory", run.at - start, end - start);
	}
	return r;
}

/* ---- modules ---- */

static int add_module(struct lh_owned_work *w, uint32_t module)
{
	struct lh_owned *o = w->owned;
	const struct lh_block_owner *last = o->count > o->objects ? &o->owners[o->count - 1] : NULL;

	if (last && last->module == module)
		return 0;
	return lh_append(w->heap->ctx, o->owners, o->count, o->capacity,
			 ((struct lh_block_owner){.type = LH_OWNER_NO_TYPE, .module = module}));
}

static int link_module(struct lh_owned_work *w, const struct word *word)
{
	return lh_owned_link(w, word->from | (word->start ? 0 : LH_LINK_INSIDE), word->block);
}

/* A module's runs follow each other: it is one owner. */
static int scan_modules(struct lh_owned_work *w)
{
	const struct lh_target *t = w->heap->target;
	int r = 0;

	for (size_t i = 0; i < w->regions->count && r == 0; i++) {
		const struct lh_run *run = &w->regions->runs[i];
		const struct lh_module *m = run->kind == LH_REGION_MODULE
						    ? lh_target_module(t, t->mappings[run->index].start)
						    : NULL;

		if (!m)
			continue;
		r = add_module(w, (uint32_t)(m - t->modules));
		if (r == 0)
			r = scan(w, run->start, run->end, (uint32_t)(w->owned->count - 1), link_module);
	}
	return r;
}

/* ---- objects that hold each other ---- */

struct holder {
	struct lh_owned_work *w;
	uint32_t number;
	int error;
};

static uint64_t hash_of(uint64_t addr)
{
	return lh_hash(LH_HASH_START, &addr, sizeof(addr));
}

/* What all instances refer to holds no memory for one of them. */
static bool is_owner_of_others(const struct lh_owned_work *w, uint32_t number)
{
	enum lh_kind_id id = w->heap->types.items[w->owned->owners[number].type]->kind->id;

	return id != LH_KIND_TYPE && id != LH_KIND_MODULE;
}

static void note_holder(void *arg, const struct lh_span *span)
{
	struct holder *h = arg;
	struct lh_owned_work *w = h->w;

	for (uint64_t i = 0; i < span->count && h->error == 0; i++) {
		uint64_t addr = lh_span_word(span, i);
		uint32_t held;

		for (size_t probe = 0; addr && lh_index_next(&w->by_addr, hash_of(addr), &probe, &held);)
			if (w->owned->owners[held].addr == addr && held != h->number &&
			    is_owner_of_others(w, held))
				h->error = lh_append(w->heap->ctx, w->holds, w->hold_count, w->hold_capacity,
						     ((struct lh_block_link){h->number, held}));
	}
}

static int index_owners(struct lh_owned_work *w)
{
	int r = 0;

	for (uint32_t i = 0; i < w->owned->objects && r == 0; i++)
		r = lh_index_add(w->heap->ctx, &w->by_addr, hash_of(w->owned->owners[i].addr), i);
	return r;
}

static int find_holders(struct lh_owned_work *w)
{
	struct holder h = {.w = w};
	struct lh_visitor v = {
		.heap = w->heap, .view = lh_view_of(w->heap->target), .fn = note_holder, .arg = &h};
	int r = index_owners(w);

	for (; h.number < w->owned->objects && r == 0; h.number++) {
		struct lh_object o;

		if (h.number % STEP == 0)
			r = lh_progress(w->heap->ctx, "reading owners", h.number, w->owned->objects);
		if (r == 0 && lh_object_at(w->heap, &v.view, w->owned->owners[h.number].addr, &o) == 0)
			lh_visit(&v, &o);
		r = r == 0 ? h.error : r;
	}
	return r;
}

/* ---- all edges ---- */

/* Modules' words say nothing of starts: a table of all blocks that somebody keeps for himself would. */
static int count_edge(struct lh_owned_work *w, const struct word *word)
{
	bool counts = word->from < w->owned->set.count + w->owned->objects && word->from != word->block;

	w->offsets[word->from + 1] += word->from != word->block;
	if (word->start && counts)
		lh_bit_set(w->started, word->block);
	return 0;
}

/*
 * If words point to the start of a block, others that point into it do not count: a large block covers many addresses that
 * something had before, and numbers that look like such. What is left of these is a view, and its owner has the start. On those
 * of objects lh_owned_filter() decides: all links of objects are edges, in their order.
 */
static int put_edge(struct lh_owned_work *w, const struct word *word)
{
	bool counts =
		word->start || lh_owned_is_object(w, word->from) || !lh_bit_has(w->started, word->block);

	/* Memory that could not be read before may be there now: there is no room for its words. */
	if (word->from != word->block && w->offsets[word->from] < w->offsets[word->from + 1])
		w->edges[w->offsets[word->from]++] = counts ? word->block : LH_NO_INDEX;
	return 0;
}

static void put_hold(struct lh_owned_work *w, const struct lh_block_link *hold)
{
	w->edges[w->offsets[w->owned->set.count + hold->block]++] = w->owned->set.count + hold->owner;
}

static int each_edge(struct lh_owned_work *w, word_fn fn)
{
	const struct lh_owned *o = w->owned;
	struct lh_addrset_iter iter = {.set = &o->set};
	uint32_t blocks = o->set.count;
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		if (i % STEP == 0)
			r = lh_progress(w->heap->ctx, "following native memory", i, blocks);
		if (r == 0)
			r = scan(w, addr, addr + (uint64_t)w->units[i] * LH_BLOCK_UNIT, i, fn);
		while (fn == put_edge && r == 0 &&
		       w->offsets[i] < w->offsets[i + 1]) /* nor the other way round */
			w->edges[w->offsets[i]++] = LH_NO_INDEX;
	}
	for (size_t i = 0; i < w->link_count && r == 0; i++) {
		const struct lh_block_link *link = &w->links[i];

		r = fn(w, &(struct word){blocks + lh_link_owner(link), link->block,
					 !(link->owner & LH_LINK_INSIDE)});
	}
	return r;
}

/* Two passes over the words: the graph takes 4 bytes per edge, and nothing on the way to it. */
static int make_edges(struct lh_owned_work *w)
{
	size_t nodes = w->owned->set.count + w->owned->count;
	uint64_t sum = 0;
	int r;

	if (nodes >= LH_OWNER_SEVERAL)
		return lh_fail(w->heap->ctx, LH_ECORRUPT, "more blocks than libheap can number (2^32)");
	w->offsets = lh_new0(uint32_t, nodes + 2);
	w->started = lh_new0(uint64_t, w->owned->set.count / 64 + 1);
	r = w->offsets && w->started ? each_edge(w, count_edge) : lh_nomem(w->heap->ctx);
	for (size_t i = 0; i < w->hold_count && r == 0; i++)
		w->offsets[w->owned->set.count + w->holds[i].block + 1]++;
	for (size_t i = 0; i < nodes && r == 0; i++) {
		sum += w->offsets[i + 1];
		w->offsets[i + 1] = (uint32_t)sum;
	}
	if (r < 0)
		return r;
	if (sum >= UINT32_MAX)
		return lh_fail(w->heap->ctx, LH_ECORRUPT,
			       "more words of native memory than libheap can number");
	w->edges = lh_new0(uint32_t, sum + 1);
	if (!w->edges)
		return lh_nomem(w->heap->ctx);
	r = each_edge(w, put_edge);
	for (size_t i = 0; i < w->hold_count; i++)
		put_hold(w, &w->holds[i]);
	/* Each offset has moved on to where its node's edges end. */
	for (size_t i = nodes; i > 0; i--)
		w->offsets[i] = w->offsets[i - 1];
	w->offsets[0] = 0;
	lh_references_close_gaps(w->offsets, w->edges, (uint32_t)nodes);
	return r;
}

int lh_owned_graph_make(struct lh_owned_work *w)
{
	int r = scan_modules(w);

	if (r == 0)
		r = find_holders(w);
	return r == 0 ? make_edges(w) : r;
}
