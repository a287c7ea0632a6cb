/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/bfs.h"
#include "inventory/objects.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 4096

struct levels {
	struct lh_heap *heap;
	struct lh_visitor visitor;
	lh_met_fn fn;
	void *arg;
	struct lh_addrset seen;
	uint64_t *next; /* met at this level */
	size_t next_count, next_capacity;
	uint64_t level, from;
	int error;
	/* Up: */
	struct lh_addrset wanted; /* what holders of this level refer to */
	struct lh_span best;
	uint64_t best_word;
	int rank; /* of the best reference of the holder; 0: none yet */
};

static void init(struct levels *l, struct lh_heap *heap, lh_span_fn on_span, lh_met_fn fn, void *arg)
{
	*l = (struct levels){.heap = heap, .fn = fn, .arg = arg};
	l->visitor =
		(struct lh_visitor){.heap = heap, .view = lh_view_of(heap->target), .fn = on_span, .arg = l};
	lh_addrset_init(&l->seen, heap->ctx);
	lh_addrset_init(&l->wanted, heap->ctx);
}

static void fini(struct levels *l)
{
	lh_addrset_fini(&l->seen);
	lh_addrset_fini(&l->wanted);
	free(l->next);
}

/* Call the function if @met's object, @addr, is new. */
static int meet(struct levels *l, uint64_t addr, const struct lh_met *met)
{
	int r = lh_addrset_add(&l->seen, addr);

	if (r == LH_ADDRSET_HAD)
		return 0;
	if (r == 0)
		r = lh_append(l->heap->ctx, l->next, l->next_count, l->next_capacity, addr);
	return r == 0 ? l->fn(l->arg, met) : r;
}

/* ---- down ---- */

static void on_reference(void *arg, const struct lh_span *span)
{
	struct levels *l = arg;
	struct lh_object o;

	for (uint64_t i = 0; i < span->count && l->error == 0; i++) {
		uint64_t to = lh_span_word(span, i);

		if (!to || to & 7 || lh_addrset_has(&l->seen, to))
			continue;
		l->error = lh_object_at(l->heap, &l->heap->view, to, &o);
		if (l->error == 0)
			l->error = meet(l, to, &(struct lh_met){span, i, l->from, to, l->level});
		else if (l->error == LH_ABSENT)
			l->error = 0;
	}
}

static int visit_level(struct levels *l, const uint64_t *all, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++) {
		struct lh_object o;

		l->from = all[i];
		if (i % STEP == 0 && (r = lh_progress(l->heap->ctx, "following references", i, count)) < 0)
			break;
		r = lh_object_at(l->heap, &l->visitor.view, all[i], &o);
		if (r == 0)
			lh_visit(&l->visitor, &o);
		r = l->error ? l->error : r;
	}
	return r < 0 ? r : 0;
}

int lh_bfs_down(struct lh_heap *heap, const uint64_t *starts, size_t count, uint64_t depth, lh_met_fn fn,
		void *arg)
{
	_cleanup_(fini) struct levels l;
	_cleanup_free_ uint64_t *now = NULL;
	int r = 0;

	init(&l, heap, on_reference, fn, arg);
	for (size_t i = 0; i < count && r >= 0; i++)
		r = lh_addrset_add(&l.seen, starts[i]);
	for (l.level = 1; r >= 0 && count && l.level <= depth; l.level++) {
		r = visit_level(&l, now ? now : starts, count);
		free(now);
		now = l.next;
		count = l.next_count;
		l.next = NULL;
		l.next_count = l.next_capacity = 0;
	}
	return r < 0 ? r : 0;
}

/* ---- up ---- */

static void on_held(void *arg, const struct lh_span *span)
{
	struct levels *l = arg;

	if (lh_label_rank(span->label) <= l->rank)
		return;
	for (uint64_t i = 0; i < span->count; i++) {
		if (!lh_addrset_has(&l->wanted, lh_span_word(span, i)))
			continue;
		l->best = *span;
		l->best_word = i;
		l->rank = lh_label_rank(span->label);
		return;
	}
}

static int look(void *arg, const struct lh_item *items, size_t count)
{
	struct levels *l = arg;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		if (lh_type_is_leaf(items[i].object.type) || lh_addrset_has(&l->seen, items[i].object.addr))
			continue;
		l->rank = 0;
		lh_visit(&l->visitor, &items[i].object);
		if (l->rank)
			r = meet(l, items[i].object.addr,
				 &(struct lh_met){&l->best, l->best_word, items[i].object.addr,
						  lh_span_word(&l->best, l->best_word), l->level});
	}
	return r;
}

/* Objects met on this level are those wanted on the next one. */
static int turn(struct levels *l)
{
	int r = 0;

	lh_addrset_fini(&l->wanted);
	for (size_t i = 0; i < l->next_count && r >= 0; i++)
		r = lh_addrset_add(&l->wanted, l->next[i]);
	l->next_count = 0;
	return r < 0 ? r : 0;
}

int lh_bfs_up(struct lh_heap *heap, uint64_t start, uint64_t depth, lh_met_fn fn, void *arg)
{
	_cleanup_(fini) struct levels l;
	struct lh_findings findings;
	int r;

	init(&l, heap, on_held, fn, arg);
	r = lh_addrset_add(&l.seen, start);
	if (r == 0)
		r = lh_addrset_add(&l.wanted, start);
	for (l.level = 1; r == 0 && l.wanted.count && l.level <= depth; l.level++) {
		r = lh_objects_walk(heap, false, look, &l, &findings);
		if (r == 0)
			r = turn(&l);
	}
	return r;
}
