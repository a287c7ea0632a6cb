/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/moments.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool same_build_id(const struct lh_module *a, const struct lh_module *b)
{
	return !a->build_id_len || !b->build_id_len ||
	       (a->build_id_len == b->build_id_len && memcmp(a->build_id, b->build_id, a->build_id_len) == 0);
}

/* The end of the mapping that has the first thread's stack; 0: not known. */
static uint64_t stack_end(const struct lh_heap *heap)
{
	const struct lh_mapping *m =
		heap->target->first_stack ? lh_target_mapping(heap->target, heap->target->first_stack) : NULL;

	return m ? m->end : 0;
}

static bool same_interpreters(const struct lh_heap *a, const struct lh_heap *b)
{
	return a->runtime == b->runtime && a->interp_count && b->interp_count &&
	       a->interps[0].addr == b->interps[0].addr;
}

const char *lh_moments_differ(const struct lh_heap *before, const struct lh_heap *after,
			      char buf[LH_MOMENTS_TEXT_MAX])
{
	char versions[2][LH_VERSION_TEXT_MAX];
	uint64_t stacks[2] = {stack_end(before), stack_end(after)};

	lh_version_text(before->build.version, versions[0]);
	lh_version_text(after->build.version, versions[1]);
	if (before->build.version != after->build.version)
		snprintf(buf, LH_MOMENTS_TEXT_MAX, "their Pythons are %s and %s", versions[0], versions[1]);
	else if (before->target->pid && after->target->pid && before->target->pid != after->target->pid)
		snprintf(buf, LH_MOMENTS_TEXT_MAX, "their ids are %d and %d", (int)before->target->pid,
			 (int)after->target->pid);
	else if (before->module && after->module && !same_build_id(before->module, after->module))
		snprintf(buf, LH_MOMENTS_TEXT_MAX, "their Pythons are two builds of %s", versions[0]);
	else if (before->module && after->module && before->module->start != after->module->start)
		snprintf(buf, LH_MOMENTS_TEXT_MAX, "Python is at 0x%" PRIx64 " and at 0x%" PRIx64,
			 before->module->start, after->module->start);
	else if (!same_interpreters(before, after))
		snprintf(buf, LH_MOMENTS_TEXT_MAX, "the interpreter's state is at other addresses");
	else if (stacks[0] && stacks[1] && stacks[0] != stacks[1])
		snprintf(buf, LH_MOMENTS_TEXT_MAX,
			 "the first thread's stack ends at 0x%" PRIx64 " and at 0x%" PRIx64, stacks[0],
			 stacks[1]);
	else
		return NULL;
	return buf;
}
