/* SPDX-License-Identifier: Apache-2.0 */
/* Whose words differ: a walk over the worker's objects, for the counts and gc heads in pages that are its own. */
#include "analyze/unshared_parts.h"
#include "inventory/rings.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 5
#define HEADS_LEFT 1000 /* a collection leaves less than one head in so many: of what was tracked after it */

/** struct part - bytes of an object that are no data of its own, counted from its address */
struct part {
	int64_t at;
	uint32_t len;
	bool head;
};

struct walk {
	struct lh_heap *heap;
	struct lh_view view, parent;
	struct lh_own_pages pages;
	struct part parts[PARTS_MAX];
	unsigned part_count, head; /* head: the part that the collector surely writes to */
	uint64_t page;             /* of the last look */
	struct lh_own_page *own;   /* NULL: it is not the worker's own */
	const struct lh_rings *rings;
	uint64_t heads_own,
		heads_shared; /* of objects that collections look at, in pages that are the worker's own or not */
};

/* Include/object.h, Include/cpython/object.h: free-threaded builds have the collector's count in ob_tid. */
static void add_part(struct walk *w, enum lh_field field, uint32_t len, bool head)
{
	const struct lh_layout *l = &w->heap->layout;

	if (lh_layout_has(l, field))
		w->parts[w->part_count++] = (struct part){lh_layout_at(l, field), len, head};
}

static void find_parts(struct walk *w)
{
	uint32_t head = lh_layout_at(&w->heap->layout, LH_F_GC_HEAD_SIZE);

	if (lh_layout_has(&w->heap->layout, LH_F_OBJECT_REF_LOCAL)) {
		add_part(w, LH_F_OBJECT_TID, 8, true);
		add_part(w, LH_F_OBJECT_GC_BITS, 1, true);
		add_part(w, LH_F_OBJECT_REF_LOCAL, 4, false);
		add_part(w, LH_F_OBJECT_REF_SHARED, 8, false);
		return;
	}
	add_part(w, LH_F_OBJECT_REFCNT, 8, false);
	w->head = w->part_count;
	if (head)
		w->parts[w->part_count++] = (struct part){-(int64_t)head, head, true};
}

static struct lh_own_page *page_of(struct walk *w, uint64_t addr)
{
	uint64_t page = addr & ~(uint64_t)(LH_OWN_PAGE - 1);
	size_t i;

	if (page == w->page)
		return w->own;
	i = lh_own_pages_index(&w->pages, addr);
	w->page = page;
	w->own = i < w->pages.count ? &w->pages.items[i] : NULL;
	return w->own;
}

/* Boyer and Moore's vote: a type with more than half of a page's votes is left. */
static void vote(struct lh_own_vote *vote, uint32_t type)
{
	if (!vote->votes)
		vote->type = type;
	if (vote->type == type)
		vote->votes++;
	else
		vote->votes--;
}

static bool is_other(struct walk *w, uint64_t addr, uint32_t len)
{
	const void *ours = lh_view_at(&w->view, addr, len), *theirs = lh_view_at(&w->parent, addr, len);

	return !ours || !theirs || memcmp(ours, theirs, len) != 0;
}

/* Bits of the words that [addr, addr + len) has in a page. */
static uint64_t *bits_of(struct lh_own_page *page, uint64_t addr, uint64_t *ret_bit)
{
	uint64_t i = (addr - page->addr) / 8;

	*ret_bit = 1ull << (i % 64);
	return &page->differs[i / 64];
}

/* What an object's part says of the page that it is in. A part of several words may be in two. Return: whether it differs. */
static bool take_part(struct walk *w, const struct part *part, uint64_t addr, bool looked_at)
{
	bool changed = false, other = is_other(w, addr, part->len);

	for (uint64_t at = addr & ~7ull; at < addr + part->len; at += 8) {
		struct lh_own_page *page = page_of(w, at);
		uint64_t bit, *bits;

		if (!page || page->is_new)
			continue;
		page->has_counts |= !part->head;
		page->has_heads |= part->head && looked_at;
		bits = bits_of(page, at, &bit);
		if (page->is_equal || !(*bits & bit) || !other)
			continue;
		*(part->head ? &page->heads : &page->counts) = changed = true;
	}
	return changed;
}

/* What remains in the words of its parts once they are looked at is explained. */
static void clear_parts(struct walk *w, const struct lh_object *o, bool head)
{
	for (unsigned i = 0; i < w->part_count; i++) {
		uint64_t addr = o->addr + (uint64_t)w->parts[i].at;

		if (w->parts[i].head && !head)
			continue;
		for (uint64_t at = addr & ~7ull; at < addr + w->parts[i].len; at += 8) {
			struct lh_own_page *page = page_of(w, at);
			uint64_t bit, *bits = page ? bits_of(page, at, &bit) : NULL;

			if (page)
				*bits &= ~bit;
		}
	}
}

/* Whether a word of its body, which is not explained, differs. */
static bool has_changed(struct walk *w, const struct lh_object *o)
{
	uint64_t end = o->addr + (uint64_t)o->type->basicsize;

	for (uint64_t at = o->addr & ~7ull; at < end && at - o->addr < LH_OWN_PAGE; at += 8) {
		struct lh_own_page *page = page_of(w, at);
		uint64_t bit, *bits = page && !page->is_new ? bits_of(page, at, &bit) : NULL;

		if (bits && *bits & bit)
			return true;
	}
	return false;
}

static bool has_head(const struct walk *w, const struct lh_object *o)
{
	return o->type->presize && !lh_is_static_type(&w->heap->layout, o->bytes, o->type) &&
	       !lh_is_in_module(w->heap, o->addr);
}

/* Objects that are frozen are in no collection. Return: whether the collector writes to the object's head. */
static bool is_looked_at(struct walk *w, const struct lh_item *item)
{
	if (!item->tracked || lh_addrset_has(&w->rings->permanent, item->object.addr))
		return false;
	if (page_of(w, item->object.addr + (uint64_t)w->parts[w->head].at))
		w->heads_own++;
	else
		w->heads_shared++;
	return true;
}

static void take_object(struct walk *w, const struct lh_item *item)
{
	const struct lh_object *o = &item->object;
	bool head = item->tracked || has_head(w, o), looked_at = is_looked_at(w, item), changed = false;
	struct lh_own_page *page;

	for (unsigned i = 0; i < w->part_count; i++)
		if (head || !w->parts[i].head)
			changed |= take_part(w, &w->parts[i], o->addr + (uint64_t)w->parts[i].at, looked_at);
	clear_parts(w, o, head);
	page = page_of(w, o->addr);
	if (!page)
		return;
	if (page->is_new || page->is_equal || changed || has_changed(w, o))
		vote(&page->written, o->type->index);
	if (looked_at)
		vote(&page->tracked, o->type->index);
}

static int take(void *arg, const struct lh_item *items, size_t count)
{
	struct walk *w = arg;

	for (size_t i = 0; i < count; i++)
		take_object(w, &items[i]);
	return 0;
}

/* ---- sums ---- */

/* A full collection writes to the head of each object that it looks at; whoever only uses objects leaves some of them alone. */
static bool has_collected(const struct walk *w)
{
	return w->heads_own && w->heads_shared <= w->heads_own / HEADS_LEFT;
}

static bool has_bits(const struct lh_own_page *page)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < LH_ARRAY_SIZE(page->differs); i++)
		bits |= page->differs[i];
	return bits;
}

static enum lh_cause cause_of(const struct lh_own_page *page, bool collected)
{
	if (page->is_new)
		return LH_CAUSE_NEW;
	if (has_bits(page))
		return LH_CAUSE_DATA;
	if (page->counts)
		return LH_CAUSE_COUNTS;
	if (page->heads || (page->has_heads && (collected || !page->has_counts)))
		return LH_CAUSE_HEADS;
	return page->has_counts ? LH_CAUSE_COUNTS : LH_CAUSE_DATA;
}

static int compare_types(const void *a, const void *b)
{
	const struct lh_unshared_type *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes > y->bytes ? -1 : 1;
	if (!x->type || !y->type)
		return !x->type - !y->type;
	return x->type->addr < y->type->addr ? -1 : x->type->addr > y->type->addr;
}

static int add_up(struct walk *w, struct lh_unshared *ret)
{
	size_t none = w->heap->types.count, kept = 0;

	ret->types = lh_new0(struct lh_unshared_type, none + 1);
	if (!ret->types)
		return lh_nomem(w->heap->ctx);
	for (size_t i = 0; i < w->pages.count; i++) {
		const struct lh_own_page *page = &w->pages.items[i];
		enum lh_cause cause = cause_of(page, ret->collected);
		uint32_t type = cause == LH_CAUSE_HEADS ? page->tracked.type : page->written.type;
		struct lh_unshared_type *t = &ret->types[type < none ? type : none];

		t->bytes += LH_OWN_PAGE;
		t->causes[cause] += LH_OWN_PAGE;
		ret->bytes += LH_OWN_PAGE;
		ret->causes[cause] += LH_OWN_PAGE;
	}
	for (size_t i = 0; i <= none; i++) {
		ret->types[i].type = i < none ? w->heap->types.items[i] : NULL;
		if (ret->types[i].bytes)
			ret->types[kept++] = ret->types[i];
	}
	ret->count = kept;
	qsort(ret->types, kept, sizeof(*ret->types), compare_types);
	return 0;
}

/* The system gives each program addresses of its own, and a fork keeps them. A few modules may have been loaded since. */
static bool is_related(const struct lh_target *worker, const struct lh_target *parent)
{
	size_t same = 0;

	for (size_t i = 0; i < worker->module_count; i++) {
		const struct lh_module *m = lh_target_module(parent, worker->modules[i].start);

		same += m && m->start == worker->modules[i].start;
	}
	return same * 2 >= worker->module_count;
}

static void walk_fini(struct walk *w)
{
	free(w->pages.items);
}

int lh_unshared_find(struct lh_heap *heap, struct lh_target *parent, struct lh_unshared *ret)
{
	_cleanup_(walk_fini) struct walk w = {.heap = heap,
					      .view = lh_view_of(heap->target),
					      .parent = lh_view_of(parent),
					      .page = UINT64_MAX};
	int r = lh_own_pages_find(heap->target, parent, &w.pages);

	*ret = (struct lh_unshared){.shared = w.pages.shared,
				    .pages_known = w.pages.known,
				    .related = is_related(heap->target, parent)};
	if (r < 0)
		return r;
	find_parts(&w);
	r = lh_rings_get(heap, &w.rings);
	if (r == 0)
		r = lh_objects_walk(heap, false, take, &w, &ret->findings);
	if (r < 0)
		return r;
	ret->collected = has_collected(&w);
	return add_up(&w, ret);
}

void lh_unshared_fini(struct lh_unshared *unshared)
{
	free(unshared->types);
	*unshared = (struct lh_unshared){0};
}
