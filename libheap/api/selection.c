/* SPDX-License-Identifier: Apache-2.0 */
#include "api/selection.h"
#include "cpython/size.h"
#include "util/info.h"

/* What the collector of the interpreter at @addr tracks: all of it, or an error. */
static int read_rings_of(struct lh_heap *heap, uint64_t addr, struct lh_rings *ret)
{
	const struct lh_interp *interp = heap->interps, *end = interp + heap->interp_count;
	int r;

	while (interp < end && interp->addr != addr)
		interp++;
	if (interp == end)
		return lh_fail_at(heap->ctx, LH_EUSAGE, addr, "there is no interpreter at 0x%" PRIx64, addr);
	r = lh_rings_read(heap, interp, ret);
	if (r == 0 && ret->broken)
		r = lh_fail_at(heap->ctx, LH_ECORRUPT, ret->broken,
			       "interpreter %" PRId64 ": a gc list is torn", interp->id);
	if (r == 0 && ret->collecting)
		r = lh_fail_at(heap->ctx, LH_ECORRUPT, interp->gc,
			       "interpreter %" PRId64 ": a collection was running, so its lists lack objects",
			       interp->id);
	return r;
}

int lh_selection_init(struct lh_heap *heap, const struct lh_object_query *asked, struct lh_selection *ret)
{
	struct lh_object_query *q = &ret->asked;
	int r = lh_info_take(heap->ctx, "lh_object_query", asked, q, sizeof(*q));

	if (r < 0)
		return r;
	ret->heap = heap;
	ret->by_contents = q->types || q->attribute || q->key || q->value || q->min_bytes;
	ret->query.type = q->types;
	ret->query.attr = q->attribute;
	ret->query.key = q->key;
	ret->query.value = q->value;
	ret->query.min_bytes = q->min_bytes;
	r = lh_query_init(heap, &ret->query);
	return r == 0 && q->interpreter ? read_rings_of(heap, q->interpreter, &ret->rings) : r;
}

void lh_selection_fini(struct lh_selection *s)
{
	lh_query_fini(&s->query);
	lh_rings_fini(&s->rings);
}

int lh_object_query_check(struct lh_ctx *ctx, const struct lh_object_query *query)
{
	struct lh_object_query known = {0};
	int r = lh_info_take(ctx, "lh_object_query", query, &known, sizeof(known));

	return r == 0 && known.value ? lh_query_check(ctx, known.value) : r;
}

uint64_t lh_selection_bytes(struct lh_selection *s, struct lh_view *view, const struct lh_object *object)
{
	return s->by_contents ? s->query.bytes : lh_object_bytes(s->heap, view, object);
}

struct lh_objects_summary lh_findings_summary(const struct lh_findings *f)
{
	return (struct lh_objects_summary){
		.size = sizeof(struct lh_objects_summary),
		.pools = f->pools,
		.pools_missing = f->pools_missing,
		.pools_damaged = f->pools_damaged,
		.first_damaged = f->first_damaged,
		.listed = f->ring_objects,
		.broken = f->ring_broken,
		.collecting = f->collecting,
	};
}
