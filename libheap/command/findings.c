/* SPDX-License-Identifier: Apache-2.0 */
#include "command/findings.h"

static int warn_pools(struct lh_result *result, const struct lh_findings *f)
{
	int r = 0;

	if (f->pools_missing) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "pools-missing", NULL,
				   "%" PRIu64 " of %" PRIu64 " pools are not in the dump: objects in them are not counted",
				   f->pools_missing, f->pools);
	}
	if (r == 0 && f->pools_damaged) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "pools-damaged", &f->first_damaged,
				   "%" PRIu64 " of %" PRIu64 " pools contradict themselves; the first is 0x%" PRIx64,
				   f->pools_damaged, f->pools, f->first_damaged);
	}
	return r;
}

int lh_result_findings(struct lh_result *result, const struct lh_heap *heap, const struct lh_findings *f, uint64_t tracked)
{
	int r = warn_pools(result, f);

	if (r == 0 && f->collecting)
		r = lh_result_warn(result, "collecting", NULL,
				   "a garbage collection was running: generations are in flux and their counts approximate");
	else if (r == 0 && f->ring_broken) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "gc-ring-torn", &f->ring_broken,
				   "a gc generation is torn at 0x%" PRIx64 ": tracked objects past it are found in pools only",
				   f->ring_broken);
	} else if (r == 0 && f->ring_objects != tracked) {
		r = lh_result_warn(result, "tracked-differ", NULL,
				   "the gc generations hold %" PRIu64 " objects, the pools and what lies outside %" PRIu64,
				   f->ring_objects, tracked);
	}
	(void)heap;
	return r;
}
