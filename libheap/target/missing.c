/* SPDX-License-Identifier: Apache-2.0 */
/* What a target lacks. Missing code and constants cost names; missing memory that the process wrote costs
 * objects. */
#include "target/build.h"
#include "target/uncopied.h"

/* How many bytes of [@start, @end) are in no segment. */
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

/* Whether the core has private memory that was written at all (man 5 core: coredump_filter). */
static bool has_private(const struct lh_target *target)
{
	for (size_t i = 0; i < target->mapping_count; i++)
		if (target->mappings[i].writable && !target->mappings[i].path && target->mappings[i].dumped)
			return true;
	return false;
}

#define SMALL_MAPPING (64 * 1024)

/*
 * Memory that is not missing. Pages that a process cannot read itself are guard pages (live.c).
 *
 * Where a core has private memory, a mapping that it leaves out as a whole was never written (.bss that
 * nobody touched, files that are only read), is shared with a file, as databases do, which has what was
 * written, or was taken out by the process itself (MADV_DONTDUMP: secrets, the state of getrandom() in
 * glibc 2.41+). No object lies there. A small one cannot be an arena in any case.
 */
static bool holds_nothing(const struct lh_target *target, const struct lh_mapping *m, bool private)
{
	uint64_t size = m->end - m->start;

	if (target->kind == LH_TARGET_PROCESS)
		return !m->path;
	if (m->dumped || gap_bytes(target, m->start, m->end) != size)
		return false;
	return private || (!m->path && size < SMALL_MAPPING);
}

uint64_t lh_target_missing_memory(const struct lh_target *target)
{
	bool private = has_private(target);
	uint64_t sum = 0;

	for (size_t i = 0; i < target->mapping_count; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->readable && m->writable && !holds_nothing(target, m, private))
			sum += gap_bytes(target, m->start, m->end) -
			       lh_target_uncopied(target, m->start, m->end);
	}
	return sum;
}

uint64_t lh_target_missing_files(const struct lh_target *target)
{
	bool private = has_private(target);
	uint64_t nothing = 0;

	for (size_t i = 0; i < target->mapping_count; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->readable && m->writable && target->kind != LH_TARGET_PROCESS &&
		    holds_nothing(target, m, private))
			nothing += m->end - m->start;
	}
	return target->missing_bytes > nothing ? target->missing_bytes - nothing : 0;
}
