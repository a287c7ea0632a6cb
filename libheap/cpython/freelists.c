/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a list is depends on the version: the statics of a file, a field of the interpreter's state, a struct of its
 * own. How it is walked does not.
 */
#include "cpython/freelists.h"

#include "cpython/extent.h"
#include "cpython/frames.h"
#include "util/array.h"
#include "util/bytes.h"

#include <stdlib.h>

struct walk {
	struct lh_heap *heap;
	struct lh_view view;
	lh_freelist_entry_fn fn; /* NULL in the first round, which only counts */
	void *arg;
	struct lh_freelists *out;
	bool chained; /* 3.14+: all lists are chains by their first word, and alike */
};

static uint64_t word_at(struct walk *w, uint64_t addr)
{
	const uint8_t *p = lh_view_at(&w->view, addr, 8);

	return p ? lh_u64(p) : 0;
}

/* ---- blocks of entries ---- */

static bool find_block(struct walk *w, struct lh_freelist_entry *entry)
{
	const struct lh_pymalloc *pm = &w->heap->pymalloc;
	uint64_t pool = entry->object & ~(pm->pool_size - 1), first = pool + pm->header;
	uint32_t class;
	const uint8_t *p;

	if (!lh_pymalloc_has(pm, entry->object) || entry->object < first)
		return false;
	p = lh_view_at(&w->view, pool + lh_layout_at(&w->heap->layout, LH_F_POOL_SZIDX), 4);
	class = p ? lh_u32(p) : UINT32_MAX;
	if (class >= lh_pymalloc_size_classes(pm))
		return false;
	entry->bytes = (uint64_t)(class + 1) * pm->alignment;
	entry->block = entry->object - (entry->object - first) % entry->bytes;
	return true;
}

/* Outside of pools: as much as an object of its type has. */
static int find_size(struct walk *w, const struct lh_freelist *list, struct lh_freelist_entry *entry)
{
	const struct lh_layout *l = &w->heap->layout;
	enum lh_field last = list->kind->last;
	const uint8_t *p;
	struct lh_type *type;
	int r = lh_types_get(w->heap, word_at(w, entry->object + lh_layout_at(l, LH_F_OBJECT_TYPE)), &type);

	if (r < 0)
		return r;
	entry->block = entry->object;
	p = r == 0 ? lh_view_at(&w->view, entry->object, (uint64_t)type->basicsize) : NULL;
	if (p) {
		entry->block -= type->presize;
		entry->bytes = lh_object_extent(w->heap, p, type) + type->presize;
	} else if (last != LH_F_COUNT && lh_layout_has(l, last)) {
		entry->bytes = lh_layout_at(l, last) + 8;
	}
	return 0;
}

static int take(struct walk *w, struct lh_freelist *list, uint64_t object)
{
	struct lh_freelist_entry entry = {.object = object};
	int r = find_block(w, &entry) ? 0 : find_size(w, list, &entry);

	if (r < 0)
		return r;
	if (!list->entries++)
		list->example = object;
	list->bytes += entry.bytes;
	list->unsized += entry.bytes == 0;
	return w->fn ? w->fn(w->arg, list, &entry) : 0;
}

/* ---- one list ---- */

/* Entries that are looked at: one more than there can be shows that there are too many. */
static uint64_t most(const struct lh_freelist *list)
{
	uint64_t counted = list->counted > 0 ? (uint64_t)list->counted : 0;

	if (list->counted < 0)
		return list->kind->limit ? list->kind->limit + 1 : UINT64_MAX;
	return counted > list->kind->limit ? list->kind->limit + 1 : counted + 1;
}

static uint64_t link_of(const struct walk *w, const struct lh_freelist_kind *kind)
{
	return w->chained && !kind->of_interp ? 0 : (uint64_t)lh_layout_or(&w->heap->layout, kind->link, 0);
}

static int walk_chain(struct walk *w, struct lh_freelist *list)
{
	uint64_t addr = word_at(w, list->head),
		 link = list->kind->link == LH_F_COUNT ? 0 : link_of(w, list->kind);
	struct lh_chain chain = {0};

	while (addr && list->entries < most(list)) {
		int r;

		if (!lh_chain_goes_on(&chain, addr) || !lh_view_at(&w->view, addr, link + 8)) {
			list->broken = true;
			return 0;
		}
		r = take(w, list, addr);
		if (r < 0)
			return r;
		addr = word_at(w, addr + link);
	}
	return 0;
}

static int walk_array(struct walk *w, struct lh_freelist *list)
{
	uint64_t count = list->counted < 0 || list->counted > list->kind->limit ? 0 : (uint64_t)list->counted;
	int r = 0;

	for (uint64_t i = 0; r == 0 && i < count; i++) {
		uint64_t addr = word_at(w, list->head + 8 * i);

		if (addr && lh_view_at(&w->view, addr, 16))
			r = take(w, list, addr);
	}
	return r;
}

static int walk_entries(struct walk *w, struct lh_freelist *list)
{
	enum lh_freelist_form form =
		w->chained && !list->kind->of_interp ? LH_FREELIST_CHAIN : list->kind->form;
	uint64_t one = form == LH_FREELIST_ONE ? word_at(w, list->head) : 0;

	if (form == LH_FREELIST_CHAIN)
		return walk_chain(w, list);
	if (form == LH_FREELIST_ARRAY)
		return walk_array(w, list);
	return one ? take(w, list, one) : 0;
}

static int add_list(struct walk *w, struct lh_freelist *list)
{
	int r = walk_entries(w, list);

	if (list->counted >= 0 && list->entries != (uint64_t)list->counted)
		list->broken = true;
	if (list->kind->limit && list->entries > list->kind->limit)
		list->broken = true;
	return r < 0 ? r : lh_append(w->heap->ctx, w->out->items, w->out->count, w->out->capacity, *list);
}

/* Its 32 bits: where it has 64, they are the low ones. -1 says that a list is closed (3.14+): nothing is in it. */
static int64_t count_at(struct walk *w, uint64_t addr)
{
	const uint8_t *p = addr ? lh_view_at(&w->view, addr, 4) : NULL;
	int32_t count = p ? (int32_t)lh_u32(p) : 0;

	return !addr ? -1 : count < 0 ? 0 : count;
}

/* ---- where they are ---- */

/** struct place - of the lists of one kind and one owner: of the first, and bytes from one to the next */
struct place {
	uint64_t head, count; /* count 0: none */
	uint32_t head_step, count_step;
};

static int walk_lists(struct walk *w, const struct lh_freelist_kind *kind, const struct place *at)
{
	int r = 0;

	for (uint32_t i = kind->first; r == 0 && i < kind->lists; i++) {
		struct lh_freelist list = {
			.kind = kind,
			.items = kind->lists > 1 ? i + kind->items : 0,
			.head = at->head + (uint64_t)i * at->head_step,
			.counted = count_at(w, at->count ? at->count + (uint64_t)i * at->count_step : 0),
		};

		r = add_list(w, &list);
	}
	return r;
}

/* Of @base, which is an interpreter's state or a struct of freelists. */
static struct place place_in(const struct walk *w, const struct lh_freelist_kind *kind, uint64_t base)
{
	const struct lh_layout *l = &w->heap->layout;
	uint64_t head = base + lh_layout_at(l, kind->head);

	if (w->chained && !kind->of_interp) {
		uint32_t step = lh_layout_at(l, LH_F_FREELIST_SIZE);

		return (struct place){head + lh_layout_at(l, LH_F_FREELIST_FIRST),
				      head + lh_layout_at(l, LH_F_FREELIST_COUNT), step, step};
	}
	return (struct place){head, kind->count == LH_F_COUNT ? 0 : base + lh_layout_at(l, kind->count), 8,
			      4};
}

static int walk_threads(struct walk *w, const struct lh_freelist_kind *kind, const struct lh_interp *interp)
{
	uint64_t offset = lh_layout_at(&w->heap->layout, LH_F_THREAD_FREELISTS);
	/* States do not overlap: more than there is room for are none. */
	uint64_t left = lh_target_bytes(w->heap->target) / (offset ? offset : 8);
	struct lh_frames threads;
	int r = 0;

	lh_frames_init(&threads, w->heap, interp);
	while (r == 0 && left && lh_frames_next_thread(&threads)) {
		struct place at = place_in(w, kind, threads.thread.addr + offset);

		r = walk_lists(w, kind, &at);
		left--;
	}
	w->out->threads_broken |= threads.incomplete || !left;
	return r;
}

static int walk_interp(struct walk *w, const struct lh_freelist_kind *kind, const struct lh_interp *interp)
{
	const struct lh_layout *l = &w->heap->layout;
	struct place at;

	if (lh_layout_has(l, LH_F_THREAD_FREELISTS) && w->heap->build.free_threaded && !kind->of_interp)
		return walk_threads(w, kind, interp);
	at = place_in(w, kind,
		      interp->addr +
			      (kind->of_interp ? 0 : (uint64_t)lh_layout_or(l, LH_F_INTERP_FREELISTS, 0)));
	return walk_lists(w, kind, &at);
}

static int walk_statics(struct walk *w, const struct lh_freelist_kind *kind)
{
	const struct lh_freelist_statics *s = &kind->statics;
	struct place at = {.head_step = 8, .count_step = 4};
	int r = s->file && w->heap->python ? lh_modfile_static(w->heap->python, s->file, s->head, &at.head)
					   : LH_ABSENT;

	if (r == 0 && s->count)
		r = lh_modfile_static(w->heap->python, s->file, s->count, &at.count);
	if (r == LH_ABSENT)
		return lh_append(w->heap->ctx, w->out->unknown, w->out->unknown_count,
				 w->out->unknown_capacity, kind);
	return r < 0 ? r : walk_lists(w, kind, &at);
}

/* Whether the layout has all that leads to the lists of @kind in the interpreters' or threads' states. */
static bool is_in_states(const struct walk *w, const struct lh_freelist_kind *kind)
{
	const struct lh_layout *l = &w->heap->layout;
	uint32_t version = w->heap->build.version;

	if (kind->head == LH_F_COUNT || !lh_layout_has(l, kind->head))
		return false;
	if (kind->of_interp)
		return lh_layout_has(l, kind->count);
	if (w->chained)
		return lh_layout_has(l, LH_F_FREELIST_COUNT) &&
		       lh_layout_has(l, w->heap->build.free_threaded ? LH_F_THREAD_FREELISTS
								     : LH_F_INTERP_FREELISTS);
	if (lh_layout_field_exists(version, LH_F_INTERP_FREELISTS) &&
	    !lh_layout_has(l, w->heap->build.free_threaded ? LH_F_THREAD_FREELISTS : LH_F_INTERP_FREELISTS))
		return false;
	return kind->count == LH_F_COUNT || lh_layout_has(l, kind->count);
}

static int walk_kind(struct walk *w, const struct lh_freelist_kind *kind)
{
	int r = 0;

	if (!is_in_states(w, kind))
		return walk_statics(w, kind);
	for (size_t i = 0; r == 0 && i < w->heap->interp_count; i++)
		r = walk_interp(w, kind, &w->heap->interps[i]);
	return r;
}

static int find_lists(struct walk *w)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < lh_freelist_kind_count; i++)
		if (lh_versions_have(&lh_freelist_kinds[i].versions, w->heap->build.version))
			r = walk_kind(w, &lh_freelist_kinds[i]);
	return r;
}

/*
 * A layout that was guessed leads to other fields of the state: nearly all counts contradict what is walked, or all
 * are 0. A process has always some entries, and damage does not reach most of its lists.
 */
static bool are_proved(const struct lh_freelists *lists)
{
	size_t sound = 0, broken = 0;

	for (size_t i = 0; i < lists->count; i++) {
		broken += lists->items[i].broken;
		sound += lists->items[i].entries && !lists->items[i].broken;
	}
	return sound > broken;
}

/* What was found is none of them. */
static int forget(struct walk *w)
{
	struct lh_freelists *out = w->out;
	const struct lh_freelist_kind *last = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < out->count; i++)
		if (out->items[i].kind != last)
			r = lh_append(w->heap->ctx, out->unknown, out->unknown_count, out->unknown_capacity,
				      last = out->items[i].kind);
	out->count = 0;
	return r;
}

static int report(struct walk *w)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->out->count; i++) {
		struct lh_freelist again = {.kind = w->out->items[i].kind,
					    .items = w->out->items[i].items,
					    .head = w->out->items[i].head,
					    .counted = w->out->items[i].counted};

		if (!w->out->items[i].broken)
			r = walk_entries(w, &again);
	}
	return r;
}

int lh_freelists_find(struct lh_heap *heap, lh_freelist_entry_fn fn, void *arg, struct lh_freelists *ret)
{
	struct walk w = {.heap = heap,
			 .view = lh_view_of(heap->target),
			 .arg = arg,
			 .out = ret,
			 .chained = lh_layout_has(&heap->layout, LH_F_FREELIST_SIZE)};
	int r;

	*ret = (struct lh_freelists){0};
	r = find_lists(&w);
	if (r == 0 && !are_proved(ret))
		r = forget(&w);
	w.fn = fn;
	return r == 0 && fn ? report(&w) : r;
}

void lh_freelists_fini(struct lh_freelists *lists)
{
	free(lists->items);
	free(lists->unknown);
	*lists = (struct lh_freelists){0};
}
