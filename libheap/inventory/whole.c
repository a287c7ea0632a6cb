/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/whole.h"

bool lh_heap_is_whole(const struct lh_heap *heap)
{
	const struct lh_target *t = heap->target;

	return !t->truncated_bytes && !lh_target_missing_memory(t) && !t->damage && !lh_core_changed(t) &&
	       heap->module && !heap->anomaly.count && !t->running.is;
}

bool lh_findings_are_whole(const struct lh_findings *f)
{
	return !f->pools_missing && !f->pools_damaged && !f->ring_broken && !f->collecting;
}

void lh_findings_add(struct lh_findings *to, const struct lh_findings *from)
{
	if (from->pools_missing > to->pools_missing)
		to->pools_missing = from->pools_missing;
	if (from->pools_damaged > to->pools_damaged) {
		to->pools_damaged = from->pools_damaged;
		to->first_damaged = from->first_damaged;
	}
	if (!to->ring_broken)
		to->ring_broken = from->ring_broken;
	to->collecting |= from->collecting;
}
