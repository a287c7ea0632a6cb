/* SPDX-License-Identifier: Apache-2.0 */
#include "discover/derive.h"
#include "discover/arenas_scan.h"
#include "discover/derive_tools.h"
#include "discover/open.h"
#include "discover/prove.h"
#include "util/array.h"

#include <stdio.h>

/* The incremental collector of 3.14.0-3.14.4 has fields that the other one lacks, and vice versa. */
static void take_collector(struct lh_derive *d)
{
	bool incremental = lh_layout_has(&d->guess, LH_F_GC_YOUNG);

	lh_derive_drop(d, incremental ? LH_F_GC_GENERATIONS : LH_F_GC_YOUNG);
	lh_derive_drop(d, incremental ? LH_F_GC_GENERATION0 : LH_F_GC_OLD);
	if (!incremental)
		lh_derive_drop(d, LH_F_GC_VISITED_SPACE);
}

/* Only the fields of this minor version; those that the guess lacks are from the next nearest tables. */
static int take_fields(struct lh_derive *d)
{
	_cleanup_free_ struct lh_layout *other = malloc(sizeof(*other));
	struct lh_layout *l = &d->heap->layout;

	if (!other)
		return lh_nomem(d->heap->ctx);
	for (size_t i = 0; lh_heap_neighbour(d->heap, i, other) != LH_ABSENT; i++)
		lh_layout_fill(l, other);
	for (int f = 0; f < LH_F_COUNT; f++)
		if (!lh_layout_field_exists(d->heap->build.version, (enum lh_field)f))
			lh_derive_drop(d, (enum lh_field)f);
	take_collector(d);
	/* Four bytes before the values of attributes, if there are any (3.13+), take up a word. */
	if (lh_layout_has(l, LH_F_VALUES_VALUES))
		lh_derive_set(d, LH_F_VALUES_VALUES, lh_layout_has(l, LH_F_VALUES_CAPACITY) ? 8 : 0, NULL);
	/* Sizes are of one table, or what the target says, and fields of several. */
	lh_layout_fit_basics(l);
	return 0;
}

/*
 * Fields of the runtime, interpreters and threads that are not searched for. They move between builds, so the
 * guess is worthless without a proof.
 */
static void drop_unproved(struct lh_derive *d)
{
	static const enum lh_field fields[] = {
		LH_F_RUNTIME_MAIN,
		LH_F_RUNTIME_TSTATE_CURRENT,
		LH_F_RUNTIME_TRACEMALLOC,
		LH_F_INTERP_DICT,
		LH_F_INTERP_CODECS,
		LH_F_INTERP_STATIC_TYPES,
		LH_F_INTERP_INTERNED,
		LH_F_THREAD_FRAME,
		LH_F_THREAD_CFRAME,
		LH_F_THREAD_CURRENT_FRAME,
		LH_F_THREAD_DATASTACK_CHUNK,
		LH_F_THREAD_ID,
		LH_F_THREAD_NATIVE_ID,
		LH_F_THREAD_DICT,
		LH_F_THREAD_DELETE_LATER,
		LH_F_INTERP_CODECS_CACHE,
		LH_F_INTERP_CODECS_ERRORS,
		LH_F_INTERP_MODULES_BY_INDEX,
		LH_F_INTERP_IMPORTLIB,
		LH_F_INTERP_IMPORT_FUNC,
		LH_F_INTERP_SYSDICT_COPY,
		LH_F_INTERP_BUILTINS_COPY,
		LH_F_INTERP_BEFORE_FORKERS,
		LH_F_INTERP_AFTER_FORKERS_PARENT,
		LH_F_INTERP_AFTER_FORKERS_CHILD,
		LH_F_INTERP_PYEXITMODULE,
		LH_F_INTERP_AUDIT_HOOKS,
		LH_F_INTERP_WARNINGS_FILTERS,
		LH_F_INTERP_WARNINGS_ONCE,
		LH_F_INTERP_WARNINGS_DEFAULT,
		LH_F_INTERP_ATEXIT_CALLBACKS,
		LH_F_INTERP_ATEXIT_COUNT,
		LH_F_INTERP_MONITORING_CALLABLES,
		LH_F_INTERP_MONITORING_TOOL_NAMES,
		LH_F_THREAD_CONTEXT,
		LH_F_THREAD_ASYNC_EXC,
		LH_F_THREAD_ASYNC_GEN_FIRSTITER,
		LH_F_THREAD_ASYNC_GEN_FINALIZER,
		LH_F_THREAD_PROFILE_OBJECT,
		LH_F_THREAD_TRACE_OBJECT,
		LH_F_THREAD_RAISED_TYPE,
		LH_F_THREAD_RAISED,
		LH_F_THREAD_RAISED_TRACEBACK,
		LH_F_THREAD_HANDLED_TYPE,
		LH_F_THREAD_HANDLED,
		LH_F_THREAD_HANDLED_TRACEBACK,
		LH_F_THREAD_LOCAL_KEY,
		LH_F_THREAD_LOCAL_SENTINEL,
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(fields); i++)
		if (!d->heap->layout.proof[fields[i]])
			lh_derive_drop(d, fields[i]);
}

/* 3.12+: the state of pymalloc, in the interpreter or pointed to by it. */
static void derive_obmalloc(struct lh_derive *d)
{
	struct lh_layout *l = &d->heap->layout;
	uint32_t offset, size;
	bool embedded;

	if (!lh_layout_has(l, LH_F_INTERP_OBMALLOC) || !lh_layout_has(l, LH_F_OBMALLOC_SIZE))
		return;
	lh_layout_set_constants(l);
	if (lh_arenas_scan_interp(d->heap, d->interp, &offset, &embedded) != 0) {
		lh_derive_drop(d, LH_F_INTERP_OBMALLOC);
		return;
	}
	lh_derive_set(d, LH_F_INTERP_OBMALLOC, offset, "its arenas hold the pools of tracked objects");
	l->proof[LH_F_OBMALLOC_ARENAS] = l->proof[LH_F_INTERP_OBMALLOC];
	/* pymalloc.c tells a state from a pointer to one by whether it fits into the interpreter. */
	size = lh_layout_at(l, LH_F_OBMALLOC_SIZE);
	if (embedded && lh_layout_at(l, LH_F_INTERP_SIZE) < offset + size)
		lh_derive_set(d, LH_F_INTERP_SIZE, offset + size, NULL);
	else if (!embedded && lh_layout_at(l, LH_F_INTERP_SIZE) >= offset + size)
		lh_derive_set(d, LH_F_INTERP_SIZE, offset + 8, NULL);
}

/* Searches start from these fields. Free-threaded builds have others. */
static int check_guess(struct lh_derive *d)
{
	static const enum lh_field fields[] = {
		LH_F_INTERP_THREADS, LH_F_INTERP_BUILTINS, LH_F_THREAD_INTERP,
		LH_F_THREAD_NEXT,    LH_F_FUNCTION_CODE,   LH_F_OBJECT_SIZE,
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(fields); i++)
		if (!lh_layout_has(&d->heap->layout, fields[i]))
			return lh_fail(d->heap->ctx, LH_ELAYOUT, "%s is not known",
				       lh_field_infos[fields[i]].name);
	return lh_derive_is_sound(d) ? 0 : -LH_ELAYOUT;
}

static int derive(struct lh_derive *d)
{
	int r = take_fields(d);

	lh_layout_set_constants(&d->heap->layout);
	if (r == 0)
		r = check_guess(d);
	if (r == 0)
		r = lh_derive_runtime(d);
	if (r == 0)
		r = lh_derive_gc(d);
	if (r == 0)
		r = lh_interps_list(d->heap);
	lh_layout_set_constants(&d->heap->layout);
	if (r == 0)
		r = lh_derive_objects(d);
	if (r == 0)
		derive_obmalloc(d);
	if (r == 0)
		r = lh_derive_threads(d);
	drop_unproved(d);
	return r;
}

/* Fields that are not where the guess has them; @ret_repairs: those, and fields that only one of the two
 * has. */
static unsigned count_found(const struct lh_derive *d, unsigned *ret_repairs)
{
	const struct lh_layout *l = &d->heap->layout;
	unsigned found = 0, strange = 0;

	for (int f = 0; f < LH_F_COUNT; f++) {
		found += l->off1[f] && d->guess.off1[f] && l->off1[f] != d->guess.off1[f];
		strange += !l->off1[f] != !d->guess.off1[f];
	}
	*ret_repairs = found + strange;
	return found;
}

int lh_derive_layout(struct lh_heap *heap, unsigned *ret_repairs)
{
	_cleanup_free_ struct lh_derive *d = lh_new0(struct lh_derive, 1);
	struct lh_layout *l = &heap->layout;
	char before[sizeof(l->origin)];
	unsigned found;
	int r;

	if (!d)
		return lh_nomem(heap->ctx);
	d->heap = heap;
	d->view = lh_view_of(heap->target);
	d->guess = *l;
	l->main = LH_LAYOUT_DERIVED;
	r = lh_types_reset(heap);
	heap->types.guessing = true;
	if (r == 0)
		r = derive(d);
	heap->types.guessing = false;
	lh_layout_cover(l);
	if (r == 0)
		r = lh_types_reset(heap);
	found = count_found(d, ret_repairs);
	memcpy(before, l->origin, sizeof(before));
	snprintf(l->origin, sizeof(l->origin), "derived: %.100s, %u field%s found by structure", before,
		 found, found == 1 ? "" : "s");
	return r;
}
