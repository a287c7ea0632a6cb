/* SPDX-License-Identifier: Apache-2.0 */
#include "command/findings.h"

static int warn_pools(struct lh_result *result, const struct lh_findings *f)
{
	int r = 0;

	if (f->pools_missing) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "pools-missing", NULL,
				   "%" PRIu64 " of %" PRIu64
				   " pools are not in the dump: objects in them are not counted",
				   f->pools_missing, f->pools);
	}
	if (r == 0 && f->pools_damaged) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "pools-damaged", &f->first_damaged,
				   "%" PRIu64 " of %" PRIu64
				   " pools contradict themselves; this is the first",
				   f->pools_damaged, f->pools);
	}
	return r;
}

int lh_result_findings(struct lh_result *result, const struct lh_findings *f, uint64_t tracked)
{
	int r = warn_pools(result, f);

	if (r == 0 && f->collecting)
		r = lh_result_warn(result, "collecting", NULL,
				   "a garbage collection was running: generations are in flux and their "
				   "counts approximate");
	else if (r == 0 && f->ring_broken) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "gc-ring-torn", &f->ring_broken,
			"a gc generation is torn: tracked objects past the tear are found in pools only");
	} else if (r == 0 && f->ring_objects != tracked) {
		r = lh_result_warn(result, "tracked-differ", NULL,
				   "the gc generations hold %" PRIu64
				   " objects, the pools and what lies outside %" PRIu64,
				   f->ring_objects, tracked);
	}
	return r;
}

/* Bytes of all mappings that the target has or was meant to have. */
static uint64_t expected_bytes(const struct lh_target *target)
{
	uint64_t have = 0;

	for (size_t i = 0; i < target->segment_count; i++)
		have += target->segments[i].end - target->segments[i].start;
	return have + target->missing_bytes;
}

/* Bytes of [@start, @end) that no segment has. */
static uint64_t gap_bytes(const struct lh_target *target, uint64_t start, uint64_t end)
{
	size_t low = 0, high = target->segment_count;
	uint64_t have = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (target->segments[mid].end <= start)
			low = mid + 1;
		else
			high = mid;
	}
	for (size_t i = low; i < target->segment_count && target->segments[i].start < end; i++) {
		const struct lh_segment *s = &target->segments[i];

		have += (s->end < end ? s->end : end) - (s->start > start ? s->start : start);
	}
	return end - start - have;
}

/*
 * Anonymous memory that is not missed. What a process cannot read of its own are guard pages (live.c). What a
 * core leaves out as a whole and is smaller than an arena or malloc's mappings is private to a library: glibc
 * 2.41+ keeps the state of getrandom() in a page that is not dumped.
 */
#define SMALL_MAPPING (64 * 1024)

static bool holds_nothing(const struct lh_target *target, const struct lh_mapping *m)
{
	uint64_t size = m->end - m->start;

	if (m->path)
		return false;
	return target->kind == LH_TARGET_PROCESS ||
	       (size < SMALL_MAPPING && gap_bytes(target, m->start, m->end) == size);
}

/* Missing code and constants cost names; missing memory that the process wrote costs objects. */
static uint64_t missing_writable(const struct lh_target *target)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < target->mapping_count; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->readable && m->writable && !holds_nothing(target, m))
			sum += gap_bytes(target, m->start, m->end);
	}
	return sum;
}

/* Of what nobody has, the bytes of files: not those of memory that is not missed. */
static uint64_t missing_files(const struct lh_target *target)
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

static int warn_missing(struct lh_result *result, const struct lh_target *target)
{
	uint64_t left_out = missing_writable(target), files = missing_files(target);

	if (target->truncated_bytes) {
		lh_result_incomplete(result);
		return lh_result_warn(result, "truncated", NULL,
				      "the core is truncated: %" PRIu64 " of %" PRIu64
				      " bytes of memory are lost, and objects in them "
				      "are not seen (a full disk, or ulimit -c, when it was written)",
				      target->truncated_bytes, expected_bytes(target));
	}
	if (!left_out && files)
		return lh_result_warn(
			result, "files-missing", NULL,
			"%" PRIu64
			" bytes of code and constants are neither in the dump nor in files found here: names "
			"and symbols from them are not known (--exe and --sysroot say where the files are)",
			files);
	if (!left_out)
		return 0;
	lh_result_incomplete(result);
	return lh_result_warn(
		result, "missing", NULL,
		"%" PRIu64 " of %" PRIu64
		" bytes of memory that the process could write are not in the dump, and objects in "
		"them are not seen (see core_dump_filter in man 5 core)",
		left_out, expected_bytes(target));
}

int lh_result_missing(struct lh_result *result, const struct lh_heap *heap)
{
	const struct lh_target *target = heap->target;
	int r = 0;

	if (heap->other_build)
		r = lh_result_warn(result, "other-build", NULL,
				   "%s; it was not used, and CPython was found in memory by its structure",
				   heap->other_build);
	if (r == 0 && target->damage) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "compression-damaged", NULL, "%s", target->damage);
	}
	return r < 0 ? r : warn_missing(result, target);
}
