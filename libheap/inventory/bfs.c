/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/bfs.h"
#include "cpython/visit.h"
#include "inventory/addrset.h"
#include "inventory/objects.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 4096

/** struct met - down: word @i of spans[@span] leads to the new object @to; up: object @from refers to @to */
struct met {
	uint64_t to;
	union {
		uint64_t from;
		uint64_t i;
	};
	uint32_t span;
};

struct lh_bfs {
	struct lh_heap *heap;
	struct lh_visitor visitor;
	struct lh_addrset seen;
	uint64_t depth, level; /* level: of what is met now */
	struct met *met;       /* down: by the object that was visited last; up: at this level */
	size_t met_count, met_capacity, at;
	int error;
	bool up;
	/* Down: */
	uint64_t *level_objects, *next; /* of the level before, and of this one */
	size_t level_count, level_capacity, level_at, next_count, next_capacity;
	struct lh_span *spans;
	size_t span_count, span_capacity;
	uint64_t from;
	/* Up: */
	struct lh_addrset wanted; /* what holders of this level refer to */
	uint64_t best;            /* the best reference of the holder is to this object */
	int rank;                 /* of that reference; 0: none yet */
};

struct lh_bfs *lh_bfs_free(struct lh_bfs *b)
{
	if (!b)
		return NULL;
	lh_addrset_fini(&b->seen);
	lh_addrset_fini(&b->wanted);
	free(b->met);
	free(b->level_objects);
	free(b->next);
	free(b->spans);
	free(b);
	return NULL;
}

bool lh_bfs_incomplete(const struct lh_bfs *b)
{
	return b->visitor.incomplete;
}

static struct lh_bfs *bfs_new(struct lh_heap *heap, uint64_t depth, lh_span_fn on_span)
{
	struct lh_bfs *b = lh_new0(struct lh_bfs, 1);

	if (!b)
		return NULL;
	b->heap = heap;
	b->depth = depth;
	b->visitor =
		(struct lh_visitor){.heap = heap, .view = lh_view_of(heap->target), .fn = on_span, .arg = b};
	lh_addrset_init(&b->seen, heap->ctx);
	lh_addrset_init(&b->wanted, heap->ctx);
	return b;
}

/* Note that @met's object, @addr, was met, if it is new. */
static int meet(struct lh_bfs *b, uint64_t addr, const struct met *met)
{
	int r = lh_addrset_add(&b->seen, addr);

	if (r == LH_ADDRSET_HAD)
		return 0;
	return r == 0 ? lh_append(b->heap->ctx, b->met, b->met_count, b->met_capacity, *met) : r;
}

/* ---- down ---- */

static void on_reference(void *arg, const struct lh_span *span)
{
	struct lh_bfs *b = arg;
	size_t before = b->met_count;
	struct lh_object o;

	for (uint64_t i = 0; i < span->count && b->error == 0; i++) {
		uint64_t to = lh_span_word(span, i);

		if (!to || to & 7 || lh_addrset_has(&b->seen, to))
			continue;
		b->error = lh_object_at(b->heap, &b->heap->view, to, &o);
		if (b->error == 0)
			b->error =
				meet(b, to, &(struct met){.to = to, .i = i, .span = (uint32_t)b->span_count});
		else if (b->error == LH_ABSENT)
			b->error = 0;
	}
	if (b->error == 0 && b->met_count > before)
		b->error = lh_append(b->heap->ctx, b->spans, b->span_count, b->span_capacity, *span);
}

int lh_bfs_down(struct lh_heap *heap, const uint64_t *starts, size_t count, uint64_t depth,
		struct lh_bfs **ret)
{
	_cleanup_(lh_bfs_freep) struct lh_bfs *b = bfs_new(heap, depth, on_reference);
	int r = 0;

	if (!b)
		return lh_nomem(heap->ctx);
	b->level = 1;
	for (size_t i = 0; i < count && r >= 0; i++) {
		r = lh_addrset_add(&b->seen, starts[i]);
		if (r >= 0)
			r = lh_append(heap->ctx, b->level_objects, b->level_count, b->level_capacity,
				      starts[i]);
	}
	if (r < 0)
		return r;
	*ret = lh_take(b);
	return 0;
}

/* What was met at this level is visited for the next one. Return: whether there is anything. */
static bool descend(struct lh_bfs *b)
{
	free(b->level_objects);
	b->level_objects = b->next;
	b->level_count = b->next_count;
	b->level_at = 0;
	b->next = NULL;
	b->next_count = b->next_capacity = 0;
	return b->level++ < b->depth && b->level_count;
}

/* Visit the next object of the level. Return: 0; LH_DONE; -LH_E*. */
static int visit_next(struct lh_bfs *b)
{
	struct lh_object o;
	int r = 0;

	b->met_count = b->span_count = b->at = 0;
	if (b->level > b->depth || (b->level_at == b->level_count && !descend(b)))
		return LH_DONE;
	if (b->level_at % STEP == 0)
		r = lh_progress(b->heap->ctx, "following references", b->level_at, b->level_count);
	if (r < 0)
		return r;
	b->from = b->level_objects[b->level_at++];
	r = lh_object_at(b->heap, &b->visitor.view, b->from, &o);
	if (r == 0)
		lh_visit(&b->visitor, &o);
	if (r >= 0)
		r = b->error;
	for (size_t i = 0; r >= 0 && i < b->met_count; i++)
		r = lh_append(b->heap->ctx, b->next, b->next_count, b->next_capacity, b->met[i].to);
	return r < 0 ? r : 0;
}

/* ---- up ---- */

static void on_held(void *arg, const struct lh_span *span)
{
	struct lh_bfs *b = arg;

	if (lh_label_rank(span->label) <= b->rank)
		return;
	for (uint64_t i = 0; i < span->count; i++) {
		if (!lh_addrset_has(&b->wanted, lh_span_word(span, i)))
			continue;
		b->best = lh_span_word(span, i);
		b->rank = lh_label_rank(span->label);
		return;
	}
}

static int look(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_bfs *b = arg;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		uint64_t from = items[i].object.addr;

		if (lh_type_is_leaf(items[i].object.type) || lh_addrset_has(&b->seen, from))
			continue;
		b->rank = 0;
		lh_visit(&b->visitor, &items[i].object);
		if (b->rank)
			r = meet(b, from, &(struct met){.to = b->best, .from = from});
	}
	return r;
}

int lh_bfs_up(struct lh_heap *heap, uint64_t start, uint64_t depth, struct lh_bfs **ret)
{
	_cleanup_(lh_bfs_freep) struct lh_bfs *b = bfs_new(heap, depth, on_held);
	int r;

	if (!b)
		return lh_nomem(heap->ctx);
	b->up = true;
	r = lh_addrset_add(&b->seen, start);
	if (r == 0)
		r = lh_addrset_add(&b->wanted, start);
	if (r < 0)
		return r;
	*ret = lh_take(b);
	return 0;
}

/* Find the holders of the next level. Return: 0; LH_DONE; -LH_E*. */
static int look_at_all(struct lh_bfs *b)
{
	struct lh_findings findings;
	int r = 0;

	if (b->level) { /* those met on the level before are wanted on this one */
		lh_addrset_fini(&b->wanted);
		for (size_t i = 0; i < b->met_count && r >= 0; i++)
			r = lh_addrset_add(&b->wanted, b->met[i].from);
	}
	b->met_count = b->at = 0;
	if (r < 0)
		return r;
	if (b->level == b->depth || !b->wanted.count)
		return LH_DONE;
	b->level++;
	return lh_objects_walk(b->heap, false, look, b, &findings);
}

/* The reference is looked for anew: what is kept of an object that was met is small. */
static int describe_holder(struct lh_bfs *b, const struct met *met, struct lh_met *ret)
{
	struct lh_object holder;
	int r = lh_object_at(b->heap, &b->heap->view, met->from, &holder);

	*ret = (struct lh_met){.from = met->from, .to = met->to, .level = b->level};
	if (r == 0)
		r = lh_reference_find(b->heap, &holder, met->to, false, &ret->reference);
	return r < 0 ? r : 0;
}

int lh_bfs_next(struct lh_bfs *b, struct lh_met *ret)
{
	for (;;) {
		const struct met *met;
		int r;

		if (b->at == b->met_count) {
			r = b->up ? look_at_all(b) : visit_next(b);
			if (r != 0)
				return r;
			continue;
		}
		met = &b->met[b->at++];
		if (b->up)
			return describe_holder(b, met, ret);
		*ret = (struct lh_met){{b->spans[met->span], met->i}, b->from, met->to, b->level};
		return 0;
	}
}
