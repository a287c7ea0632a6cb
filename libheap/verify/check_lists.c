/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's lists, both ways: each object's neighbours must lead back to it; each object in them has a count and a type.
 *
 * A list that is torn is followed from both ends. Where they stop, the end that still knows the other one's last object tells whose
 * word is wrong. While a collection runs, objects are in lists of its own, and lists are not judged.
 */
#include "cpython/gc.h"
#include "inventory/locate.h"
#include "inventory/rings.h"
#include "verify/checks.h"
#include "verify/damage.h"
#include "verify/header.h"

#define DYING 64u /* bytes of an object that a register may lead into */

/** struct end - how far a list is whole from its head, in one direction */
struct end {
	uint64_t last; /* the last node that is whole, or the head */
	uint64_t next; /* where it leads */
	uint64_t steps;
};

struct list {
	struct lh_verify *v;
	const struct lh_generation *generation;
	uint32_t size, next_at, prev_at;
};

static bool link_of(struct list *l, uint64_t node, uint32_t at, uint64_t *ret)
{
	const uint8_t *p = node & 3 ? NULL : lh_view_at(&l->v->view, node, l->size);

	if (p)
		*ret = LH_GC_LINK(lh_u64(p + at));
	return p != NULL;
}

/* Follow the links at @ahead as far as those at @back lead back. */
static struct end follow(struct list *l, uint32_t ahead, uint32_t back)
{
	uint64_t head = l->generation->head, most = lh_target_bytes(l->v->heap->target) / 32;
	struct end e = {.last = head};

	while (link_of(l, e.last, ahead, &e.next)) {
		uint64_t behind;

		if (!link_of(l, e.next, back, &behind) || behind != e.last || e.next == head ||
		    e.steps++ == most)
			break;
		e.last = e.next;
	}
	return e;
}

static uint64_t object_of(const struct list *l, uint64_t node)
{
	return node == l->generation->head ? 0 : node + l->size;
}

static int report(struct list *l, uint64_t node, uint32_t at, uint64_t word, uint64_t neighbour)
{
	struct lh_damage d = {.kind = "gc list", .addr = node + at, .neighbour = object_of(l, neighbour)};
	_cleanup_string_ struct lh_string leads = {0};
	bool in_head = node == l->generation->head;

	if (!in_head) {
		d.start = node;
		d.size = l->size;
	}
	lh_damage_word_text(l->v->heap, word, &leads);
	if (!leads.text)
		return lh_nomem(l->v->heap->ctx);
	if (in_head)
		return lh_damage_add(
			l->v, &d, "the head of gc generation %d leads %s to %s, which is not in its list",
			l->generation->number, at == l->next_at ? "forward" : "back", leads.text);
	return lh_damage_add(l->v, &d,
			     "the gc head of the object at 0x%" PRIx64
			     " leads %s to %s, which does not lead back",
			     node + l->size, at == l->next_at ? "forward" : "back", leads.text);
}

/* An object that joins or leaves is known to one neighbour, not yet to the other (_PyObject_GC_TRACK(), gc_list_remove()). */
static bool is_moving(struct list *l, const struct end *f, const struct end *b)
{
	uint64_t word;
	bool one = f->next == b->last || b->next == f->last ||
		   (link_of(l, f->next, l->next_at, &word) && word == b->last) ||
		   (link_of(l, b->next, l->prev_at, &word) && word == f->last);

	return one &&
	       (lh_damage_is_moving(l->v, f->last, l->size) || lh_damage_is_moving(l->v, b->last, l->size) ||
		lh_damage_is_moving(l->v, f->next, l->size) || lh_damage_is_moving(l->v, b->next, l->size));
}

static int check_list(struct list *l)
{
	struct end f = follow(l, l->next_at, l->prev_at), b;
	int r = 0;

	if (f.next == l->generation->head && link_of(l, f.next, l->prev_at, &b.next) && b.next == f.last)
		return 0;
	b = follow(l, l->prev_at, l->next_at);
	if (lh_damage_is_missing(l->v, f.next, l->size) || lh_damage_is_missing(l->v, b.next, l->size)) {
		l->v->now->skipped++;
		return 0;
	}
	if (is_moving(l, &f, &b)) {
		l->v->now->moving++;
		return 0;
	}
	if (f.next != b.last)
		r = report(l, f.last, l->next_at, f.next, f.last);
	if (r == 0 && b.next != f.last)
		r = report(l, b.last, l->prev_at, b.next, f.last);
	if (f.next != b.last && b.next != f.last)
		l->v->now->skipped++; /* what lies between two damages is not known */
	return r;
}

static int check_collector(struct lh_verify *v, const struct lh_interp *interp)
{
	const struct lh_layout *l = &v->heap->layout;
	struct lh_gc gc;
	int r = lh_gc_read(v->heap, interp, &gc);

	if (r < 0)
		return r;
	if (gc.collecting)
		v->now->skipped += gc.generation_count;
	for (unsigned i = 0; i < gc.generation_count && r == 0 && !gc.collecting; i++) {
		struct list list = {.v = v,
				    .generation = &gc.generations[i],
				    .size = lh_layout_at(l, LH_F_GC_HEAD_SIZE),
				    .next_at = lh_layout_at(l, LH_F_GC_HEAD_NEXT),
				    .prev_at = lh_layout_at(l, LH_F_GC_HEAD_PREV)};

		r = check_list(&list);
	}
	return r;
}

/* ---- what is in them ---- */

/* Its last reference was given back, and its destructor is about to take it from the list. */
static bool is_dying(struct lh_verify *v, uint64_t addr, uint64_t bad)
{
	struct lh_place place;

	if (bad != addr + lh_layout_at(&v->heap->layout, LH_F_OBJECT_REFCNT) ||
	    !lh_damage_is_moving(v, addr, DYING))
		return false;
	return !lh_pymalloc_has(&v->heap->pymalloc, addr) ||
	       (lh_locate(v->heap, addr, &place) == 0 && place.kind != LH_PLACE_FREE_BLOCK);
}

static int bad_object(struct lh_verify *v, uint64_t addr, uint64_t bad)
{
	_cleanup_string_ struct lh_string why = {0};

	if (lh_header_is_missing(v, addr, bad)) {
		v->now->skipped++;
		return 0;
	}
	if (is_dying(v, addr, bad)) {
		v->now->moving++;
		return 0;
	}
	lh_header_words(v, addr, bad, &why);
	if (!why.text)
		return lh_nomem(v->heap->ctx);
	return lh_damage_add(v, &(struct lh_damage){.kind = "object", .addr = bad, .start = addr, .size = 16},
			     "the collector's lists have 0x%" PRIx64 ", which is not an object any more: %s",
			     addr, why.text);
}

static int check_objects(struct lh_verify *v, const struct lh_rings *rings)
{
	struct lh_addrset_iter iter = {.set = &rings->tracked};
	uint64_t addr, bad;
	int r = 0;

	while (r == 0 && lh_addrset_next(&iter, &addr) == 0)
		if (!lh_header_is_sane(v, addr, &bad))
			r = bad_object(v, addr, bad);
	return r;
}

/* Whole lists were asked both ways when they were read (inventory/rings.h): only torn ones are followed again. */
int lh_check_lists(struct lh_verify *v)
{
	const struct lh_rings *rings;
	int r;

	if (v->heap->build.free_threaded)
		return 0;
	r = lh_rings_get(v->heap, &rings);
	if (r < 0)
		return r;
	v->now->checked = rings->tracked.count;
	for (size_t i = 0; i < v->heap->interp_count && r == 0 && (rings->broken || rings->collecting); i++)
		/* Before 3.9 all interpreters share one collector. */
		if (i == 0 || v->heap->interps[i].gc != v->heap->interps[i - 1].gc)
			r = check_collector(v, &v->heap->interps[i]);
	return r == 0 ? check_objects(v, rings) : r;
}
