/* SPDX-License-Identifier: Apache-2.0 */
#include "command/damage.h"

static int warn_pools(struct lh_result *result, const struct lh_objects_summary *s)
{
	int r = 0;

	if (s->pools_missing) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "pools-missing", NULL,
				   "%s of %s pools could not be read: objects in them are not counted",
				   LH_COUNTED(s->pools_missing), LH_COUNTED(s->pools));
	}
	if (r == 0 && s->pools_damaged) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "pools-damaged", &s->first_damaged,
				   "%s of %s pools contradict themselves; this is the first",
				   LH_COUNTED(s->pools_damaged), LH_COUNTED(s->pools));
	}
	return r;
}

int lh_result_damage(struct lh_result *result, const struct lh_objects_summary *s, uint64_t tracked)
{
	int r = warn_pools(result, s);

	if (r == 0 && s->collecting)
		r = lh_result_warn(result, "collecting", NULL,
				   "a garbage collection was running: generations are in flux and their "
				   "counts approximate");
	else if (r == 0 && s->broken) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "gc-ring-torn", &s->broken,
			"a gc generation is torn: tracked objects past the tear are found in pools only");
	} else if (r == 0 && s->listed != tracked) {
		r = lh_result_warn(result, "tracked-differ", NULL,
				   "the gc generations hold %s objects, the pools and the memory outside "
				   "them %s",
				   LH_COUNTED(s->listed), LH_COUNTED(tracked));
	}
	return r;
}
