/* SPDX-License-Identifier: Apache-2.0 */
/* Whose each block is, by the dominators of the graph. */
#include "analyze/owned_parts.h"
#include "graph/dominators.h"
#include "util/array.h"

#include <stdlib.h>

/* ---- what all objects of one type lead to ---- */

/** struct spread - labels on their way from owners to what several of them lead to: a type's number; LH_OWNER_SEVERAL; LH_OWNER_NONE,
 * as long as there is none */
struct spread {
	struct lh_owned_work *w;
	const struct lh_dominators *tree;
	uint32_t *top;    /* by owner: the outermost owner that dominates it, itself if none does */
	uint32_t *labels; /* by block */
	uint32_t *todo;
	size_t todo_count, todo_capacity;
};

/* A module is not of a type. */
static uint32_t label_of(const struct spread *s, uint32_t owner)
{
	uint32_t type = s->w->owned->owners[owner].type;

	return type == LH_OWNER_NO_TYPE ? LH_OWNER_SEVERAL : type;
}

/* A label changes twice at most. */
static int give_label(struct spread *s, uint32_t from, uint32_t label)
{
	const struct lh_owned_work *w = s->w;
	int r = 0;

	for (uint32_t k = w->offsets[from]; k < w->offsets[from + 1] && r == 0; k++) {
		uint32_t to = w->edges[k], had, both;

		if (to >= w->owned->set.count || w->owned->owner[to] != LH_OWNER_SEVERAL)
			continue;
		had = s->labels[to];
		both = had == LH_OWNER_NONE || had == label ? label : LH_OWNER_SEVERAL;
		if (both == had)
			continue;
		s->labels[to] = both;
		r = lh_append(w->heap->ctx, s->todo, s->todo_count, s->todo_capacity, to);
	}
	return r;
}

/* Blocks of one owner alone lead on, too: their label is their owner's. */
static uint32_t label_of_block(const struct spread *s, uint32_t block)
{
	uint32_t owner = s->w->owned->owner[block];

	if (owner == LH_OWNER_SEVERAL)
		return s->labels[block];
	return owner == LH_OWNER_NONE ? LH_OWNER_NONE : label_of(s, s->top[owner]);
}

static int spread_all(struct spread *s)
{
	uint32_t blocks = s->w->owned->set.count;
	int r = 0;

	for (uint32_t i = 0; i < blocks && r == 0; i++) {
		uint32_t label = label_of_block(s, i);

		if (label != LH_OWNER_NONE)
			r = give_label(s, i, label);
	}
	for (uint32_t i = 0; i < s->w->owned->count && r == 0; i++)
		if (s->tree->place[blocks + i])
			r = give_label(s, blocks + i, label_of(s, s->top[i]));
	while (r == 0 && s->todo_count) {
		uint32_t block = s->todo[--s->todo_count];

		r = give_label(s, block, s->labels[block]);
	}
	return r;
}

static void spread_fini(struct spread *s)
{
	free(s->top);
	free(s->labels);
	free(s->todo);
}

/* The one owner of what all objects of a type lead to together: made when its first block is met. */
static int type_owner(struct lh_owned_work *w, uint32_t *by_label, uint32_t type, uint32_t *ret)
{
	struct lh_owned *o = w->owned;
	int r = 0;

	if (by_label[type] == LH_OWNER_NONE) {
		r = lh_append(w->heap->ctx, o->owners, o->count, o->capacity,
			      ((struct lh_block_owner){.type = type}));
		by_label[type] = (uint32_t)(o->count - 1);
	}
	*ret = by_label[type];
	return r;
}

static int give_to_types(struct lh_owned_work *w, const uint32_t *labels)
{
	size_t types = w->heap->types.count;
	_cleanup_free_ uint32_t *by_label = lh_new0(uint32_t, types + 1);
	int r = by_label ? 0 : lh_nomem(w->heap->ctx);

	for (size_t i = 0; i < types && r == 0; i++)
		by_label[i] = LH_OWNER_NONE;
	for (uint32_t i = 0; i < w->owned->set.count && r == 0; i++)
		if (w->owned->owner[i] == LH_OWNER_SEVERAL && labels[i] < types)
			r = type_owner(w, by_label, labels[i], &w->owned->owner[i]);
	return r;
}

static int settle_types(struct spread *s)
{
	uint32_t blocks = s->w->owned->set.count;
	int r;

	s->labels = lh_new0(uint32_t, (size_t)blocks + 1);
	if (!s->labels)
		return lh_nomem(s->w->heap->ctx);
	memset(s->labels, 0xff, (size_t)blocks * sizeof(*s->labels)); /* LH_OWNER_NONE */
	r = spread_all(s);
	return r == 0 ? give_to_types(s->w, s->labels) : r;
}

/* ---- dominators ---- */

/*
 * Types with instances that point into what another object has: what both lead to is the other's. Modules/_sqlite: a
 * statement and a blob know their database; lxml's xpath.pxi: a context knows the last document.
 */
static const char *const borrowers[] = {"sqlite3.Statement", "sqlite3.Cursor", "sqlite3.Blob",
					"lxml.etree._XPathContext"};

static bool is_borrower(const struct lh_owned_work *w, uint32_t owner)
{
	uint32_t type = w->owned->owners[owner].type;
	const char *name = type == LH_OWNER_NO_TYPE ? "" : lh_type_name(w->heap, w->heap->types.items[type]);

	for (size_t i = 0; i < LH_ARRAY_SIZE(borrowers); i++)
		if (strcmp(name, borrowers[i]) == 0)
			return true;
	return false;
}

/* Whether all blocks that its words point into were met. */
static bool is_lost_in_others(const struct lh_owned_work *w, const struct lh_dominators *tree, uint32_t node)
{
	for (uint32_t k = w->offsets[node]; k < w->offsets[node + 1]; k++)
		if (!tree->place[w->edges[k]])
			return false;
	return true;
}

enum rank { FIRST, BELOW, BORROWER, RANKS };

static void rank_owners(const struct lh_owned_work *w, uint8_t *ranks)
{
	for (size_t i = 0; i < w->hold_count; i++)
		ranks[w->holds[i].owner] = BELOW;
	for (uint32_t i = 0; i < w->owned->count; i++)
		if (is_borrower(w, i))
			ranks[i] = BORROWER;
}

/* Modules, and objects that hold no other owner; those that hold each other in a circle; what points into others' memory. */
static int add_roots(struct lh_owned_work *w, struct lh_dominators *tree)
{
	uint32_t blocks = w->owned->set.count;
	_cleanup_free_ uint8_t *ranks = lh_new0(uint8_t, w->owned->count + 1);
	int r = 0;

	if (!ranks)
		return lh_nomem(w->heap->ctx);
	rank_owners(w, ranks);
	for (int rank = FIRST; rank < RANKS && r == 0; rank++)
		for (uint32_t i = 0; i < w->owned->count && r == 0; i++) {
			if (ranks[i] != rank || (rank != FIRST && tree->place[blocks + i]) ||
			    (rank == BORROWER && is_lost_in_others(w, tree, blocks + i)))
				continue;
			r = lh_dominators_root(tree, blocks + i, true);
		}
	return r;
}

/* The nearest owner above each place; what is above comes first. */
static int read_tree(struct spread *s)
{
	const struct lh_dominators *t = s->tree;
	struct lh_owned *o = s->w->owned;
	_cleanup_free_ uint32_t *near = lh_new0(uint32_t, t->count);

	if (!near)
		return lh_nomem(s->w->heap->ctx);
	near[0] = LH_OWNER_SEVERAL;
	for (uint32_t p = 1; p < t->count; p++) {
		uint32_t node = t->node[p], above = near[t->dominator[p]];

		near[p] = above;
		if (node < o->set.count) {
			o->owner[node] = above;
			continue;
		}
		near[p] = node - o->set.count;
		s->top[near[p]] = above == LH_OWNER_SEVERAL ? near[p] : s->top[above];
	}
	return 0;
}

static int add_up(struct lh_owned_work *w)
{
	struct lh_owned *o = w->owned;

	o->type_count = w->heap->types.count;
	o->by_type = lh_new0(uint64_t, o->type_count + 1);
	if (!o->by_type)
		return lh_nomem(w->heap->ctx);
	for (uint32_t i = 0; i < o->set.count; i++) {
		uint64_t bytes = (uint64_t)w->units[i] * LH_BLOCK_UNIT;

		if (o->owner[i] >= o->count) {
			*(o->owner[i] == LH_OWNER_SEVERAL ? &o->shared : &o->unowned) += bytes;
			continue;
		}
		o->owners[o->owner[i]].bytes += bytes;
		o->owners[o->owner[i]].blocks++;
	}
	for (size_t i = 0; i < o->count; i++) {
		uint32_t type = o->owners[i].type;

		*(type == LH_OWNER_NO_TYPE ? &o->of_modules : &o->bytes) += o->owners[i].bytes;
		if (type < o->type_count)
			o->by_type[type] += o->owners[i].bytes;
	}
	return 0;
}

static int find_dominators(struct lh_owned_work *w, struct lh_dominators *tree)
{
	const struct lh_csr csr = {.count = (uint32_t)(w->owned->set.count + w->owned->count),
				   .offsets = w->offsets,
				   .edges = w->edges};
	int r = lh_dominators_init(w->heap->ctx, &csr, tree);

	if (r == 0)
		r = add_roots(w, tree);
	return r == 0 ? lh_dominators_find(tree) : r;
}

int lh_owned_settle(struct lh_owned_work *w)
{
	struct lh_owned *o = w->owned;
	_cleanup_(lh_dominators_fini) struct lh_dominators tree = {0};
	_cleanup_(spread_fini) struct spread s = {.w = w, .tree = &tree};
	int r;

	o->owner = lh_new0(uint32_t, (size_t)o->set.count + 1);
	s.top = lh_new0(uint32_t, o->count + 1);
	if (!o->owner || !s.top)
		return lh_nomem(w->heap->ctx);
	memset(o->owner, 0xff, (size_t)o->set.count * sizeof(*o->owner)); /* LH_OWNER_NONE */
	r = find_dominators(w, &tree);
	if (r == 0)
		r = read_tree(&s);
	if (r == 0)
		r = settle_types(&s);
	return r == 0 ? add_up(w) : r;
}
