/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/statics.h"

#include "util/bytes.h"

#define SCAN_MAX (64u << 20) /* bytes of .data and .bss that are searched */

int lh_statics_have(struct lh_modfile *file)
{
	uint64_t addr;

	return lh_modfile_symbol(file, "_PyGC_generation0", &addr, NULL);
}

/* The word of the variable @name; 0 when there is none. */
static uint64_t variable(struct lh_heap *heap, const char *name)
{
	uint64_t addr, value;

	if (!heap->python || lh_modfile_symbol(heap->python, name, &addr, NULL) != 0 ||
	    lh_target_u64(heap->target, addr, &value) != 0)
		return 0;
	return value;
}

uint64_t lh_statics_generations(struct lh_heap *heap)
{
	return variable(heap, "_PyGC_generation0");
}

uint64_t lh_statics_gc(struct lh_heap *heap, enum lh_field field)
{
	static const struct {
		enum lh_field field;
		const char *name; /* a static of Modules/gcmodule.c */
	} names[] = {
		{LH_F_GC_ENABLED, "enabled"},
		{LH_F_GC_COLLECTING, "collecting"},
		{LH_F_GC_GARBAGE, "garbage"},
		{LH_F_GC_DEBUG, "debug"},
		{LH_F_GC_LONG_LIVED_TOTAL, "long_lived_total"},
		{LH_F_GC_LONG_LIVED_PENDING, "long_lived_pending"},
	};
	uint64_t addr;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].field == field && heap->python &&
		    lh_modfile_symbol(heap->python, names[i].name, &addr, NULL) == 0)
			return addr;
	return 0;
}

static uint64_t word_at(struct lh_heap *heap, uint64_t addr, enum lh_field field)
{
	uint64_t value;

	return lh_target_u64(heap->target, addr + lh_layout_at(&heap->layout, field), &value) == 0 ? value
												   : 0;
}

/* An interpreter: its first thread state points back to it. */
static bool is_interp(struct lh_heap *heap, uint64_t addr)
{
	uint64_t thread;

	if (!addr || addr & 7)
		return false;
	thread = word_at(heap, addr, LH_F_INTERP_THREADS);
	return thread && !(thread & 7) && word_at(heap, thread, LH_F_THREAD_INTERP) == addr &&
	       word_at(heap, addr, LH_F_INTERP_SYSDICT);
}

/* Stripped, and no thread has the GIL: the static interp_head is one of the words of .data and .bss. */
static uint64_t scan(struct lh_heap *heap)
{
	const struct lh_target *t = heap->target;

	for (size_t i = 0; i < t->segment_count; i++) {
		const struct lh_segment *s = &t->segments[i];

		if (!s->writable || lh_target_module(t, s->start) != heap->module ||
		    s->end - s->start > SCAN_MAX)
			continue;
		for (uint64_t at = s->start; at + 8 <= s->end; at += 8) {
			const uint8_t *p = lh_view_at(&heap->view, at, 8);

			if (!p)
				break;
			if (is_interp(heap, lh_u64(p)))
				return lh_u64(p);
		}
	}
	return 0;
}

uint64_t lh_statics_interp(struct lh_heap *heap)
{
	uint64_t interp = variable(heap, "interp_head"), thread;

	if (is_interp(heap, interp))
		return interp;
	thread = variable(heap, "_PyThreadState_Current");
	interp = thread ? word_at(heap, thread, LH_F_THREAD_INTERP) : 0;
	return is_interp(heap, interp) ? interp : scan(heap);
}
