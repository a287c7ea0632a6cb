/* SPDX-License-Identifier: Apache-2.0 */
/* What 'pins' says of glibc's malloc: its free memory serves no arena, for arenas are mappings of their own. */
#include "commands/pins_notes.h"
#include "malloc/trim.h"

#define SIZED(bytes) lh_size_text((bytes), (char[LH_SIZE_MAX]){0})

static int note(const struct lh_glibc_trim *t, bool resident_known, struct lh_result *result)
{
	return lh_result_note(
		result,
		"malloc has %s free in %s heap%s, which pymalloc's arenas cannot use, for they are mappings "
		"of their own. malloc_trim(0) would give %s%s of that back now.",
		SIZED(t->free), LH_COUNTED(t->heaps), t->heaps == 1 ? "" : "s",
		resident_known ? "" : "up to ", SIZED(resident_known ? t->resident : t->pages));
}

int lh_pins_malloc(struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_glibc_chunks_fini) struct lh_glibc_chunks chunks = {0};
	bool known = heap->target->resident_known;
	struct lh_glibc_trim t;
	int r = lh_glibc_chunks_find(heap->target, &chunks);

	if (r < 0)
		return r;
	lh_glibc_trim(&chunks, &t);
	r = lh_result_summarize(
		result, (struct lh_summary[]){
				{"malloc_free", "free in malloc", t.heaps ? LH_BYTES(t.free) : LH_NULL},
				{"malloc_trim", "malloc_trim(0)",
				 t.heaps ? LH_BYTES(known ? t.resident : t.pages) : LH_NULL},
				{"malloc_heaps", NULL, LH_COUNT(t.heaps)},
				{},
			});
	if (r == 0 && t.heaps)
		r = note(&t, known, result);
	if (r < 0 || !t.damaged)
		return r;
	lh_result_incomplete(result);
	return lh_result_warn(
		result, "malloc-damaged", chunks.first_damaged ? &chunks.first_damaged : NULL,
		"%s of malloc's heaps and lists are broken: free memory after that is not counted",
		LH_COUNTED(t.damaged));
}
