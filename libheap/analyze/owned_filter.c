/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that say nothing of who owns what they point to. Native memory has old words in what its users did not fill: one of them is
 * enough to lead from a document to all of another.
 *
 * Blocks that lead to each other (a tree with pointers up and down) belong together. If an object's own body points to one of
 * them, words of other blocks do not count. Modules, which have buffers and caches, have only what no object leads to.
 *
 * A word of a body that points into a block, not to its start, counts only if nothing else leads there: it is a view, or an old
 * address (z_stream.next_out). One far from a start that others know does not count at all.
 */
#include "analyze/owned_parts.h"
#include "graph/scc.h"
#include "inventory/references.h"
#include "util/array.h"

#include <stdlib.h>

struct filter {
	struct lh_owned_work *w;
	uint32_t blocks;
	uint32_t *part; /* by node: its strongly connected component */
	bool *direct;   /* by component: an object's body points into it */
	uint64_t *bits; /* by block: an object leads to it */
	uint32_t *todo;
	size_t todo_count, todo_capacity;
};

static void filter_fini(struct filter *f)
{
	free(f->part);
	free(f->direct);
	free(f->bits);
	free(f->todo);
}

static bool is_met(const struct filter *f, uint32_t block)
{
	return lh_bit_has(f->bits, block);
}

static int meet_block(struct filter *f, uint32_t block)
{
	if (block >= f->blocks || is_met(f, block))
		return 0;
	lh_bit_set(f->bits, block);
	return lh_append(f->w->heap->ctx, f->todo, f->todo_count, f->todo_capacity, block);
}

static int meet(struct filter *f, uint32_t node)
{
	const struct lh_owned_work *w = f->w;
	int r = 0;

	for (uint32_t k = w->offsets[node]; k < w->offsets[node + 1] && r == 0; k++)
		r = meet_block(f, w->edges[k]);
	return r;
}

static int search(struct filter *f)
{
	int r = 0;

	while (r == 0 && f->todo_count)
		r = meet(f, f->todo[--f->todo_count]);
	return r;
}

/* A view or an old address, if anything else leads to the block. */
static bool is_weak(const struct lh_owned_work *w, const struct lh_block_link *link)
{
	return link->owner & LH_LINK_FAR ||
	       (link->owner & LH_LINK_INSIDE && lh_bit_has(w->started, link->block));
}

static int search_strong(struct filter *f)
{
	const struct lh_owned_work *w = f->w;
	int r = 0;

	for (size_t i = 0; i < w->link_count && r == 0; i++)
		if (lh_link_owner(&w->links[i]) < w->owned->objects && !is_weak(w, &w->links[i]))
			r = meet_block(f, w->links[i].block);
	return r == 0 ? search(f) : r;
}

/* A number that looks like an address, most likely: nobody counts far into a block of which others have the start. */
static bool is_stray(const struct lh_owned_work *w, const struct lh_block_link *link)
{
	return link->owner & LH_LINK_FAR && lh_bit_has(w->started, link->block);
}

/* An object's first edges are its links. */
static void drop_weak(struct filter *f)
{
	struct lh_owned_work *w = f->w;
	uint32_t last = LH_NO_INDEX, nth = 0;

	for (size_t i = 0; i < w->link_count; i++) {
		uint32_t owner = lh_link_owner(&w->links[i]);

		nth = owner == last ? nth + 1 : 0;
		last = owner;
		if (owner < w->owned->objects && is_weak(w, &w->links[i]) &&
		    (is_met(f, w->links[i].block) || is_stray(w, &w->links[i])))
			w->edges[w->offsets[f->blocks + owner] + nth] = LH_NO_INDEX;
	}
}

/* All that objects lead to. */
static int search_all(struct filter *f)
{
	int r = search_strong(f);

	if (r < 0)
		return r;
	drop_weak(f);
	for (uint32_t i = 0; i < f->w->owned->objects && r == 0; i++)
		r = meet(f, f->blocks + i);
	return r == 0 ? search(f) : r;
}

/* Whether the edge counts. Those of objects all do. */
static bool counts(const struct filter *f, uint32_t from, uint32_t to)
{
	if (lh_owned_is_object(f->w, from))
		return true;
	if (f->part[from] == f->part[to])
		return true;
	return !f->direct[f->part[to]] && (!is_met(f, to) || (from < f->blocks && is_met(f, from)));
}

static void drop(struct filter *f)
{
	struct lh_owned_work *w = f->w;
	uint32_t nodes = (uint32_t)(f->blocks + w->owned->count),
		 modules = (uint32_t)(f->blocks + w->owned->objects);

	for (uint32_t k = w->offsets[f->blocks]; k < w->offsets[modules]; k++)
		if (w->edges[k] < f->blocks)
			f->direct[f->part[w->edges[k]]] = true;
	for (uint32_t i = 0; i < nodes; i++)
		for (uint32_t k = w->offsets[i]; k < w->offsets[i + 1]; k++)
			if (!counts(f, i, w->edges[k]))
				w->edges[k] = LH_NO_INDEX;
	lh_references_close_gaps(w->offsets, w->edges, nodes);
}

int lh_owned_filter(struct lh_owned_work *w)
{
	_cleanup_(filter_fini) struct filter f = {.w = w, .blocks = w->owned->set.count};
	const struct lh_csr csr = {
		.count = (uint32_t)(f.blocks + w->owned->count), .offsets = w->offsets, .edges = w->edges};
	uint32_t parts;
	int r = lh_scc_find(w->heap->ctx, &csr, &f.part, &parts);

	if (r < 0)
		return r;
	f.direct = lh_new0(bool, (size_t)parts + 1);
	f.bits = lh_new0(uint64_t, f.blocks / 64 + 1);
	if (!f.direct || !f.bits)
		return lh_nomem(w->heap->ctx);
	r = search_all(&f);
	if (r == 0)
		drop(&f);
	return r;
}
