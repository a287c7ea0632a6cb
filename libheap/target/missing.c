/* SPDX-License-Identifier: Apache-2.0 */
/* What a target lacks. Missing code and constants cost names; missing memory that the process wrote costs
 * objects. */
#include "target/build.h"

/* Bytes of [@start, @end) that no segment has. */
static uint64_t gap_bytes(const struct lh_target *target, uint64_t start, uint64_t end)
{
	uint64_t have = 0;

	for (size_t i = lh_target_first_segment(target, start);
	     i < target->segment_count && target->segments[i].start < end; i++) {
		const struct lh_segment *s = &target->segments[i];

		have += (s->end < end ? s->end : end) - (s->start > start ? s->start : start);
	}
	return end - start - have;
}

/*
 * Anonymous memory that is not missed. What a process cannot read of its own are guard pages (live.c). What a
 * core leaves out as a whole and is smaller than an arena or malloc's mappings is private to a library: glibc
 * 2.41+ keeps the state of getrandom() in a page that is not dumped.
 *
 * Nor is a file's mapping that a core leaves out as a whole: nobody wrote to it, or it is shared, and the
 * file has what was written (man 5 core: pages of a private mapping that were written are anonymous, and
 * dumped with those). Databases map their files so. Objects lie in memory of the process alone.
 */
#define SMALL_MAPPING (64 * 1024)

static bool holds_nothing(const struct lh_target *target, const struct lh_mapping *m)
{
	uint64_t size = m->end - m->start;

	if (m->path)
		return target->kind != LH_TARGET_PROCESS && m->path[0] == '/' && !m->dumped &&
		       !lh_target_module(target, m->start) && gap_bytes(target, m->start, m->end) == size;
	return target->kind == LH_TARGET_PROCESS ||
	       (size < SMALL_MAPPING && !m->dumped && gap_bytes(target, m->start, m->end) == size);
}

uint64_t lh_target_missing_memory(const struct lh_target *target)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < target->mapping_count; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->readable && m->writable && !holds_nothing(target, m))
			sum += gap_bytes(target, m->start, m->end);
	}
	return sum;
}

uint64_t lh_target_missing_files(const struct lh_target *target)
{
	uint64_t nothing = 0;

	for (size_t i = 0; i < target->mapping_count; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->readable && m->writable && target->kind != LH_TARGET_PROCESS &&
		    holds_nothing(target, m))
			nothing += m->end - m->start;
	}
	return target->missing_bytes > nothing ? target->missing_bytes - nothing : 0;
}
