/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a forked worker shares with others, and no longer shares: the kernel copies a page when a reference count in it changes.
 * No suspect, since other rules have the same objects. Only of a running process is it known which pages are shared.
 */
#include "analyze/memory.h"
#include "inventory/whole.h"
#include "verdict/leaks.h"

#define SHARED_LEAST \
	8 /* a worker shares at least one part in this many of what it has; all processes share some */

int lh_rule_unshared(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	const struct lh_memory *memory;
	const struct lh_memory_row *python;
	char shared[LH_SIZE_MAX], own[LH_SIZE_MAX];
	int r = lh_memory_get(leaks->heap, &memory);

	(void)rule;
	if (r < 0 || !memory->private_known)
		return r;
	python = lh_memory_row_of(memory, "python");
	if (!python || python->sum.pages.shared < python->sum.pages.resident / SHARED_LEAST)
		return 0;
	lh_leaks_looked(
		leaks, lh_heap_is_whole(leaks->heap) && lh_memory_is_whole(memory),
		"Forked: %s of Python's memory are shared with other processes, %s are not (memory --parent "
		"says why)",
		lh_size_text(python->sum.pages.shared, shared), lh_size_text(python->sum.pages.dirty, own));
	return 0;
}
