/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/why.h"
#include "commands/no_type.h"

int lh_why_check_types(struct lh_why *w)
{
	struct lh_type_filter *through = &w->types.through, *avoid = &w->types.avoid;
	bool any;
	int r = lh_type_filter_any(w->heap, through, &any);

	if (r == 0 && !any && through->wanted && !lh_type_filter_names(through, "frame"))
		return lh_no_type_fail(w->heap->ctx, w->heap, "why", "through", through->wanted);
	if (r == 0)
		r = lh_type_filter_any(w->heap, avoid, &any);
	if (r == 0 && !any && avoid->wanted && !lh_type_filter_names(avoid, "frame"))
		return lh_result_warn(w->result, "no-such-type", NULL,
				      "no object has the type that --avoid names: nothing was avoided");
	return r;
}
