/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on all objects on one way through them: each shown to the caller, or counted by type. */
#include "analyze/type_counts.h"
#include "api/objects.h"
#include "api/selection.h"
#include "cpython/size.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

struct walk {
	struct lh_selection selection;
	struct lh_view view;
	lh_object_fn fn;
	void *arg;
	struct lh_object_info *object;
	struct lh_objects_summary sums;
	struct lh_type_count_iter *counts; /* what counts the objects instead of fn */
};

/** struct lh_type_count_iter - counts by type, and the next to be given */
struct lh_type_count_iter {
	struct lh_heap *heap;
	struct lh_type_count *types; /* by lh_type.index */
	size_t capacity, at;
	struct lh_objects_summary sums;
};

/* A buffer that is an object is not among the tracked ones: then it is not counted twice. */
static uint64_t bytes_alone(struct walk *w, const struct lh_object *o, uint64_t bytes)
{
	return !w->selection.asked.tracked_only && lh_object_counts_another(w->selection.heap, o->type)
		       ? lh_object_bytes_alone(w->selection.heap, &w->view, o)
		       : bytes;
}

static int count(struct walk *w, const struct lh_item *item, uint64_t bytes)
{
	struct lh_type_count_iter *c = w->counts;
	size_t index = item->object.type->index;
	int r = lh_grow_zeroed(c->heap->ctx, &c->types, &c->capacity, index + 1, sizeof(*c->types));

	if (r < 0)
		return r;
	c->types[index].count++;
	c->types[index].tracked += item->tracked;
	c->types[index].bytes += bytes;
	return 0;
}

static int look_at(struct walk *w, const struct lh_item *item)
{
	uint64_t bytes, alone;
	bool wanted;
	int r = lh_selection_has(&w->selection, item, &wanted);

	if (r < 0 || !wanted)
		return r;
	bytes = lh_selection_bytes(&w->selection, &w->view, &item->object);
	alone = bytes_alone(w, &item->object, bytes);
	w->sums.objects++;
	w->sums.tracked += item->tracked;
	w->sums.bytes += alone;
	if (w->counts)
		return count(w, item, alone);
	lh_object_describe(w->selection.heap, item, bytes, w->object);
	return w->fn(w->arg, w->object);
}

static int look(void *arg, const struct lh_item *items, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = look_at(arg, &items[i]);
	return r;
}

static int walk(struct lh_heap *heap, const struct lh_object_query *query, struct walk *w)
{
	struct lh_findings findings;
	int r = lh_selection_init(heap, query, &w->selection);

	w->view = lh_view_of(heap->target);
	heap->iterators++; /* the caller may ask something else meanwhile */
	if (r == 0)
		r = lh_objects_walk(heap, w->selection.asked.tracked_only, look, w, &findings);
	heap->iterators--;
	lh_selection_fini(&w->selection);
	if (r == 0) {
		struct lh_objects_summary sums = lh_findings_summary(&findings);

		sums.objects = w->sums.objects;
		sums.tracked = w->sums.tracked;
		sums.bytes = w->sums.bytes;
		w->sums = sums;
	}
	return r;
}

int lh_object_walk(struct lh_heap *heap, const struct lh_object_query *query, lh_object_fn fn, void *arg,
		   struct lh_object_info *object, struct lh_objects_summary *ret)
{
	struct walk w = {.fn = fn, .arg = arg, .object = object};
	int r;

	lh_heap_ask(heap);
	r = walk(heap, query, &w);
	if (r == 0 && ret)
		lh_info_give(ret, &w.sums, sizeof(w.sums));
	return r;
}

/* ---- by type ---- */

struct lh_type_count_iter *lh_type_count_iter_free(struct lh_type_count_iter *iter)
{
	if (iter)
		free(iter->types);
	free(iter);
	return NULL;
}

LH_DEFINE_CLEANUP(struct lh_type_count_iter, lh_type_count_iter_free);

/* Whether the query asks for all objects, or all tracked ones: that is what type_counts.c is fast at. */
static bool is_plain(const struct lh_object_query *q)
{
	return !q->type && !q->interpreter && !q->types && !q->attribute && !q->key && !q->value &&
	       !q->min_bytes;
}

static int count_plain(struct lh_heap *heap, bool tracked_only, bool native, struct lh_type_count_iter *ret)
{
	struct lh_type_counts counts;
	int r = lh_type_counts_take(heap, tracked_only, native, &counts);

	if (r < 0)
		return r;
	ret->types = counts.types; /* handed over */
	ret->capacity = counts.capacity;
	ret->sums = lh_findings_summary(&counts.findings);
	ret->sums.objects = counts.objects;
	ret->sums.tracked = counts.tracked;
	ret->sums.native = counts.native;
	ret->sums.bytes = counts.bytes;
	return 0;
}

static int count_selected(struct lh_heap *heap, const struct lh_object_query *query,
			  struct lh_type_count_iter *ret)
{
	struct walk w = {.counts = ret};
	int r = walk(heap, query, &w);

	ret->sums = w.sums;
	return r == 0 && w.selection.asked.native
		       ? lh_type_counts_native(heap, ret->types, ret->capacity, &ret->sums.native)
		       : r;
}

int lh_type_count_iter_new(struct lh_heap *heap, const struct lh_object_query *query,
			   struct lh_type_count_iter **ret)
{
	_cleanup_(lh_type_count_iter_freep) struct lh_type_count_iter *iter =
		lh_new0(struct lh_type_count_iter, 1);
	struct lh_object_query known = {0};
	int r;

	if (!iter)
		return lh_nomem(heap->ctx);
	lh_heap_ask(heap);
	iter->heap = heap;
	r = lh_info_take(heap->ctx, "lh_object_query", query, &known, sizeof(known));
	if (r == 0)
		r = is_plain(&known) ? count_plain(heap, known.tracked_only, known.native, iter)
				     : count_selected(heap, query, iter);
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_type_count_iter_next(struct lh_type_count_iter *iter, struct lh_type_count_info *ret)
{
	while (iter->at < iter->capacity) {
		const struct lh_type_count *c = &iter->types[iter->at];
		struct lh_type *type = c->count ? iter->heap->types.items[iter->at] : NULL;

		iter->at++;
		if (!type)
			continue;
		lh_info_give(
			ret,
			&(struct lh_type_count_info){.type = type,
						     .objects = c->count,
						     .tracked = c->tracked,
						     .bytes = c->bytes,
						     .own_sizeof = lh_type_has_own_sizeof(iter->heap, type),
						     .native = c->native},
			sizeof(*ret));
		return 0;
	}
	return LH_DONE;
}

int lh_type_count_iter_summary(const struct lh_type_count_iter *iter, struct lh_objects_summary *ret)
{
	lh_info_give(ret, &iter->sums, sizeof(iter->sums));
	return 0;
}
