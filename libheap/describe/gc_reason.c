/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules/gcmodule.c collect_generations(): the oldest generation with a count over its threshold is
 * collected; the last one only if more than a quarter of its objects are new since its last collection
 * (long_lived_pending).
 */
#include "describe/gc_reason.h"
#include "util/string.h"

#include <stdio.h>

static bool is_due(const struct lh_generation *g)
{
	return g->count > g->threshold;
}

static void counters(const struct lh_gc *gc, char *buf, size_t size)
{
	size_t len = 0;

	for (unsigned i = 0; i < gc->generation_count && len < size; i++)
		if (gc->generations[i].number != LH_GENERATION_PERMANENT)
			len += (size_t)snprintf(buf + len, size - len,
						"%sgeneration %d at %" PRId64 " of %" PRId64, i ? ", " : "",
						gc->generations[i].number, gc->generations[i].count,
						gc->generations[i].threshold);
}

static void reason_when_enabled(const struct lh_gc *gc, char *buf, size_t size)
{
	char counts[160] = "";

	counters(gc, counts, sizeof(counts));
	if (!gc->flags_known) {
		snprintf(buf, size,
			 "not known: without the symbols of this CPython there is no telling "
			 "whether gc.disable() was called (%s)",
			 counts);
		return;
	}
	if (gc->generations[0].threshold == 0) {
		snprintf(buf, size, "threshold 0: automatic collection never starts");
		return;
	}
	if (!is_due(&gc->generations[0])) {
		snprintf(buf, size, "thresholds not reached: %s", counts);
		return;
	}
	if (gc->has_long_lived && is_due(&gc->generations[2]) &&
	    gc->long_lived_pending < gc->long_lived_total / 4) {
		snprintf(buf, size,
			 "a full collection waits until a quarter of its objects are new: %s of %s are (%s)",
			 LH_COUNTED(gc->long_lived_pending), LH_COUNTED(gc->long_lived_total), counts);
		return;
	}
	snprintf(buf, size, "due at the next allocation: %s", counts);
}

void lh_gc_reason(struct lh_heap *heap, char *buf, size_t size)
{
	struct lh_gc gc;

	/* CPython lists the newest interpreter first. */
	if (lh_gc_read(heap, &heap->interps[heap->interp_count - 1], &gc) < 0)
		snprintf(buf, size, "the collector's state cannot be read");
	else if (gc.collecting)
		snprintf(buf, size, "a collection is running");
	else if (!gc.enabled)
		snprintf(buf, size, "automatic collection is disabled (gc.disable())");
	else
		reason_when_enabled(&gc, buf, size);
}
