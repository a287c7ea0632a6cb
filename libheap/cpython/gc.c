/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/gc.h"

/* No tracked object is smaller than this with its head: a ring of
 * more nodes than fit into memory is no ring. */
#define NODE_MIN 32

static int add_generation(struct lh_heap *heap, struct lh_gc *gc, uint64_t at, int number)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p = lh_view_at(&heap->view, at, lh_layout_at(l, LH_F_GENERATION_SIZE));
	struct lh_generation *g = &gc->generations[gc->generation_count];

	if (!p)
		return lh_fail_at(heap->ctx, LH_EFAULT, at, "gc generation %d is not readable", number);
	*g = (struct lh_generation){.head = at + lh_layout_at(l, LH_F_GENERATION_HEAD),
				    .number = number,
				    .threshold = -1,
				    .count = -1};
	if (number != LH_GENERATION_PERMANENT) {
		g->threshold = (int32_t)lh_u32(p + lh_layout_at(l, LH_F_GENERATION_THRESHOLD));
		g->count = (int32_t)lh_u32(p + lh_layout_at(l, LH_F_GENERATION_COUNT));
	}
	gc->generation_count++;
	return 0;
}

static int add_generations(struct lh_heap *heap, const struct lh_interp *interp, struct lh_gc *gc)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t size = lh_layout_at(l, LH_F_GENERATION_SIZE);
	uint64_t first = interp->gc + (uint32_t)lh_layout_or(l, LH_F_GC_GENERATIONS, 0);
	int r = 0;

	if (!heap->runtime || lh_layout_has(l, LH_F_GC_GENERATIONS)) {
		for (int i = 0; i < 3 && r == 0; i++)
			r = add_generation(heap, gc, first + (uint64_t)i * size, i);
	} else {
		/* The incremental collector of 3.14.0-3.14.4: young and two old spaces. */
		r = add_generation(heap, gc, interp->gc + lh_layout_at(l, LH_F_GC_YOUNG), 0);
		for (int i = 0; i < 2 && r == 0; i++)
			r = add_generation(heap, gc,
					   interp->gc + lh_layout_at(l, LH_F_GC_OLD) + (uint64_t)i * size,
					   i + 1);
	}
	if (r == 0 && lh_layout_has(l, LH_F_GC_PERMANENT))
		r = add_generation(heap, gc, interp->gc + lh_layout_at(l, LH_F_GC_PERMANENT),
				   LH_GENERATION_PERMANENT);
	return r;
}

/* 2.7-3.6: the address of the static that became the field; 0: not known. */
static uint64_t variable(const struct lh_heap *heap, enum lh_field field)
{
	for (size_t i = 0; i < LH_GC_VARIABLES; i++)
		if (heap->gc_variables[i].field == field)
			return heap->gc_variables[i].addr;
	return 0;
}

uint64_t lh_gc_field(struct lh_heap *heap, const struct lh_interp *interp, enum lh_field field)
{
	if (!heap->runtime)
		return variable(heap, field);
	return lh_layout_has(&heap->layout, field) ? interp->gc + lh_layout_at(&heap->layout, field) : 0;
}

static uint64_t word_at(struct lh_heap *heap, const struct lh_interp *interp, enum lh_field field)
{
	uint64_t addr = lh_gc_field(heap, interp, field);
	const uint8_t *p = addr ? lh_view_at(&heap->view, addr, 8) : NULL;

	return p ? lh_u64(p) : 0;
}

/* A layout that is being derived may lack them, while names of types are looked for in the rings. */
static bool has_generations(const struct lh_heap *heap)
{
	const struct lh_layout *l = &heap->layout;

	return lh_layout_has(l, LH_F_GENERATION_SIZE) &&
	       (!heap->runtime || lh_layout_has(l, LH_F_GC_GENERATIONS) ||
		(lh_layout_has(l, LH_F_GC_YOUNG) && lh_layout_has(l, LH_F_GC_OLD)));
}

int lh_gc_read(struct lh_heap *heap, const struct lh_interp *interp, struct lh_gc *ret)
{
	struct lh_gc gc = {0};
	int r;

	if (!interp->gc || !has_generations(heap))
		return lh_fail_at(heap->ctx, LH_ELAYOUT, interp->addr,
				  "interpreter %" PRId64 ": its collector was not found", interp->id);
	r = add_generations(heap, interp, &gc);
	if (r < 0)
		return r;
	gc.flags_known = lh_gc_field(heap, interp, LH_F_GC_ENABLED) != 0;
	gc.enabled = !gc.flags_known || (uint32_t)word_at(heap, interp, LH_F_GC_ENABLED) != 0;
	gc.collecting = (uint32_t)word_at(heap, interp, LH_F_GC_COLLECTING) != 0;
	gc.debug = (uint32_t)word_at(heap, interp, LH_F_GC_DEBUG);
	gc.garbage = word_at(heap, interp, LH_F_GC_GARBAGE);
	gc.has_long_lived = lh_gc_field(heap, interp, LH_F_GC_LONG_LIVED_TOTAL) != 0;
	gc.long_lived_total = word_at(heap, interp, LH_F_GC_LONG_LIVED_TOTAL);
	gc.long_lived_pending = word_at(heap, interp, LH_F_GC_LONG_LIVED_PENDING);
	*ret = gc;
	return 0;
}

struct lh_gc_mark lh_gc_mark_of(const struct lh_layout *l)
{
	struct lh_gc_mark mark = {.head_size = lh_layout_at(l, LH_F_GC_HEAD_SIZE)};
	bool refs = lh_layout_has(l, LH_F_GC_HEAD_REFS);

	mark.at = lh_layout_at(l, refs ? LH_F_GC_HEAD_REFS : LH_F_GC_HEAD_NEXT);
	mark.shift = refs ? (int)lh_layout_constant(l, LH_C_GC_REFS_SHIFT) : -1;
	/* gc_refs with flags (3.4-3.7 Include/objimpl.h), _gc_prev (3.8+ Include/internal/pycore_gc.h); 2.7
	 * has no such flag */
	mark.finalized_at =
		mark.shift == 0 ? -1 : (int)lh_layout_at(l, refs ? LH_F_GC_HEAD_REFS : LH_F_GC_HEAD_PREV);
	return mark;
}

void lh_ring_begin(struct lh_heap *heap, const struct lh_generation *generation, struct lh_ring *ret)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p;

	*ret = (struct lh_ring){.heap = heap,
				.view = lh_view_of(heap->target),
				.head = generation->head,
				.previous = generation->head,
				.limit = lh_target_bytes(heap->target) / NODE_MIN,
				.next_offset = lh_layout_at(l, LH_F_GC_HEAD_NEXT),
				.prev_offset = lh_layout_at(l, LH_F_GC_HEAD_PREV),
				.head_size = lh_layout_at(l, LH_F_GC_HEAD_SIZE)};
	p = lh_view_at(&ret->view, ret->head, ret->head_size);
	if (!p) {
		ret->node = ret->head;
		ret->broken = ret->head;
		return;
	}
	ret->node = LH_GC_LINK(lh_u64(p + ret->next_offset));
}

int lh_gc_iter_begin(struct lh_heap *heap, const struct lh_interp *interp, uint64_t most,
		     struct lh_gc_iter *ret)
{
	*ret = (struct lh_gc_iter){.heap = heap, .most = most};
	return lh_gc_read(heap, interp, &ret->gc);
}

int lh_gc_iter_next(struct lh_gc_iter *iter, uint64_t *ret_object)
{
	const struct lh_gc *gc = &iter->gc;

	for (;;) {
		unsigned g;

		if (iter->left && lh_ring_next(&iter->ring, ret_object) == 0) {
			iter->left--;
			return 0;
		}
		if (iter->begun == gc->generation_count)
			return LH_DONE;
		g = iter->oldest_first ? gc->generation_count - 1 - iter->begun : iter->begun;
		iter->generation = &gc->generations[g];
		iter->left = iter->most;
		iter->begun++;
		lh_ring_begin(iter->heap, iter->generation, &iter->ring);
	}
}
