/* SPDX-License-Identifier: Apache-2.0 */
#include "counts/strays.h"
#include "cpython/type_name.h"
#include "cpython/visit.h"
#include "inventory/locate.h"
#include "malloc/glibc_free.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/sort.h"

#include <stdlib.h>

/* Index of the first stray at @addr or after it. */
static size_t first_from(const struct lh_strays *s, uint64_t addr)
{
	return lh_bsearch_first(s->count, i, s->items[i].addr < addr);
}

/* The words, each address once. None is believed yet: found is 0. */
static int gather(const struct lh_refcounts *counts, struct lh_strays *s)
{
	_cleanup_free_ uint64_t *words = lh_new0(uint64_t, counts->missed_count + 1);

	s->items = lh_new0(struct lh_stray, counts->missed_count + 1);
	if (!words || !s->items)
		return lh_nomem(counts->heap->ctx);
	memcpy(words, counts->missed, counts->missed_count * sizeof(*words));
	lh_sort_words(words, counts->missed_count);
	for (size_t i = 0; i < counts->missed_count; i++)
		if (!i || words[i] != words[i - 1])
			s->items[s->count++].addr = words[i];
	return 0;
}

/* ---- which of them lead to memory that was certainly freed ---- */

struct freed {
	struct lh_strays *strays;
	bool *is_freed;
};

static void on_free(void *arg, uint64_t addr, uint64_t len)
{
	struct freed *f = arg;

	for (size_t i = first_from(f->strays, addr);
	     i < f->strays->count && f->strays->items[i].addr - addr < len; i++)
		f->is_freed[i] = true;
}

enum lead {
	LEAD_FREED,
	LEAD_DAMAGED,
	LEAD_OTHER, /* nothing is wrong with it, or memory is missing, which other warnings say */
};

/* A count and a known type: an object that ends where none can. */
static bool has_header(struct lh_heap *heap, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p = lh_view_at(&heap->view, addr, lh_layout_at(l, LH_F_OBJECT_SIZE));
	uint64_t word = p ? lh_u64(p + lh_layout_at(l, LH_F_OBJECT_REFCNT)) : 0;

	return p && lh_refcnt_is_sane(word, lh_refcnt_kind_of(l)) &&
	       !lh_refcnt_is_pointer(heap, &heap->view, word) &&
	       lh_types_find(&heap->types, lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE)));
}

/*
 * In a pool it is known which blocks are free. A used one may have been handed out again, unless a header is
 * still there: then the walk over blocks rejected it for its size. It also rejects a copy of a static type,
 * though nothing is wrong with that.
 */
static enum lead lead_in_pool(struct lh_heap *heap, uint64_t addr)
{
	struct lh_object o;
	struct lh_place place;
	struct lh_type *type;

	if (lh_locate(heap, addr, &place) != 0 || place.kind == LH_PLACE_UNMAPPED)
		return LEAD_OTHER;
	if (place.kind == LH_PLACE_FREE_BLOCK)
		return LEAD_FREED;
	if (lh_types_get(heap, addr, &type) == 0)
		return LEAD_OTHER;
	if (lh_object_at(heap, &heap->view, addr, &o) == 0)
		return o.type->kind->id == LH_KIND_TYPE ? LEAD_OTHER : LEAD_DAMAGED;
	return place.kind == LH_PLACE_BLOCK && has_header(heap, addr) ? LEAD_DAMAGED : LEAD_FREED;
}

/* Elsewhere, what containers refer to is an object unless malloc freed it, or its memory is missing. */
static enum lead lead_of(struct lh_heap *heap, uint64_t addr)
{
	if (lh_pymalloc_has(&heap->pymalloc, addr))
		return lead_in_pool(heap, addr);
	return lh_view_at(&heap->view, addr, 1) ||
			       !(heap->target->truncated_bytes || lh_target_missing_memory(heap->target))
		       ? LEAD_DAMAGED
		       : LEAD_OTHER;
}

/* Keep what was freed, and what is damaged. */
static int judge(const struct lh_refcounts *counts, struct lh_strays *s)
{
	_cleanup_free_ bool *is_freed = lh_new0(bool, s->count + 1);
	struct freed freed = {s, is_freed};
	struct lh_glibc_findings glibc;
	size_t kept = 0;
	int r;

	if (!is_freed)
		return lh_nomem(counts->heap->ctx);
	r = lh_glibc_report_free(counts->heap->target, on_free, &freed, &glibc);
	for (size_t i = 0; i < s->count; i++) {
		struct lh_stray stray = s->items[i];
		enum lead lead = is_freed[i] ? LEAD_FREED : lead_of(counts->heap, stray.addr);

		stray.damaged = lead == LEAD_DAMAGED;
		if (lead != LEAD_OTHER)
			s->items[kept++] = stray;
	}
	s->count = kept;
	return r;
}

/* ---- their holders ---- */

struct search {
	const struct lh_refcounts *counts;
	struct lh_strays *strays;
	uint64_t holder;
};

static void on_span(void *arg, const struct lh_span *span)
{
	struct search *s = arg;
	const struct lh_strays *strays = s->strays;

	if (span->label == LH_LABEL_BODY)
		return;
	for (uint64_t i = 0; i < span->count; i++) {
		uint64_t word = lh_span_counted(span, i);
		size_t at = first_from(strays, word);

		if (at == strays->count || strays->items[at].addr != word)
			continue;
		if (!strays->items[at].found++)
			strays->items[at].holder = s->holder;
	}
}

/* Somebody refers to it, and it is not what is left of one behind a text. */
static bool is_alive(const struct lh_refcounts *counts, uint32_t i, const struct lh_object *o)
{
	uint64_t found = lh_refcounts_found(counts, i);

	return counts->precise[i] != LH_NO_OBJECT && found && !lh_refcounts_is_text(o->refcnt, found);
}

static int find_holders(struct search *s)
{
	struct lh_heap *heap = s->counts->heap;
	struct lh_visitor v = {.heap = heap, .view = lh_view_of(heap->target), .fn = on_span, .arg = s};
	struct lh_addrset_iter iter = {.set = &s->counts->set};
	int r = 0;

	for (uint32_t i = 0; r >= 0 && lh_addrset_next(&iter, &s->holder) == 0; i++) {
		struct lh_object o;

		r = lh_object_at(heap, &v.view, s->holder, &o);
		if (r == 0 && is_alive(s->counts, i, &o))
			lh_visit(&v, &o);
		if (r >= 0 && i % 65536 == 0)
			r = lh_progress(heap->ctx, "looking for holders", i, iter.set->count);
	}
	return r < 0 ? r : 0;
}

/* What holders were found of, those to freed objects apart from the others. */
static int part(const struct lh_refcounts *counts, struct lh_strays *s)
{
	size_t kept = 0;

	s->broken = lh_new0(struct lh_stray, s->count + 1);
	if (!s->broken)
		return lh_nomem(counts->heap->ctx);
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].found && s->items[i].damaged)
			s->broken[s->damaged++] = s->items[i];
		else if (s->items[i].found)
			s->items[kept++] = s->items[i];
	s->count = kept;
	return 0;
}

int lh_strays_find(const struct lh_refcounts *counts, struct lh_strays *ret)
{
	struct search search = {.counts = counts, .strays = ret};
	int r;

	*ret = (struct lh_strays){0};
	if (!counts->missed_count)
		return 0;
	r = gather(counts, ret);
	if (r == 0)
		r = judge(counts, ret);
	if (r == 0 && ret->count)
		r = find_holders(&search);
	return r == 0 ? part(counts, ret) : r;
}

void lh_strays_fini(struct lh_strays *s)
{
	free(s->items);
	free(s->broken);
	*s = (struct lh_strays){0};
}

int lh_stray_describe(struct lh_heap *heap, uint64_t addr, struct lh_string *out)
{
	struct lh_place place;
	int r = lh_pymalloc_has(&heap->pymalloc, addr) ? lh_locate(heap, addr, &place) : LH_ABSENT;

	if (r != 0)
		return r;
	lh_string_add(out, "freed block");
	if (place.kind == LH_PLACE_OBJECT)
		lh_string_addf(out, ", in a %s now", lh_type_name(heap, place.object.type));
	return 0;
}
