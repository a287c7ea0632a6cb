/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/refaudit.h"
#include "analyze/import_references.h"
#include "analyze/known_refs.h"
#include "counts/hidden.h"
#include "inventory/inventory.h"
#include "inventory/whole.h"
#include "util/array.h"
#include "util/parallel.h"

#include <stdlib.h>

#define REGIONS_A_PART 8

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

static bool is_bearer(const struct lh_object *o)
{
	enum lh_kind_id kind = o->type->kind->id;

	return kind == LH_KIND_CODE || kind == LH_KIND_MODULE || kind == LH_KIND_TYPE ||
	       o->type->conservative;
}

/* ---- by all threads: most objects agree, and are not looked at again ---- */

/** struct sifted - of some regions of the set */
struct LH_APART sifted {
	uint32_t *numbers; /* of bearers, and of objects that have to be compared */
	size_t count, capacity;
	uint64_t immortal, audited;
};

struct sifting {
	const struct auditor *auditor;
	struct lh_view_apart *views; /* by worker */
	const uint32_t *types;       /* see lh_inventory_object() */
	struct sifted *parts;
};

enum verdict { SKIPPED, IMMORTAL, AGREES, DIFFERS };

static enum verdict look_at(const struct auditor *a, uint32_t i, const struct lh_object *o)
{
	const struct lh_refcounts *counts = &a->out->counts;
	uint64_t found = lh_refcounts_found(counts, i);

	if (counts->precise[i] == LH_NO_OBJECT || lh_refcounts_is_text(o->refcnt, found))
		return SKIPPED;
	if (o->immortal || (a->unreal && o->refcnt >= a->unreal))
		return IMMORTAL;
	return (int64_t)found < o->refcnt || counts->precise[i] > o->refcnt ? DIFFERS : AGREES;
}

/* All types were met when the objects were found. */
static int sift_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t k)
{
	const struct sifting *s = arg;
	struct lh_heap *heap = s->auditor->heap;
	const struct lh_addrset *set = &s->auditor->out->counts.set;
	struct lh_addrset_iter iter = {.set = set, .region = k * REGIONS_A_PART};
	uint32_t i = set->regions[k * REGIONS_A_PART]->pages[0].first;
	struct sifted *part = &s->parts[k];
	uint64_t addr;
	int r = 0;

	for (; r >= 0 && lh_addrset_next_before(&iter, (k + 1) * REGIONS_A_PART, &addr) == 0; i++) {
		struct lh_object o;
		enum verdict verdict;

		r = lh_inventory_object(heap, &s->views[worker].view, s->types, i, addr, &o);
		if (r != 0)
			continue;
		verdict = look_at(s->auditor, i, &o);
		part->immortal += verdict == IMMORTAL;
		part->audited += verdict >= AGREES;
		if (verdict == DIFFERS || is_bearer(&o))
			r = lh_append(ctx, part->numbers, part->count, part->capacity, i);
	}
	return r < 0 ? r : 0;
}

/* ---- by one: what was left, in the order of addresses ---- */

static int audit(struct auditor *a, uint32_t i)
{
	struct lh_refaudit *out = a->out;
	struct lh_object o;
	int r = lh_object_at(a->heap, &a->view, lh_addrset_nth(&out->counts.set, i), &o);

	if (r == 0 && is_bearer(&o))
		r = lh_append(a->heap->ctx, out->bearers, out->bearer_count, out->bearer_capacity, o.addr);
	if (r != 0)
		return r < 0 ? r : 0;
	return look_at(a, i, &o) == DIFFERS ? compare(a, i, &o) : 0;
}

static int audit_sifted(struct auditor *a, const struct sifted *parts, size_t count)
{
	struct lh_refaudit *out = a->out;
	int r = 0;

	out->suspect_count = out->bearer_count = 0;
	out->audited = out->immortal = out->excess = out->deficit = 0;
	for (size_t k = 0; k < count; k++) {
		out->audited += parts[k].audited;
		out->immortal += parts[k].immortal;
		for (size_t i = 0; i < parts[k].count && r == 0; i++)
			r = audit(a, parts[k].numbers[i]);
	}
	return r;
}

static int audit_all(struct auditor *a)
{
	size_t count = (a->out->counts.set.region_count + REGIONS_A_PART - 1) / REGIONS_A_PART;
	unsigned workers = lh_reading_workers(a->heap);
	_cleanup_free_ struct sifted *parts = lh_new0_apart(struct sifted, count + 1);
	_cleanup_free_ struct lh_view_apart *views = lh_new0_apart(struct lh_view_apart, workers);
	struct sifting s = {
		.auditor = a, .views = views, .types = lh_inventory_types(a->heap), .parts = parts};
	const struct lh_parallel work = {.ctx = a->heap->ctx,
					 .phase = "comparing counts",
					 .count = count,
					 .run = sift_part,
					 .arg = &s};
	int r;

	if (!parts || !views)
		return lh_nomem(a->heap->ctx);
	for (unsigned w = 0; w < workers; w++)
		views[w].view = lh_view_of(a->heap->target);
	r = lh_parallel_run(&work, workers);
	if (r == 0)
		r = audit_sifted(a, parts, count);
	for (size_t k = 0; k < count; k++)
		free(parts[k].numbers);
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
	out->broken = lh_take(strays.broken);
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
			       "builds without the GIL keep part of their counts in threads, which refaudit "
			       "does not know yet");
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

int lh_refaudit_without_taken(const struct lh_refaudit *from, struct lh_refaudit *ret)
{
	*ret = *from;
	ret->suspect_count = 0;
	ret->suspects = lh_new0(struct lh_suspect, from->suspect_count + 1);
	if (!ret->suspects)
		return lh_nomem(from->counts.heap->ctx);
	for (size_t i = 0; i < from->suspect_count; i++) {
		const struct lh_suspect *s = &from->suspects[i];

		if (!s->taken)
			ret->suspects[ret->suspect_count++] = *s;
		else if (s->unexplained > 0)
			ret->excess -= (uint64_t)s->unexplained;
		else
			ret->deficit -= (uint64_t)-s->unexplained;
	}
	return 0;
}

uint64_t lh_refaudit_missing(const struct lh_refaudit *a)
{
	const struct lh_target *t = a->counts.heap->target;

	return t->truncated_bytes ? t->truncated_bytes : lh_target_missing_memory(t);
}

bool lh_refaudit_lacks_holders(const struct lh_refaudit *a)
{
	return lh_refaudit_missing(a) || a->counts.findings.pools_missing || a->counts.incomplete;
}

bool lh_refaudit_is_whole(const struct lh_refaudit *a)
{
	const struct lh_refcounts *c = &a->counts;

	return lh_heap_is_whole(c->heap) && lh_findings_are_whole(&c->findings) && !c->incomplete &&
	       !c->missed_more && !a->damaged && !c->glibc.torn && (c->glibc.arenas || !c->glibc.heaps);
}

void lh_refaudit_fini(struct lh_refaudit *audit)
{
	lh_refcounts_fini(&audit->counts);
	free(audit->suspects);
	free(audit->broken);
	free(audit->bearers);
}

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_refaudit *audit = ret;
	int r = lh_refaudit_run(heap, audit);

	lh_refcounts_shrink(&audit->counts);
	free(lh_take(audit->bearers));
	audit->bearer_count = audit->bearer_capacity = 0;
	return r;
}

static void fini(void *kept)
{
	lh_refaudit_fini(kept);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_refaudit *audit = kept;

	return lh_addrset_bytes(&audit->counts.set) + audit->suspect_count * sizeof(*audit->suspects) +
	       audit->damaged * sizeof(*audit->broken);
}

int lh_refaudit_get(struct lh_heap *heap, const struct lh_refaudit **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_refaudit), make, fini, bytes};

	return lh_heap_keep(heap, &keeper, ret);
}
