/* SPDX-License-Identifier: Apache-2.0 */
#include "command/findings.h"
#include "api/selection.h"
#include "command/damage.h"
#include "result/result_impl.h"

#include "cpython/type_name.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

int lh_result_findings(struct lh_result *result, const struct lh_findings *f, uint64_t tracked)
{
	struct lh_objects_summary summary = lh_findings_summary(f);

	return lh_result_damage(result, &summary, tracked);
}

/* Bytes of all mappings that the target has or should have. */
static uint64_t expected_bytes(const struct lh_target *target)
{
	return lh_target_bytes(target) + target->missing_bytes;
}

/* The file, why it cannot be read, and how many others there are. */
static void add_missing_files(struct lh_string *out, const struct lh_target *target)
{
	const char *path = target->first_missing;

	if (!path)
		return;
	lh_string_addf(out, ": %s (%s)", path,
		       access(path, R_OK) < 0 ? strerror(errno)
					      : "another build, or not the file that was mapped");
	if (target->missing_file_count > 1)
		lh_string_addf(out, " and %zu more", target->missing_file_count - 1);
}

static int warn_files(struct lh_result *result, const struct lh_target *target, uint64_t bytes)
{
	_cleanup_string_ struct lh_string names = {0};
	char size[LH_SIZE_MAX];

	add_missing_files(&names, target);
	if (names.failed)
		return lh_nomem(result->ctx);
	return lh_result_warn(
		result, "files-missing", NULL,
		"%s of code and constants are neither in the dump nor in files found "
		"here%s. Their names and symbols are not known (%s and %s say where the files are)",
		lh_size_text(bytes, size), names.text ? names.text : "", lh_hint(result->ctx, LH_HINT_EXE),
		lh_hint(result->ctx, LH_HINT_SYSROOT));
}

static int warn_missing(struct lh_result *result, const struct lh_target *target)
{
	uint64_t left_out = lh_target_missing_memory(target), files = lh_target_missing_files(target);
	char lost[LH_SIZE_MAX], all[LH_SIZE_MAX];
	bool is_core = target->kind == LH_TARGET_CORE;

	if (!target->truncated_bytes && !left_out)
		return files ? warn_files(result, target, files) : 0;
	lh_result_incomplete(result);
	lh_size_text(target->truncated_bytes ? target->truncated_bytes : left_out, lost);
	lh_size_text(expected_bytes(target), all);
	if (target->truncated_bytes)
		return lh_result_warn(result, "truncated", NULL,
				      "the core is truncated: %s of %s of memory are lost, and objects there "
				      "are not seen (was the disk full, or ulimit -c too low, when it was "
				      "written?)",
				      lost, all);
	return lh_result_warn(result, "missing", NULL,
			      "%s of %s of writable memory %s, and objects there are not seen (%s)", lost,
			      all, is_core ? "are not in the dump" : "could not be read",
			      is_core ? "see core_dump_filter in man 5 core"
				      : "has the process ended, or executed another program?");
}

/* What it costs not to stop a process, and how much: one that did nothing meanwhile has lost nothing. */
static int warn_running(struct lh_result *result, const struct lh_running *running)
{
	_cleanup_string_ struct lh_string text = {0};

	if (!running->is)
		return 0;
	lh_result_incomplete(result);
	if (running->used_ms > 0)
		lh_string_addf(&text, "; it used %.1f ms of processor time meanwhile", running->used_ms);
	if (running->changed)
		lh_string_addf(&text, "%s %s of its mappings changed", running->used_ms > 0 ? ", and" : ";",
			       LH_COUNTED(running->changed));
	if (text.failed)
		return lh_nomem(result->ctx);
	return lh_result_warn(result, "read-running", NULL,
			      "the process was read while it ran: counts may not add up, what looks wrong "
			      "may be two moments mixed, and the registers of its threads are not known%s",
			      text.text ? text.text : "");
}

int lh_result_missing(struct lh_result *result, const struct lh_heap *heap)
{
	const struct lh_target *target = heap->target;
	int r = warn_running(result, &target->running);

	if (r == 0 && heap->other_build)
		r = lh_result_warn(result, "other-build", NULL,
				   "%s; it was not used, and CPython was found in memory by its structure",
				   heap->other_build);
	if (r == 0 && !heap->module) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "module-unknown", NULL,
				   "CPython was found in memory by its structure, but not the mapped file "
				   "that it belongs to: some static objects are not seen, symbols are not "
				   "known");
	}
	if (r == 0 && heap->anomaly.count)
		r = lh_result_warn(
			result, "memory-damaged", &heap->anomaly.addr,
			"memory is damaged, freed too early or overwritten: \"%s\" does not hold for "
			"a %s, and %s more fields that were checked do not lead to what they should "
			"(refaudit shows which objects have more holders than they count)",
			heap->anomaly.proof, heap->anomaly.holder, LH_COUNTED(heap->anomaly.count - 1));
	if (r == 0 && lh_core_changed(target)) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "changed", NULL,
				   "the core was written to while it was read: the answer mixes its state "
				   "before and after (run again when it is complete)");
	}
	if (r == 0 && target->damage) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "compression-damaged", NULL, "%s", target->damage);
	}
	return r < 0 ? r : warn_missing(result, target);
}

int lh_result_storage_missing(struct lh_result *result, uint64_t containers)
{
	return containers
		       ? lh_result_warn(result, "storage-missing", NULL,
					"the storage of %s containers cannot be read; objects that only they "
					"hold count as held from outside",
					LH_COUNTED(containers))
		       : 0;
}

int lh_result_garbage_doubts(struct lh_result *result, const struct lh_garbage *g)
{
	int r = 0;

	if (g->doubtful)
		r = lh_result_warn(result, "counts-doubtful", &g->first_doubtful,
				   "%s objects have more references than their counts say; they are treated "
				   "as alive",
				   LH_COUNTED(g->doubtful));
	return r == 0 ? lh_result_storage_missing(result, g->graph.incomplete) : r;
}

int lh_result_garbage_warnings(struct lh_result *result, const struct lh_garbage *g)
{
	int r = 0;

	if (g->graph.rings->broken || g->graph.rings->collecting) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, g->graph.rings->collecting ? "collecting" : "gc-ring-torn", NULL,
			g->graph.rings->collecting
				? "a collection was running: its lists are in flux, so what is garbage is "
				  "uncertain"
				: "a gc generation is torn: objects past the tear are not seen, and what "
				  "they refer to counts as held from outside");
	}
	return r == 0 ? lh_result_garbage_doubts(result, g) : r;
}

#define DOUBTS_TOLD 3 /* places in types; nobody reads more */

int lh_result_doubts(struct lh_result *result, const struct lh_doubts *doubts)
{
	_cleanup_(lh_doubt_groups_fini) struct lh_doubt_groups groups = {0};
	_cleanup_string_ struct lh_string places = {0};
	uint64_t words = 0;
	int r = lh_doubts_group(doubts, &groups);

	if (r < 0 || !groups.count)
		return r;
	for (size_t i = 0; i < groups.count; i++) {
		struct lh_doubt_group *group = &groups.items[i];

		words += group->words;
		if (i >= DOUBTS_TOLD)
			continue;
		lh_string_addf(&places, "%s%s ", i ? ", " : "", lh_type_name(doubts->heap, group->type));
		lh_doubt_group_edge(doubts->heap, group, &places);
		lh_string_addf(&places, " (%s)", LH_COUNTED(group->words));
	}
	if (groups.count > DOUBTS_TOLD)
		lh_string_add(&places, ", ...");
	if (places.failed)
		return lh_nomem(doubts->heap->ctx);
	return lh_result_note(result,
			      "%s pointers in %s are treated as borrowed, because the objects that "
			      "they lead to do not count them: %s.",
			      LH_COUNTED(words), doubts->flags ? "them" : "bodies of extension types",
			      places.text);
}
