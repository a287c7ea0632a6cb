/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/refaudit.h"
#include "analyze/import_references.h"
#include "analyze/known_refs.h"
#include "counts/hidden.h"
#include "counts/strays.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP (1u << 16)

struct auditor {
	struct lh_refaudit *out;
	struct lh_heap *heap;
	struct lh_view view;
	int64_t unreal; /* values from here on are not counts (3.11) */
};

static int add_suspect(struct auditor *a, const struct lh_suspect *s)
{
	struct lh_refaudit *out = a->out;

	if (s->unexplained > 0)
		out->excess += (uint64_t)s->unexplained;
	else
		out->deficit += (uint64_t)-s->unexplained;
	return lh_append(a->heap->ctx, out->suspects, out->suspect_count, out->suspect_capacity, *s);
}

/* A static object's reference for itself matters only for excess: for deficit its holders are enough. */
static int compare(struct auditor *a, uint32_t i, const struct lh_object *o)
{
	int64_t precise = a->out->counts.precise[i], found = (int64_t)lh_refcounts_found(&a->out->counts, i);
	struct lh_suspect s = {.addr = o->addr, .refcount = o->refcnt, .type = o->type};

	if (found < o->refcnt) {
		int64_t known = (int64_t)lh_known_refs(a->heap, o), left = o->refcnt - found;

		found += known < left ? known : left;
	}
	if (found >= o->refcnt && precise <= o->refcnt)
		return 0;
	s.found = (uint64_t)(found < o->refcnt ? found : precise);
	s.unexplained = o->refcnt - (int64_t)s.found;
	return add_suspect(a, &s);
}

static int note_bearer(struct auditor *a, const struct lh_object *o)
{
	enum lh_kind_id kind = o->type->kind->id;
	struct lh_refaudit *out = a->out;

	if (kind != LH_KIND_CODE && kind != LH_KIND_MODULE && kind != LH_KIND_TYPE && !o->type->conservative)
		return 0;
	return lh_append(a->heap->ctx, out->bearers, out->bearer_count, out->bearer_capacity, o->addr);
}

static int audit(struct auditor *a, uint32_t i, uint64_t addr)
{
	struct lh_object o;
	int r = lh_object_at(a->heap, &a->view, addr, &o);

	if (r == 0)
		r = note_bearer(a, &o);
	if (r != 0)
		return r < 0 ? r : 0;
	if (a->out->counts.precise[i] == LH_NO_OBJECT ||
	    lh_refcounts_is_text(o.refcnt, lh_refcounts_found(&a->out->counts, i)))
		return 0;
	if (o.immortal || (a->unreal && o.refcnt >= a->unreal)) {
		a->out->immortal++;
		return 0;
	}
	a->out->audited++;
	return compare(a, i, &o);
}

static int audit_all(struct auditor *a)
{
	struct lh_refaudit *out = a->out;
	struct lh_addrset_iter iter = {.set = &out->counts.set};
	uint64_t addr;
	int r = 0;

	out->suspect_count = out->bearer_count = 0;
	out->audited = out->immortal = out->excess = out->deficit = 0;
	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		r = audit(a, i, addr);
		if (r == 0 && i % STEP == 0)
			r = lh_progress(a->heap->ctx, "comparing counts", i, out->counts.set.count);
	}
	return r;
}

static int by_addr(const void *a, const void *b)
{
	const struct lh_suspect *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static int add_strays(struct auditor *a)
{
	_cleanup_(lh_strays_fini) struct lh_strays strays;
	struct lh_refaudit *out = a->out;
	int r = lh_strays_find(&out->counts, &strays);

	out->damaged = strays.damaged;
	for (size_t i = 0; r == 0 && i < strays.count; i++) {
		const struct lh_stray *stray = &strays.items[i];

		out->strays += stray->found;
		r = add_suspect(a, &(struct lh_suspect){.addr = stray->addr,
							.found = stray->found,
							.unexplained = -(int64_t)stray->found,
							.holder = stray->holder});
	}
	if (strays.count)
		qsort(out->suspects, out->suspect_count, sizeof(*out->suspects), by_addr);
	return r;
}

int lh_refaudit_run(struct lh_heap *heap, struct lh_refaudit *ret)
{
	struct auditor a = {.out = ret, .heap = heap, .view = lh_view_of(heap->target)};
	int r;

	*ret = (struct lh_refaudit){0};
	if (heap->build.free_threaded)
		return lh_fail(heap->ctx, LH_ELAYOUT,
			       "refaudit: builds without the GIL keep part of their counts in threads: not "
			       "known yet");
	a.unreal = (int64_t)lh_layout_constant(&heap->layout, LH_C_STATIC_REFCNT) / 2;
	r = lh_refcounts_read(heap, &ret->counts);
	if (r == 0)
		r = audit_all(&a);
	if (r == 0 && ret->deficit)
		r = lh_hidden_settle(&ret->counts, &ret->hidden);
	if (r == 0 && ret->hidden)
		r = audit_all(&a);
	if (r == 0)
		r = add_strays(&a);
	return r == 0 && ret->suspect_count ? lh_import_references_mark(heap, ret) : r;
}

void lh_refaudit_drop_taken(struct lh_refaudit *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->suspect_count; i++) {
		const struct lh_suspect *s = &a->suspects[i];

		if (!s->taken)
			a->suspects[kept++] = *s;
		else if (s->unexplained > 0)
			a->excess -= (uint64_t)s->unexplained;
		else
			a->deficit -= (uint64_t)-s->unexplained;
	}
	a->suspect_count = kept;
}

void lh_refaudit_fini(struct lh_refaudit *audit)
{
	lh_refcounts_fini(&audit->counts);
	free(audit->suspects);
	free(audit->bearers);
}
