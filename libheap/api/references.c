/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on references: what an object refers to, and what refers to it. */
#include "api/reference_iter.h"
#include "cpython/edge.h"
#include "cpython/visit.h"
#include "inventory/bfs.h"
#include "inventory/graph.h"
#include "inventory/objects.h"
#include "roots/buffers.h"
#include "util/array.h"
#include "util/info.h"

/** struct found - words of a span, of one object */
struct found {
	struct lh_span span;
	uint64_t from;
	uint64_t first, end; /* words first to end - 1 */
};

struct lh_reference_iter {
	struct lh_heap *heap;
	struct lh_visitor visitor; /* while it is filled */
	uint64_t from, wanted;     /* likewise; wanted 0: everything */
	struct found *found;
	size_t count, capacity, at;
	uint64_t word;         /* the next of found[at] */
	struct found last;     /* given last: its word first */
	struct lh_bfs *levels; /* what gives them instead; else NULL */
	uint64_t *way;         /* or: objects of which each refers to the next; else NULL */
	size_t way_length;
	bool gc_only, in_buffer; /* in_buffer: the last's word points to a buffer with the reference */
	uint64_t in_buffer_at;   /* word of it */
	struct lh_string name;
	int error;
};

static void add(struct lh_reference_iter *iter, const struct lh_span *span, uint64_t first, uint64_t end)
{
	if (iter->error == 0)
		iter->error = lh_append(iter->heap->ctx, iter->found, iter->count, iter->capacity,
					((struct found){*span, iter->from, first, end}));
}

static void take(void *arg, const struct lh_span *span)
{
	struct lh_reference_iter *iter = arg;

	if (!iter->wanted) {
		add(iter, span, 0, span->count);
		return;
	}
	for (uint64_t i = 0; i < span->count; i++)
		if (lh_span_word(span, i) == iter->wanted)
			add(iter, span, i, i + 1);
}

static void look(struct lh_reference_iter *iter, const struct lh_object *from)
{
	iter->from = from->addr;
	lh_visit(&iter->visitor, from);
}

static int look_at_items(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_reference_iter *iter = arg;

	for (size_t i = 0; i < count && iter->error == 0; i++)
		if (!lh_type_is_leaf(items[i].object.type))
			look(iter, &items[i].object);
	return iter->error;
}

LH_DEFINE_CLEANUP(struct lh_reference_iter, lh_reference_iter_free);

static int iter_new(struct lh_heap *heap, uint64_t addr, struct lh_object *ret_object,
		    struct lh_reference_iter **ret)
{
	int r = lh_object_at(heap, &heap->view, addr, ret_object);
	struct lh_reference_iter *iter = r == 0 ? lh_new0(struct lh_reference_iter, 1) : NULL;

	if (r != 0)
		return r;
	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	iter->visitor =
		(struct lh_visitor){.heap = heap, .view = lh_view_of(heap->target), .fn = take, .arg = iter};
	*ret = iter;
	return 0;
}

int lh_reference_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_reference_iter **ret)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	struct lh_object o;
	int r = iter_new(heap, addr, &o, &iter);

	if (r != 0)
		return r;
	look(iter, &o);
	if (iter->error < 0)
		return iter->error;
	*ret = lh_take(iter);
	return 0;
}

int lh_referrer_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_reference_iter **ret)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	struct lh_findings findings;
	struct lh_object o;
	int r = iter_new(heap, addr, &o, &iter);

	if (r != 0)
		return r;
	iter->wanted = addr;
	lh_heap_ask(heap);
	r = lh_objects_walk(heap, false, look_at_items, iter, &findings);
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_referrer_first_new(struct lh_heap *heap, uint64_t addr, size_t most, struct lh_reference_iter **ret,
			  uint64_t *ret_objects)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	_cleanup_free_ uint32_t *numbers = NULL;
	const struct lh_graph *graph;
	struct lh_object o;
	uint64_t objects = 0;
	uint32_t number;
	size_t count = 0;
	int r = iter_new(heap, addr, &o, &iter);

	if (r == 0)
		r = lh_graph_get(heap, &graph);
	if (r != 0)
		return r;
	iter->wanted = addr;
	number = lh_addrset_index(&graph->set, addr);
	if (number != LH_NO_INDEX)
		r = lh_graph_referrers(graph, number, most, &numbers, &count, &objects);
	for (size_t i = 0; r == 0 && i < count; i++)
		if (lh_object_at(heap, &heap->view, lh_addrset_nth(&graph->set, numbers[i]), &o) == 0) {
			look(iter, &o);
			r = iter->error;
		}
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	*ret_objects = objects;
	return 0;
}

struct lh_reference_iter *lh_reference_iter_free(struct lh_reference_iter *iter)
{
	if (!iter)
		return NULL;
	lh_string_fini(&iter->name);
	lh_bfs_free(iter->levels);
	free(iter->way);
	free(iter->found);
	free(iter);
	return NULL;
}

static int levels_new(struct lh_heap *heap, struct lh_reference_iter **ret)
{
	*ret = lh_new0(struct lh_reference_iter, 1);
	if (!*ret)
		return lh_nomem(heap->ctx);
	(*ret)->heap = heap;
	return 0;
}

int lh_reference_levels_new(struct lh_heap *heap, const uint64_t *addrs, size_t count, uint64_t depth,
			    struct lh_reference_iter **ret)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	int r = levels_new(heap, &iter);

	if (r == 0)
		r = lh_bfs_down(heap, addrs, count, depth, &iter->levels);
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_referrer_levels_new(struct lh_heap *heap, uint64_t addr, uint64_t depth,
			   struct lh_reference_iter **ret)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	int r = levels_new(heap, &iter);

	lh_heap_ask(heap);
	if (r == 0)
		r = lh_bfs_up(heap, addr, depth, &iter->levels);
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_reference_iter_along(struct lh_heap *heap, uint64_t *way, size_t length, bool gc_only,
			    struct lh_reference_iter **ret)
{
	struct lh_reference_iter *iter = lh_new0(struct lh_reference_iter, 1);

	if (!iter) {
		free(way);
		return lh_nomem(heap->ctx);
	}
	iter->heap = heap;
	iter->way = way;
	iter->way_length = length;
	iter->gc_only = gc_only;
	*ret = iter;
	return 0;
}

static void give(struct lh_reference_iter *iter, uint64_t to, uint64_t depth, struct lh_reference_info *ret)
{
	const struct lh_span *span = &iter->last.span;
	const struct lh_reference_info info = {
		.from = iter->last.from,
		.to = to,
		.flags = (span->hidden || iter->in_buffer ? 0 : LH_REFERENCE_VISITED) |
			 (span->label == LH_LABEL_BODY ? LH_REFERENCE_CONSERVATIVE : 0),
		.depth = depth,
	};

	lh_info_give(ret, &info, sizeof(info));
}

static int next_of_levels(struct lh_reference_iter *iter, struct lh_reference_info *ret)
{
	struct lh_met met;
	int r = lh_bfs_next(iter->levels, &met);

	if (r != 0)
		return r;
	iter->last = (struct found){met.reference.span, met.from, met.reference.i,
				    met.reference.span.words ? met.reference.i + 1 : 0};
	give(iter, met.to, met.level, ret);
	return 0;
}

/* How @from refers to @to becomes the last reference; none if it does not. */
static void find_step(struct lh_reference_iter *iter, uint64_t from, uint64_t to)
{
	struct lh_heap *heap = iter->heap;
	struct lh_buffer_word word;
	struct lh_reference own;
	struct lh_object o;

	iter->last = (struct found){.from = from};
	iter->in_buffer = false;
	if (lh_object_at(heap, &heap->view, from, &o) != 0)
		return;
	if (lh_reference_find(heap, &o, to, iter->gc_only, &own) == 0) {
		iter->last = (struct found){own.span, from, own.i, own.i + 1};
	} else if (lh_buffer_find(heap, &o, to, &word) == 0) {
		iter->last = (struct found){word.span, from, word.i, word.i + 1};
		iter->in_buffer = true;
		iter->in_buffer_at = word.index;
	}
}

static int next_step(struct lh_reference_iter *iter, struct lh_reference_info *ret)
{
	uint64_t to;

	if (iter->at + 1 >= iter->way_length)
		return LH_DONE;
	to = iter->way[iter->at + 1];
	find_step(iter, iter->way[iter->at++], to);
	give(iter, to, iter->at, ret);
	return 0;
}

int lh_reference_iter_next(struct lh_reference_iter *iter, struct lh_reference_info *ret)
{
	if (iter->levels)
		return next_of_levels(iter, ret);
	if (iter->way)
		return next_step(iter, ret);
	for (; iter->at < iter->count; iter->at++, iter->word = 0) {
		const struct found *f = &iter->found[iter->at];

		if (iter->word < f->first)
			iter->word = f->first;
		while (iter->word < f->end) {
			uint64_t i = iter->word++, to = lh_span_word(&f->span, i);

			if (!lh_span_leads(iter->heap, &iter->heap->view, &f->span, to))
				continue;
			iter->last = (struct found){f->span, f->from, i, i + 1};
			give(iter, to, 1, ret);
			return 0;
		}
	}
	return LH_DONE;
}

bool lh_reference_iter_complete(const struct lh_reference_iter *iter)
{
	return !(iter->levels ? lh_bfs_incomplete(iter->levels) : iter->visitor.incomplete);
}

int lh_reference_iter_name(struct lh_reference_iter *iter, const char **ret)
{
	lh_string_fini(&iter->name);
	if (iter->last.end)
		lh_span_edge(iter->heap, &iter->last.span, iter->last.first, &iter->name);
	if (iter->in_buffer)
		lh_string_addf(&iter->name, "[%" PRIu64 "]", iter->in_buffer_at);
	if (iter->name.failed)
		return lh_nomem(iter->heap->ctx);
	*ret = iter->name.text ? iter->name.text : "";
	return 0;
}
