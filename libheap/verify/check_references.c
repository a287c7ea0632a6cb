/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References of objects that lead to what is not an object (any more), and objects with fewer references counted than containers have:
 * what refaudit finds too low, and what it finds to be gone. Static types of C code whose counts began at 0 are one too low all their life.
 */
#include "analyze/refaudit.h"
#include "cpython/extent.h"
#include "cpython/type_name.h"
#include "inventory/locate.h"
#include "verify/checks.h"
#include "verify/damage.h"
#include "verify/header.h"

#define HOLDER 64u /* bytes of a holder that a register may lead into */

/* What is there now is told by lh_stray_describe(). */
static int freed(struct lh_verify *v, const struct lh_suspect *s)
{
	struct lh_damage d = {.kind = "reference",
			      .addr = s->addr,
			      .start = s->addr,
			      .size = 8,
			      .pointers = (int64_t)s->found,
			      .neighbour = s->holder};
	_cleanup_string_ struct lh_string now = {0};
	int r = lh_stray_describe(v->heap, s->addr, &now);

	/* A method that is being called holds the last reference to what it is bound to: who frees it lets go of both. */
	if (s->found == 1 && lh_damage_is_moving(v, s->holder, HOLDER))
		d.held = s->holder;
	if (r < 0 || now.failed)
		return r < 0 ? r : lh_nomem(v->heap->ctx);
	return lh_damage_add(v, &d, "objects refer %s time%s to 0x%" PRIx64 ", which was freed%s%s",
			     LH_COUNTED(s->found), s->found == 1 ? "" : "s", s->addr,
			     now.text ? ": it is a " : "", now.text ? now.text : "");
}

static int counted_low(struct lh_verify *v, const struct lh_suspect *s)
{
	struct lh_damage d = {.kind = s->refcount > 0 ? "count" : "count of zero",
			      .addr = s->addr + lh_layout_at(&v->heap->layout, LH_F_OBJECT_REFCNT),
			      .start = s->addr,
			      .size = 8,
			      .pointers = (int64_t)s->found};

	/* Where a list is torn, objects are looked for in pools: the remains of one may pass for one, and its references with it. */
	if (s->refcount > 0 && v->checks[LH_CHECK_LISTS].errors) {
		v->now->skipped++;
		return 0;
	}
	/* A reference is counted before it is stored, or the other way round. */
	if (s->unexplained == -1 && s->refcount > 0 && lh_damage_is_moving(v, s->addr, HOLDER)) {
		v->now->moving++;
		return 0;
	}
	return lh_damage_add(v, &d,
			     "the %s at 0x%" PRIx64 " counts %" PRId64 " references, and objects have %s",
			     lh_type_name(v->heap, s->type), s->addr, s->refcount, LH_COUNTED(s->found));
}

static int broken(struct lh_verify *v, uint64_t addr, uint64_t found)
{
	struct lh_damage d = {.kind = "object", .start = addr, .size = 8, .pointers = (int64_t)found};
	_cleanup_string_ struct lh_string why = {0};
	struct lh_object o;

	if (lh_object_at(v->heap, &v->view, addr, &o) == 0) {
		v->now->skipped++; /* it is one that no walk found, as while a collection runs */
		return 0;
	}
	if (lh_header_is_sane(v, addr, &d.addr))
		d.addr = addr + lh_layout_at(&v->heap->layout, LH_F_VAR_SIZE);
	if (lh_header_is_missing(v, addr, d.addr)) {
		v->now->skipped++;
		return 0;
	}
	lh_header_words(v, addr, d.addr, &why);
	if (!why.text)
		return lh_nomem(v->heap->ctx);
	return lh_damage_add(v, &d, "objects refer %s time%s to 0x%" PRIx64 ", which is not an object: %s",
			     LH_COUNTED(found), found == 1 ? "" : "s", addr, why.text);
}

/* In a used block that has no object an object was overwritten, or its memory is something else's by now. */
static int suspect(struct lh_verify *v, const struct lh_suspect *s)
{
	struct lh_place place;
	int r;

	if (s->type)
		return counted_low(v, s);
	if (!lh_pymalloc_has(&v->heap->pymalloc, s->addr))
		return freed(v, s);
	r = lh_locate(v->heap, s->addr, &place);
	if (r < 0)
		return r;
	return place.kind == LH_PLACE_BLOCK ? broken(v, s->addr, s->found) : freed(v, s);
}

int lh_check_references(struct lh_verify *v)
{
	const struct lh_refaudit *a;
	int r;

	if (v->heap->build.free_threaded) {
		v->now->skipped = 1;
		return 0;
	}
	r = lh_refaudit_get(v->heap, &a);
	if (r < 0)
		return r;
	v->now->checked = a->audited;
	v->now->skipped = a->counts.missed_more;
	for (size_t i = 0; i < a->suspect_count && r == 0; i++)
		if (a->suspects[i].unexplained < 0 && !a->suspects[i].taken)
			r = suspect(v, &a->suspects[i]);
	for (size_t i = 0; i < a->damaged && r == 0; i++)
		r = broken(v, a->broken[i].addr, a->broken[i].found);
	return r;
}
