/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/leaks_warn.h"
#include "command/doubts.h"
#include "command/findings.h"

#include <string.h>

/* Whether a rule was asked: what it rests on was kept, and is told here. */
static bool was_asked(const struct lh_leaks *leaks, const char *rule)
{
	for (size_t i = 0; i < leaks->unlooked_count; i++)
		if (strcmp(leaks->unlooked[i].rule, rule) == 0)
			return false;
	return true;
}

int lh_leaks_warn(struct lh_leaks *leaks, struct lh_result *result)
{
	const struct lh_refaudit *audit;
	const struct lh_garbage *garbage;
	const struct lh_memory *memory;
	int r = lh_result_findings(result, &leaks->findings, leaks->findings.ring_objects);

	if (r == 0 && was_asked(leaks, "references") && (r = lh_refaudit_get(leaks->heap, &audit)) == 0)
		r = lh_result_refaudit_warnings(result, audit);
	if (r == 0 && was_asked(leaks, "garbage") && (r = lh_garbage_get(leaks->heap, &garbage)) == 0)
		r = lh_result_garbage_doubts(result, garbage);
	if (r == 0 && was_asked(leaks, "memory") && (r = lh_memory_get(leaks->heap, &memory)) == 0)
		r = lh_result_memory_warnings(result, memory);
	return r == 0 ? lh_result_arenas_unread(result, leaks->arenas_unread) : r;
}
