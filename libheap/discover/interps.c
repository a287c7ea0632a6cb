/* SPDX-License-Identifier: Apache-2.0 */
/* The runtime's list of interpreters, read by the layout. */
#include "discover/open.h"
#include "discover/pre37.h"
#include "util/array.h"

#define INTERPS_MAX 4096
#define THREADS_MAX (1u << 20)

/* At most THREADS_MAX in all: lists in a hostile target may be circular. */
static uint64_t count_threads(struct lh_heap *heap, uint64_t tstate)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t n = 0, max = THREADS_MAX;

	for (size_t i = 0; i < heap->interp_count; i++)
		max -= heap->interps[i].threads;
	while (tstate && n < max && lh_layout_has(l, LH_F_THREAD_NEXT)) {
		n++;
		tstate = lh_heap_word(heap, &heap->view, tstate, LH_F_THREAD_NEXT);
	}
	return n;
}

static int add_interp(struct lh_heap *heap, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_interp in = {.addr = addr,
			       .id = (int64_t)lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_ID)};

	in.modules = lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_MODULES);
	in.sysdict = lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_SYSDICT);
	in.builtins = lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_BUILTINS);
	in.threads = count_threads(heap, lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_THREADS));
	if (lh_layout_has(l, LH_F_INTERP_GC))
		in.gc = addr + lh_layout_at(l, LH_F_INTERP_GC);
	else if (lh_layout_has(l, LH_F_RUNTIME_GC))
		in.gc = heap->runtime + lh_layout_at(l, LH_F_RUNTIME_GC);
	else
		in.gc = lh_pre37_generations(heap);
	return lh_append(heap->ctx, heap->interps, heap->interp_count, heap->interp_capacity, in);
}

int lh_interps_list(struct lh_heap *heap)
{
	char lost[LH_LOST_TEXT_MAX];
	uint64_t addr = 0;
	int r = 0;

	heap->interp_count = 0;
	if (!heap->runtime)
		addr = lh_pre37_interp(heap);
	else if (lh_layout_has(&heap->layout, LH_F_RUNTIME_INTERPRETERS))
		r = lh_target_u64(heap->target,
				  heap->runtime + lh_layout_at(&heap->layout, LH_F_RUNTIME_INTERPRETERS),
				  &addr);
	while (r == 0 && addr && heap->interp_count < INTERPS_MAX) {
		r = add_interp(heap, addr);
		if (r == 0)
			r = lh_target_u64(heap->target, addr + lh_layout_at(&heap->layout, LH_F_INTERP_NEXT),
					  &addr);
	}
	if (r == -LH_ENOMEM)
		return r;
	if (!heap->interp_count)
		return lh_fail_at(
			heap->ctx, LH_ENOPYTHON, heap->runtime,
			"the runtime has no interpreter: Python is not initialized, or already gone%s",
			lh_heap_lost(heap, lost, sizeof(lost)));
	return 0;
}
