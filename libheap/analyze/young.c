/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/young.h"

#define STEP 65536 /* objects between looks at the user's ^C */

/* The two old spaces of the incremental collector (3.14.0 to 3.14.4) change places: neither is younger. */
static unsigned young_generations(const struct lh_heap *heap)
{
	return lh_layout_has(&heap->layout, LH_F_GC_YOUNG) ? 1 : LH_YOUNG_GENERATIONS;
}

static int take_ring(struct lh_heap *heap, const struct lh_generation *generation, struct lh_young *young)
{
	struct lh_ring ring;
	uint64_t object;
	int r = 0;

	lh_ring_begin(heap, generation, &ring);
	while (r >= 0 && lh_ring_next(&ring, &object) == 0) {
		r = lh_addrset_add(&young->sets[generation->number], object);
		if (r >= 0 && ring.seen % STEP == 0)
			r = lh_progress(heap->ctx, "reading gc generations", ring.seen, 0);
	}
	young->known &= !ring.broken;
	return r < 0 ? r : 0;
}

int lh_young_find(struct lh_heap *heap, struct lh_young *ret)
{
	unsigned most = young_generations(heap);
	int r = 0;

	ret->known = heap->interp_count > 0;
	for (unsigned i = 0; i < LH_YOUNG_GENERATIONS; i++)
		lh_addrset_init(&ret->sets[i], heap->ctx);
	for (size_t i = 0; r == 0 && i < heap->interp_count; i++) {
		struct lh_gc gc = {0};

		ret->known &= lh_gc_read(heap, &heap->interps[i], &gc) == 0 && !gc.collecting;
		for (unsigned g = 0; r == 0 && ret->known && g < gc.generation_count; g++)
			if (gc.generations[g].number >= 0 && gc.generations[g].number < (int)most)
				r = take_ring(heap, &gc.generations[g], ret);
	}
	return r;
}

void lh_young_fini(struct lh_young *young)
{
	for (unsigned i = 0; i < LH_YOUNG_GENERATIONS; i++)
		lh_addrset_fini(&young->sets[i]);
}

static unsigned generation_of(const struct lh_young *young, uint64_t addr)
{
	unsigned i = 0;

	while (i < LH_YOUNG_GENERATIONS && !lh_addrset_has(&young->sets[i], addr))
		i++;
	return i;
}

/* Instances of classes are tracked from their first moment to the last, lists and sets, too. */
static bool is_always_tracked(const struct lh_type *type)
{
	return type->python || type->kind->id == LH_KIND_LIST || type->kind->id == LH_KIND_SET;
}

bool lh_young_is_other(const struct lh_young *before, const struct lh_young *after,
		       const struct lh_type *type, uint64_t addr)
{
	return before->known && after->known && is_always_tracked(type) &&
	       generation_of(after, addr) < generation_of(before, addr);
}
