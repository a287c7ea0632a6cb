/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/buffers.h"
#include "inventory/locate.h"
#include "malloc/glibc_chunk.h"
#include "roots/walk.h"
#include "util/bsearch.h"

/* Bytes of the buffer that begins at @addr; 0: no used block does. */
static uint64_t buffer_bytes(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	uint64_t head = heap->debug_padding.before, bytes;
	struct lh_place place;

	if (lh_pymalloc_has(&heap->pymalloc, addr))
		return lh_locate(heap, addr, &place) == 0 && place.kind == LH_PLACE_BLOCK &&
				       addr == place.block + head
			       ? place.block_size - head
			       : 0;
	bytes = lh_glibc_bytes(heap->target, view, addr);
	for (uint64_t i = 0; i < 2 && !bytes && head && addr > head; i++, head *= 2) {
		bytes = lh_glibc_bytes(heap->target, view, addr - head);
		bytes = bytes > head ? bytes - head : 0;
	}
	return bytes;
}

/* ---- from all objects that were met ---- */

struct spread {
	struct lh_walk *walk;
	struct lh_native *native;
	struct lh_view view;
};

/* The first word at @addr or after it. */
static size_t first_word(const struct lh_native *n, uint64_t addr)
{
	return lh_bsearch_first(n->word_count, i, n->words[i].at < addr);
}

static void look_into(struct spread *s, uint64_t buffer)
{
	struct lh_native *n = s->native;
	size_t i = first_word(n, buffer);
	const struct lh_segment *segment;
	uint64_t bytes;

	/* Most words point to nothing: rejected before anything is read. */
	if (buffer % 8 || i == n->word_count ||
	    !(segment = lh_target_segment(s->walk->paths->heap->target, buffer)) ||
	    n->words[i].at >= segment->end)
		return;
	bytes = buffer_bytes(s->walk->paths->heap, &s->view, buffer);
	for (; i < n->word_count && n->words[i].at - buffer < bytes && s->walk->error == 0; i++) {
		if (n->words[i].to)
			lh_walk_word(s->walk, n->words[i].to, LH_LABEL_BUFFER, (n->words[i].at - buffer) / 8);
	}
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct spread *s = arg;

	for (uint64_t i = 0; span->label == LH_LABEL_BODY && i < span->count; i++)
		if (lh_span_word(span, i))
			look_into(s, lh_span_word(span, i));
}

/* By the type alone, before the object is read, whether that at walk->from may have a buffer. */
static bool may_have_buffer(const struct lh_walk *w)
{
	const struct lh_paths *p = w->paths;
	uint32_t type = p->graph->types[lh_paths_number(p, w->from)];

	return type == LH_GRAPH_NO_TYPE || lh_type_is_scanned(p->heap->types.items[type]);
}

/* Of the object at walk->from. */
static int look(struct spread *s)
{
	struct lh_visitor v = {.heap = s->walk->paths->heap, .view = s->view, .fn = on_span, .arg = s};
	struct lh_object o;
	int r;

	if (s->walk->from % LH_WALK_STEP && !may_have_buffer(s->walk))
		return 0;
	r = lh_walk_object(s->walk, &o);
	if (r == 0 && lh_type_is_scanned(o.type))
		lh_visit(&v, &o);
	return r < 0 ? r : s->walk->error;
}

int lh_buffers_spread(struct lh_walk *w, struct lh_native *native)
{
	struct spread s = {.walk = w, .native = native, .view = lh_view_of(w->paths->heap->target)};
	uint32_t start, end = 0;
	int r = 0;

	lh_walk_follow_bodies(w);
	do { /* by buffers of objects met before, then on from what those led to, until nothing new is found */
		start = end;
		end = w->paths->count;
		for (w->from = start; w->from < end && r == 0; w->from++)
			r = look(&s);
		r = r == 0 ? lh_walk_spread(w) : r;
	} while (r == 0 && end < w->paths->count);
	return r;
}

/* ---- of one object ---- */

struct search {
	struct lh_heap *heap;
	struct lh_view view;
	uint64_t to;
	bool found;
	struct lh_buffer_word best;
};

static void search_span(void *arg, const struct lh_span *span)
{
	struct search *s = arg;

	for (uint64_t i = 0; span->label == LH_LABEL_BODY && i < span->count && !s->found; i++) {
		uint64_t buffer = lh_span_word(span, i);
		uint64_t bytes = buffer ? buffer_bytes(s->heap, &s->view, buffer) : 0;
		const uint8_t *p = bytes ? lh_view_at(&s->view, buffer, bytes) : NULL;

		for (uint64_t k = 0; p && k < bytes / 8 && !s->found; k++)
			if (lh_u64(p + 8 * k) == s->to) {
				s->best = (struct lh_buffer_word){*span, i, k};
				s->found = true;
			}
	}
}

int lh_buffer_find(struct lh_heap *heap, const struct lh_object *from, uint64_t to,
		   struct lh_buffer_word *ret)
{
	struct search s = {.heap = heap, .view = lh_view_of(heap->target), .to = to};
	struct lh_visitor v = {.heap = heap, .view = lh_view_of(heap->target), .fn = search_span, .arg = &s};

	lh_visit(&v, from);
	if (!s.found)
		return LH_ABSENT;
	*ret = s.best;
	return 0;
}
