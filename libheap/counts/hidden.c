/* SPDX-License-Identifier: Apache-2.0 */
#include "counts/hidden.h"
#include "cpython/gc.h"
#include "cpython/visit.h"

struct settler {
	struct lh_refcounts *counts;
	struct lh_view view;
	struct lh_gc_mark mark;
	bool holds_tracked;
	uint64_t moved;
};

/* Whether the collector has an object of @type, at @addr, in one of its rings. */
static bool is_tracked(struct settler *s, uint64_t addr, const struct lh_type *type)
{
	const uint8_t *head =
		type->presize ? lh_view_at(&s->view, addr - s->mark.head_size, s->mark.head_size) : NULL;

	return head && lh_gc_is_marked(&s->mark, head + s->mark.head_size);
}

/* Containers that any code may fill; frames are untracked while they run, in some versions. */
static bool is_candidate(struct settler *s, uint32_t i, const struct lh_object *o)
{
	enum lh_kind_id kind = o->type->kind->id;

	return s->counts->precise[i] == 0 &&
	       (kind == LH_KIND_DICT || kind == LH_KIND_ODICT || kind == LH_KIND_LIST ||
		kind == LH_KIND_SET || kind == LH_KIND_DEQUE) &&
	       o->type->presize && !is_tracked(s, o->addr, o->type);
}

static void look_at(void *arg, const struct lh_span *span)
{
	struct settler *s = arg;

	for (uint64_t i = 0; i < span->count && !s->holds_tracked; i++) {
		struct lh_object o;

		s->holds_tracked =
			lh_object_at(s->counts->heap, &s->view, lh_span_counted(span, i), &o) == 0 &&
			is_tracked(s, o.addr, o.type);
	}
}

static void move(void *arg, const struct lh_span *span)
{
	struct settler *s = arg;

	for (uint64_t i = 0; i < span->count && span->label != LH_LABEL_BODY; i++) {
		uint32_t to = lh_addrset_index(&s->counts->set, lh_span_counted(span, i));

		if (to == LH_NO_INDEX || !s->counts->precise[to] || s->counts->precise[to] == LH_NO_OBJECT)
			continue;
		s->counts->precise[to]--;
		s->counts->elsewhere[to]++;
		s->moved++;
	}
}

static void settle(struct settler *s, const struct lh_object *o)
{
	struct lh_visitor v = {.heap = s->counts->heap,
			       .view = lh_view_of(s->counts->heap->target),
			       .fn = look_at,
			       .arg = s};

	s->holds_tracked = false;
	lh_visit(&v, o);
	v.fn = move;
	if (s->holds_tracked)
		lh_visit(&v, o);
}

int lh_hidden_settle(struct lh_refcounts *counts, uint64_t *ret_words)
{
	struct lh_heap *heap = counts->heap;
	struct settler s = {
		.counts = counts, .view = lh_view_of(heap->target), .mark = lh_gc_mark_of(&heap->layout)};
	struct lh_addrset_iter iter = {.set = &counts->set};
	struct lh_view view = s.view;
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r >= 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_object o;

		if (counts->precise[i])
			continue;
		r = lh_object_at(heap, &view, addr, &o);
		if (r == 0 && is_candidate(&s, i, &o))
			settle(&s, &o);
	}
	*ret_words = s.moved;
	return r < 0 ? r : 0;
}
