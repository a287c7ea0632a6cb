/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/refaudit.h"
#include "analyze/known_refs.h"
#include "util/array.h"

#define STEP (1u << 16)

struct auditor {
	struct lh_refaudit *out;
	struct lh_heap *heap;
	struct lh_view view;
	uint64_t unreal; /* counts from here on are none (3.11) */
};

/*
 * Four characters or more: a short C string in a block whose rest still has the type of an earlier object.
 * Half a billion references with at most one pointer to the object are no leak.
 */
static bool is_text(uint64_t count, uint64_t found)
{
	unsigned length = 0;

	for (; count; count >>= 8, length++)
		if ((count & 0xff) < 0x20 || (count & 0xff) > 0x7e)
			return false;
	return found <= 1 && length >= 4;
}

static int compare(struct auditor *a, uint32_t i, const struct lh_object *o)
{
	struct lh_refaudit *out = a->out;
	uint64_t precise = out->counts.precise[i], found = precise + out->counts.elsewhere[i];
	struct lh_suspect s = {.addr = o->addr, .refcount = o->refcnt, .type = o->type};

	if (found < o->refcnt) {
		uint64_t known = lh_known_refs(a->heap, o), left = o->refcnt - found;

		found += known < left ? known : left;
	}
	s.found = found;
	if (found < o->refcnt) {
		s.unexplained = (int64_t)(o->refcnt - found);
		out->excess += o->refcnt - found;
	} else if (precise > o->refcnt) {
		s.found = precise;
		s.unexplained = -(int64_t)(precise - o->refcnt);
		out->deficit += precise - o->refcnt;
	} else {
		return 0;
	}
	return lh_append(a->heap->ctx, out->suspects, out->suspect_count, out->suspect_capacity, s);
}

static int audit(struct auditor *a, uint32_t i, uint64_t addr)
{
	struct lh_object o;
	int r = lh_object_at(a->heap, &a->view, addr, &o);

	if (r != 0)
		return r < 0 ? r : 0;
	if (a->out->counts.precise[i] == LH_NO_OBJECT ||
	    is_text(o.refcnt, a->out->counts.precise[i] + (uint64_t)a->out->counts.elsewhere[i]))
		return 0;
	if (o.immortal || (a->unreal && o.refcnt >= a->unreal)) {
		a->out->immortal++;
		return 0;
	}
	a->out->audited++;
	return compare(a, i, &o);
}

int lh_refaudit_run(struct lh_heap *heap, struct lh_refaudit *ret)
{
	struct auditor a = {.out = ret, .heap = heap, .view = lh_view_of(heap->target)};
	struct lh_addrset_iter iter = {.set = &ret->counts.set};
	uint64_t addr;
	int r;

	*ret = (struct lh_refaudit){0};
	if (heap->build.free_threaded)
		return lh_fail(heap->ctx, LH_ELAYOUT,
			       "refaudit: builds without the GIL keep part of their counts in threads: not "
			       "known yet");
	a.unreal = lh_layout_constant(&heap->layout, LH_C_STATIC_REFCNT) / 2;
	r = lh_refcounts_read(heap, &ret->counts);
	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		r = audit(&a, i, addr);
		if (r == 0 && i % STEP == 0)
			r = lh_progress(heap->ctx, "comparing counts", i, ret->counts.set.count);
	}
	return r;
}

void lh_refaudit_fini(struct lh_refaudit *audit)
{
	lh_refcounts_fini(&audit->counts);
	free(audit->suspects);
}
