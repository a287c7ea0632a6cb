/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/crash_verdict.h"
#include "crash/crash.h"

static int add(const struct lh_crash *crash, struct lh_result *result)
{
	int r = lh_result_headline(result, "%s", crash->verdict);

	if (r == 0)
		r = lh_result_summary(result, "verdict", NULL, LH_TEXT(crash->verdict));
	if (r == 0)
		r = lh_result_next(result, "its calls, and the objects in its registers", "crash");
	return r == 0 ? lh_result_next(result, "whether the heap is damaged, and where", "verify") : r;
}

int lh_add_crash_verdict(struct lh_heap *heap, struct lh_result *result)
{
	struct lh_crash crash;
	int r;

	if (!lh_crash_happened(heap))
		return LH_ABSENT;
	r = lh_crash_find(heap, &crash);
	if (r == 0)
		r = add(&crash, result);
	lh_crash_fini(&crash);
	return r;
}
