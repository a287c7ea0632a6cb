/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choosing a layout: candidates best first; the first that proves itself on the target is taken.
 *
 * A table generated from DWARF of the same build-id says what that DWARF says, and is read in milliseconds,
 * so it comes before DWARF itself, from the cache or from a file; then _Py_DebugOffsets over the nearest
 * table; then other tables of the version. debuginfod is asked only if nothing local could be proved; then
 * layouts are derived from structure (derive.c).
 */
#include "discover/derive.h"
#include "discover/derive_tools.h"
#include "discover/open.h"
#include "layout/cache.h"
#include "util/array.h"
#include "util/string.h"

#include <limits.h>
#include <stdio.h>

#define DEBUG_OFFSETS_MAX 1024
#define TABLES_MAX 8
#define OTHER_MINORS_MAX 4 /* tables of other minor versions that are repaired */

struct choice {
	struct lh_heap *heap;
	struct lh_string tried; /* what failed, for the last error */
	bool certain;           /* the layout is from DWARF, or from a table of the same build-id */
	bool derived;           /* 'tried' says why deriving failed */
	bool damaged;           /* a certain layout failed: the target's memory is damaged */
};

static void note_failure(struct choice *choice, const char *what)
{
	const struct lh_error *e = lh_ctx_error(choice->heap->ctx);
	bool derived = choice->heap->layout.main == LH_LAYOUT_DERIVED;

	lh_log(choice->heap->ctx, 7, "layout: %s: %s", what, e && e->text ? e->text : "not found");
	if (derived && choice->derived)
		return; /* one reason of this kind is enough */
	choice->derived |= derived;
	lh_string_addf(&choice->tried, "%s%s: %s", choice->tried.len ? "; " : "", what,
		       e && e->text ? e->text : "not found");
}

/* What follows from the version, as far as it is known, in a layout that has all fields. */
static void settle(struct lh_layout *layout)
{
	lh_layout_set_constants(layout);
	lh_layout_drop_parts(layout);
}

/* Prove the candidate in heap->layout. Return: 0; LH_ABSENT if it does not hold; -LH_E* if trying others is
 * pointless. */
static int accept(struct choice *choice)
{
	struct lh_heap *heap = choice->heap;
	int r;

	settle(&heap->layout);
	r = lh_heap_prove(heap);
	if (r == 0 && heap->layout.build.version != heap->build.version) {
		/* Only the target's sys.hexversion gave the full version: take its constants, and read types
		 * again with them. */
		heap->layout.build.version = heap->build.version;
		settle(&heap->layout);
		r = lh_types_reset(heap);
		if (r == 0)
			r = lh_heap_prove(heap);
	}
	/* Only a certain layout can show that there is no interpreter. */
	if (r == -LH_ENOMEM || r == -LH_EINTR || (r == -LH_ENOPYTHON && choice->certain))
		return r;
	if (r != 0) {
		/* A layout that is out of bounds says nothing about the target. */
		choice->damaged |= choice->certain && r != -LH_ECORRUPT;
		note_failure(choice, choice->heap->layout.origin);
		return LH_ABSENT;
	}
	return 0;
}

/* Extension modules have DWARF of their own: what is not in the interpreter's comes from the table of its
 * version. */
static void fill_from_table(struct lh_heap *heap)
{
	_cleanup_free_ struct lh_layout *table = malloc(sizeof(*table));
	const struct lh_module *m = heap->module;

	if (table && lh_layout_from_table(&heap->build, m ? m->build_id : NULL, m ? m->build_id_len : 0,
					  table) != LH_ABSENT)
		lh_layout_fill(&heap->layout, table);
}

static size_t build_id_of(const struct lh_heap *heap, uint8_t id[LH_BUILD_ID_MAX])
{
	return heap->python ? lh_modfile_build_id(heap->python, id) : 0;
}

/* What an earlier run read from the DWARF of this build-id, wherever that is now. */
static int try_cached(struct choice *choice)
{
	struct lh_heap *heap = choice->heap;
	uint8_t id[LH_BUILD_ID_MAX];
	size_t len = build_id_of(heap, id);
	int r = lh_layout_from_cache(heap->ctx, id, len, &heap->build, &heap->layout);

	if (r != 0)
		return r;
	fill_from_table(heap);
	choice->certain = true;
	return accept(choice);
}

static int read_dwarf(struct choice *choice, const char *path)
{
	struct lh_heap *heap = choice->heap;
	uint8_t id[LH_BUILD_ID_MAX];
	int r = lh_layout_from_dwarf(heap->ctx, path, &heap->build, &heap->layout);

	if (r == -LH_ENOMEM || r == -LH_EINTR)
		return r;
	/* Of a damaged file some type may be left, and all others would be the table's. */
	if (r == 0 && !lh_layout_has(&heap->layout, LH_F_OBJECT_TYPE))
		r = lh_fail(heap->ctx, LH_ELAYOUT, "the DWARF of %s does not have CPython's objects", path);
	if (r != 0) {
		note_failure(choice, "dwarf");
		return LH_ABSENT;
	}
	fill_from_table(heap);
	choice->certain = true;
	r = accept(choice);
	if (r == 0)
		lh_layout_to_cache(heap->ctx, id, build_id_of(heap, id), &heap->layout);
	return r;
}

static int try_dwarf(struct choice *choice)
{
	struct lh_heap *heap = choice->heap;
	const char *path = heap->python ? lh_modfile_dwarf_path(heap->python) : NULL;
	int r = try_cached(choice);

	if (r != LH_ABSENT)
		return r;
	if (path)
		return read_dwarf(choice, path);
	lh_fail(heap->ctx, LH_ELAYOUT,
		"%s has no DWARF and no debug file with its build-id was found: give %s, or set "
		"DEBUGINFOD_URLS",
		heap->module ? heap->module->path : "the interpreter", lh_hint(heap->ctx, LH_HINT_DEBUG_DIR));
	note_failure(choice, "dwarf");
	return LH_ABSENT;
}

/* Only if no local file has it, and only if DEBUGINFOD_URLS is set. */
static int try_debuginfod(struct choice *choice)
{
	struct lh_heap *heap = choice->heap;
	const char *path;
	int r;

	if (!heap->python || lh_modfile_dwarf_path(heap->python))
		return LH_ABSENT;
	r = lh_modfile_fetch_debug(heap->target, heap->python);
	if (r == LH_ABSENT || r == -LH_ENOMEM || r == -LH_EINTR)
		return r;
	path = r == 0 ? lh_modfile_dwarf_path(heap->python) : NULL;
	if (r == 0 && !path)
		lh_fail(heap->ctx, LH_ELAYOUT, "%s, from debuginfod, has no DWARF",
			lh_modfile_debug_path(heap->python));
	if (!path) {
		note_failure(choice, "debuginfod");
		return LH_ABSENT;
	}
	lh_known_symbols_take(heap); /* the file has more of them */
	return read_dwarf(choice, path);
}

/* What the target says about itself replaces what is in heap->layout. Return: 0; LH_ABSENT. */
static int add_offsets(struct choice *choice)
{
	struct lh_heap *heap = choice->heap;
	uint8_t bytes[DEBUG_OFFSETS_MAX];

	if (lh_target_read(heap->target, heap->runtime, bytes, sizeof(bytes)) == 0 &&
	    lh_layout_add_debug_offsets(heap->ctx, &heap->layout, bytes, sizeof(bytes)) == 0)
		return 0;
	lh_fail(heap->ctx, LH_ELAYOUT, "the target has no _Py_DebugOffsets (CPython 3.13 and later have)");
	return LH_ABSENT;
}

/* The tables of the build's minor version, best first; with_offsets: completed from _Py_DebugOffsets. */
static int try_tables(struct choice *choice, bool exact_only, bool with_offsets)
{
	struct lh_heap *heap = choice->heap;
	const struct lh_module *m = heap->module;

	for (size_t i = 0; i < TABLES_MAX; i++) {
		int r = lh_layout_candidate(&heap->build, m ? m->build_id : NULL, m ? m->build_id_len : 0, i,
					    &heap->layout);

		if (r == LH_ABSENT || (exact_only && r != 0))
			break;
		choice->certain = r == 0 && m && lh_layout_has_table_of(m->build_id, m->build_id_len);
		if (!(heap->build.version & 0xffff))
			heap->build = heap->layout.build; /* the file had the minor version at most */
		if (with_offsets && add_offsets(choice) != 0) {
			note_failure(choice, "offsets");
			break;
		}
		r = accept(choice);
		if (r != LH_ABSENT)
			return r;
		if (exact_only)
			break;
	}
	return LH_ABSENT;
}

static int derive_and_accept(struct choice *choice, bool with_offsets, unsigned *ret_repairs)
{
	int r;

	if (with_offsets)
		add_offsets(choice); /* what it lacks has to be searched for */
	choice->certain = false;
	r = lh_derive_layout(choice->heap, ret_repairs);
	if (r != -LH_ELAYOUT)
		return r < 0 ? r : accept(choice);
	note_failure(choice, choice->heap->layout.origin);
	return LH_ABSENT;
}

/*
 * Neighbours of the build, nearest first, each repaired by structure. Of those of another minor version the
 * one that needs the fewest repairs is taken: what is not proved field by field is likely right in it.
 */
static int try_derived(struct choice *choice, bool with_offsets)
{
	_cleanup_free_ struct lh_layout *best = lh_new0(struct lh_layout, 1);
	struct lh_heap *heap = choice->heap;
	unsigned fewest = UINT_MAX;

	if (!best)
		return lh_nomem(heap->ctx);
	for (size_t i = 0, others = 0; i < TABLES_MAX && others < OTHER_MINORS_MAX; i++) {
		int near = lh_heap_neighbour(heap, i, &heap->layout), r;
		unsigned repairs;

		if (near == LH_ABSENT)
			break;
		others += near == LH_LAYOUT_FAR;
		r = derive_and_accept(choice, with_offsets, &repairs);
		if (r < 0 || (r == 0 && near == 0))
			return r;
		if (r == 0 && repairs < fewest) {
			fewest = repairs;
			*best = heap->layout;
		}
	}
	if (fewest == UINT_MAX)
		return LH_ABSENT;
	heap->layout = *best;
	return lh_types_reset(heap) < 0 ? -LH_ENOMEM : accept(choice);
}

static int try_source(struct choice *choice, enum lh_layout_source source)
{
	int r;

	switch (source) {
	case LH_LAYOUT_DWARF:
		r = try_dwarf(choice);
		return r == LH_ABSENT ? try_debuginfod(choice) : r;
	case LH_LAYOUT_OFFSETS:
		return try_tables(choice, false, true);
	case LH_LAYOUT_TABLE:
		return try_tables(choice, false, false);
	case LH_LAYOUT_DERIVED:
		return try_derived(choice, false);
	case LH_LAYOUT_AUTO:
		break;
	}
	r = try_tables(choice, true, false);
	if (r == LH_ABSENT)
		r = try_dwarf(choice);
	if (r == LH_ABSENT)
		r = try_tables(choice, false, true);
	if (r == LH_ABSENT)
		r = try_tables(choice, false, false);
	if (r == LH_ABSENT)
		r = try_debuginfod(choice);
	/* If the right layout fails, memory is damaged, and a derived one that happens to fit is wrong. */
	if (r == LH_ABSENT && !choice->damaged)
		r = try_derived(choice, true);
	return r;
}

int lh_heap_choose_layout(struct lh_heap *heap, enum lh_layout_source source)
{
	struct choice choice = {.heap = heap};
	char version[LH_VERSION_TEXT_MAX], lost[LH_LOST_TEXT_MAX];
	int r = try_source(&choice, source);

	if (r == LH_ABSENT) {
		lh_version_text(heap->build.version, version);
		r = lh_fail(heap->ctx, LH_ELAYOUT,
			    "lay out CPython %s%s: no %s layout could be proved on the target (%s)%s",
			    heap->build.version ? version : "of unknown version",
			    heap->build.debug ? " debug" : "",
			    source == LH_LAYOUT_AUTO ? "known" : lh_layout_source_name(source),
			    choice.tried.text ? choice.tried.text : "no table of this version",
			    lh_heap_lost(heap, lost, sizeof(lost)));
	}
	lh_string_fini(&choice.tried);
	return r;
}
