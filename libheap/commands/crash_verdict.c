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

/* The verdict is made of the thread's registers, its stack and the files of its code. */
static int warn_if_partial(const struct lh_crash *crash, struct lh_result *result)
{
	if (lh_crash_is_whole(crash))
		return 0;
	lh_result_incomplete(result);
	return lh_result_warn(result, "crash-partial", NULL,
			      "what the process was doing when it ended is known in part: see 'crash'");
}

/* gcore and the kernel say of a signal that a thread got what it was about, too (NT_SIGINFO, Linux 3.9+). */
static int warn_if_unknown(const struct lh_target *target, struct lh_result *result)
{
	int r;

	if (target->kind != LH_TARGET_CORE || target->signal.number || !target->lwp_count ||
	    !target->lwps[0].signal)
		return LH_ABSENT;
	lh_result_incomplete(result);
	r = lh_result_warn(
		result, "signal-unknown", NULL,
		"whether the process crashed is not known: it got signal %d, and the core does not say "
		"what it was about",
		target->lwps[0].signal);
	return r < 0 ? r : LH_ABSENT;
}

int lh_add_crash_verdict(struct lh_heap *heap, struct lh_result *result)
{
	struct lh_crash crash;
	int r;

	if (!lh_crash_happened(heap))
		return warn_if_unknown(heap->target, result);
	r = lh_crash_find(heap, &crash);
	if (r == 0)
		r = add(&crash, result);
	if (r == 0)
		r = warn_if_partial(&crash, result);
	lh_crash_fini(&crash);
	return r;
}
