/* SPDX-License-Identifier: Apache-2.0 */
#include "graph/rings.h"

#define STEP 65536 /* objects between looks at the user's ^C */

static int walk_ring(struct lh_heap *heap, const struct lh_generation *generation, struct lh_rings *rings)
{
	bool permanent = generation->number == LH_GENERATION_PERMANENT;
	struct lh_addrset *set = permanent ? &rings->permanent : &rings->tracked;
	struct lh_ring ring;
	uint64_t object;
	int r;

	lh_ring_begin(heap, generation, &ring);
	while (lh_ring_next(&ring, &object) == 0) {
		/* The chain's next load can start while this one's bit is set. */
		__builtin_prefetch(ring.view.data + (ring.node - ring.view.start));
		r = object & 7 ? LH_ABSENT : lh_addrset_add(set, object);
		if (r == LH_DONE || r == LH_ABSENT) {
			ring.broken = object; /* seen before: the ring runs into itself */
			break;
		}
		if (r == 0 && set->count % STEP == 0)
			r = lh_progress(heap->ctx, "reading gc generations", set->count, 0);
		if (r < 0)
			return r;
	}
	if (ring.broken && !rings->broken)
		rings->broken = ring.broken;
	return 0;
}

static int walk_collector(struct lh_heap *heap, const struct lh_interp *interp, struct lh_rings *rings)
{
	struct lh_gc gc;
	int r = lh_gc_read(heap, interp, &gc);

	if (r < 0)
		return r;
	rings->collecting |= gc.collecting;
	for (unsigned g = 0; r == 0 && g < gc.generation_count; g++)
		r = walk_ring(heap, &gc.generations[g], rings);
	return r;
}

int lh_rings_read(struct lh_heap *heap, struct lh_rings *ret)
{
	int r = 0;

	*ret = (struct lh_rings){0};
	lh_addrset_init(&ret->tracked, heap->ctx);
	lh_addrset_init(&ret->permanent, heap->ctx);
	for (size_t i = 0; r == 0 && i < heap->interp_count; i++)
		/* Before 3.9 all interpreters share one collector. */
		if (i == 0 || heap->interps[i].gc != heap->interps[i - 1].gc)
			r = walk_collector(heap, &heap->interps[i], ret);
	if (r < 0)
		lh_rings_fini(ret);
	return r;
}

void lh_rings_fini(struct lh_rings *rings)
{
	lh_addrset_fini(&rings->tracked);
	lh_addrset_fini(&rings->permanent);
}
