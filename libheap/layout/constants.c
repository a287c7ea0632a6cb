/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants that are C macros of CPython: no debug information has them, so they are rows of
 * {versions, constant, value, where CPython says so}.
 *
 * The first row that fits wins. Some builds patch the block alignment and the size of PyGC_Head together
 * (3.6.15 with the later fix of bpo-27987 applied), so a row may ask for that size too; others are known by
 * where the generations are.
 */
#include "layout/layout.h"
#include "util/array.h"

#include <string.h>

#define MIB (1024u * 1024u)

struct row {
	struct lh_versions versions;
	uint32_t gc_head_size; /* sizeof(PyGC_Head) that the row is for, 0: any */
	enum lh_constant constant;
	uint64_t value;
	bool pymalloc; /* of pymalloc: builds without the GIL have none */
	const char *citation;
	uint32_t generations_at; /* offset of the generations in the collector's state that the row is for, 0:
				    any */
};

/* Debian's 3.13 has PyGC_Head aligned to 4 (its patch gchead-alignment.diff). */
#define DEBIAN 20

static const struct row rows[] = {
	{UNTIL(3, 9), 0, LH_C_POOL_SIZE, 4096, true,
	 "Objects/obmalloc.c: POOL_SIZE = SYSTEM_PAGE_SIZE (2.7-3.9)"},
	{FROM(3, 10), 0, LH_C_POOL_SIZE, 16384, true,
	 "Objects/obmalloc.c: POOL_BITS 14 with the radix tree (3.10, 3.11); pycore_obmalloc.h (3.12+)"},
	{UNTIL(3, 9), 0, LH_C_ARENA_SIZE, 256 * 1024, true,
	 "Objects/obmalloc.c: ARENA_SIZE (256 << 10) (2.7-3.9)"},
	/* 3.15 built with PYMALLOC_USE_HUGEPAGES has 2 MiB: the arena's ntotalpools shows it */
	{FROM(3, 10), 0, LH_C_ARENA_SIZE, MIB, true,
	 "Objects/obmalloc.c: ARENA_BITS 20 (3.10, 3.11); pycore_obmalloc.h (3.12+)"},
	{{0, LH_PYVER(2, 7, 16)},
	 0,
	 LH_C_ALIGNMENT,
	 8,
	 true,
	 "Objects/obmalloc.c: ALIGNMENT 8 (2.7.0-2.7.16)"},
	{RELEASES(2, 7, 17, 255), 0, LH_C_ALIGNMENT, 16, true,
	 "Objects/obmalloc.c: ALIGNMENT 16 (2.7.17, bpo-27987)"},
	{{LH_MINOR_FIRST(3, 0), LH_PYVER(3, 7, 3)},
	 32,
	 LH_C_ALIGNMENT,
	 16,
	 true,
	 "3.6 with the patches of bpo-27987 and bpo-36618 (pyenv's 3.6.15 has them)"},
	{{LH_MINOR_FIRST(3, 0), LH_PYVER(3, 7, 3)},
	 0,
	 LH_C_ALIGNMENT,
	 8,
	 true,
	 "Objects/obmalloc.c: ALIGNMENT 8 (3.0-3.7.3)"},
	{FROM_RELEASE(3, 7, 4), 0, LH_C_ALIGNMENT, 16, true,
	 "Objects/obmalloc.c: ALIGNMENT 16 (3.7.4, bpo-27987)"},
	{FROM(3, 9), 0, LH_C_KEEPS_ARENA, 1, true,
	 "Objects/obmalloc.c: insert_to_freepool() (3.9, bpo-37257)"},
	{FROM(3, 12), 0, LH_C_TPFLAG_STATIC_BUILTIN, 1 << 1, false,
	 "Include/object.h: _Py_TPFLAGS_STATIC_BUILTIN (3.12)"},
	{FROM(3, 13), 0, LH_C_TPFLAG_INLINE_VALUES, 1 << 2, false,
	 "Include/object.h: Py_TPFLAGS_INLINE_VALUES (3.13)"},
	{FROM(3, 12), 0, LH_C_TPFLAG_MANAGED_WEAKREF, 1 << 3, false,
	 "Include/object.h: Py_TPFLAGS_MANAGED_WEAKREF (3.12)"},
	{FROM(3, 11), 0, LH_C_TPFLAG_MANAGED_DICT, 1 << 4, false,
	 "Include/object.h: Py_TPFLAGS_MANAGED_DICT (3.11)"},
	{FROM(3, 9), 0, LH_C_VISITS_TYPE, 1, false,
	 "tp_traverse of C heap types visits Py_TYPE(self) (3.9, bpo-40217)"},
	{FROM(3, 8), 0, LH_C_COUNTS_TYPE, 1, false, "Objects/object.c: PyObject_Init() (3.8, bpo-35810)"},
	{BETWEEN(3, 5, 3, 7), 0, LH_C_CACHES_ARGS, 1, false,
	 "Objects/descrobject.c: property_descr_get(), cached_args (3.5-3.7)"},
	{ONLY(3, 11), 0, LH_C_STATIC_REFCNT, 999999999, false,
	 "Include/internal/pycore_object.h: _PyObject_IMMORTAL_REFCNT (3.11)"},
	{FROM(3, 10), 0, LH_C_LRU_VISITS_LINK_TYPE, 1, false,
	 "Modules/_functoolsmodule.c: lru_cache_tp_traverse() (3.10: links of a heap type)"},
	{BETWEEN(3, 0, 3, 6), 0, LH_C_LRU_VISITS_LINKS, 1, false,
	 "Modules/_functoolsmodule.c: lru_cache_tp_traverse() (3.5, 3.6; bpo-32422 changed it)"},
	{RELEASES(3, 11, 7, 255), 0, LH_C_PICKLE_VISITS_MEMO, 1, false,
	 "Modules/_pickle.c: Pickler_traverse(), Unpickler_traverse() (bpo-41422: 3.11.7)"},
	{FROM_RELEASE(3, 12, 1), 0, LH_C_PICKLE_VISITS_MEMO, 1, false,
	 "Modules/_pickle.c: Pickler_traverse(), Unpickler_traverse() (bpo-41422: 3.12.1)"},
	{RELEASES(3, 13, 5, 12), 0, LH_C_VISITS_SHARED_DICT, 1, false,
	 "gh-130327 in Debian's 3.13.5-2+deb13u3, whose collector's state is laid out as Debian's only",
	 DEBIAN},
	{RELEASES(3, 13, 13, 255), 0, LH_C_VISITS_SHARED_DICT, 1, false,
	 "Objects/dictobject.c: PyObject_VisitManagedDict(), dict_traverse() (gh-130327: 3.13.13)"},
	{FROM_RELEASE(3, 14, 4), 0, LH_C_VISITS_SHARED_DICT, 1, false,
	 "Objects/dictobject.c: PyObject_VisitManagedDict(), dict_traverse() (gh-130327: 3.14.4)"},
	{BETWEEN(3, 11, 3, 14), 0, LH_C_FRAME_CLEARED, 4, false,
	 "Include/internal/pycore_frame.h: FRAME_CLEARED (3.11-3.14)"},
	{FROM(3, 15), 0, LH_C_FRAME_CLEARED, 5, false,
	 "Include/internal/pycore_frame.h: FRAME_CLEARED (3.15)"},
	{BETWEEN(3, 11, 3, 12), 0, LH_C_SIZEOF_TYPE_HEAD, 1, false,
	 "Python/sysmodule.c: _PySys_GetSizeOf() asks the type, not tp_is_gc (3.11, 3.12)"},
	{FROM(3, 11), 0, LH_C_INT_MIN_DIGITS, 1, false, "Objects/longobject.c: int___sizeof___impl() (3.11)"},
	{UNTIL(2, 7), 0, LH_C_INT_SIZEOF_BASICSIZE, 1, false, "Objects/longobject.c: long_sizeof() (2.7)"},
	{FROM(3, 12), 0, LH_C_INT_SIZEOF_BASICSIZE, 1, false,
	 "Objects/longobject.c: int___sizeof___impl() (3.12)"},
	{FROM(3, 15), 0, LH_C_SIZEOF_QUEUE, 1, false,
	 "Modules/_queuemodule.c: _queue_SimpleQueue___sizeof___impl() (3.15)"},
	{UNTIL(2, 7), 0, LH_C_FEW_SIZEOF, 1, false,
	 "Objects/typeobject.c, Modules/itertoolsmodule.c: no __sizeof__() (2.7)"},
	{UNTIL(2, 7), 0, LH_C_DEQUE_BLOCK_ITEMS, 62, false,
	 "Modules/_collectionsmodule.c: BLOCKLEN 62 (2.7)"},
	{FROM(3, 0), 0, LH_C_DEQUE_BLOCK_ITEMS, 64, false, "Modules/_collectionsmodule.c: BLOCKLEN 64 (3.4)"},
	{UNTIL(2, 7), 0, LH_C_GC_REFS_SHIFT, 0, false,
	 "Modules/gcmodule.c: GC_UNTRACKED is _PyGC_REFS_UNTRACKED, -2 (2.7)"},
	{BETWEEN(3, 0, 3, 7), 0, LH_C_GC_REFS_SHIFT, 1, false,
	 "Include/objimpl.h: _PyGC_REFS_SHIFT (3.4-3.7)"},
	{UNTIL(2, 7), 0, LH_C_LINE_TABLE, 1, false, "Objects/lnotab_notes.txt: unsigned steps (2.7)"},
	{BETWEEN(3, 0, 3, 9), 0, LH_C_LINE_TABLE, 2, false,
	 "Objects/lnotab_notes.txt: signed steps (3.6-3.9)"},
	{ONLY(3, 10), 0, LH_C_LINE_TABLE, 3, false, "Objects/lnotab_notes.txt: PEP 626 (3.10)"},
	{FROM(3, 11), 0, LH_C_LINE_TABLE, 4, false,
	 "Objects/locations.md, InternalDocs/code_objects.md: the location table (3.11+)"},
	{UNTIL(3, 9), 0, LH_C_CODE_UNIT, 1, false, "Include/frameobject.h: f_lasti counts bytes (2.7-3.9)"},
	{UNTIL(2, 7), 0, LH_C_DICT_COPY_DOUBLES, 1, false,
	 "Objects/dictobject.c: PyDict_Merge(), dictresize(used * 2) (2.7)"},
	{BETWEEN(3, 10, 3, 12), 0, LH_C_DICT_COPY_ROUNDS, 1, false,
	 "Objects/dictobject.c: calculate_keysize() (3.10), calculate_log2_keysize() (3.11+)"},
	{RELEASES(3, 13, 0, 3), 0, LH_C_DICT_COPY_ROUNDS, 1, false,
	 "Objects/dictobject.c: calculate_log2_keysize() (gh-133703: 3.13.4 rounds right)"},
	{UNTIL(2, 7), 0, LH_C_SET_COPY_SMALL, 5, false,
	 "Objects/setobject.c: set_merge(), fill * 3 >= slots * 2 (2.7)"},
	{FROM(3, 0), 0, LH_C_SET_COPY_SMALL, 4, false,
	 "Objects/setobject.c: set_merge(), fill * 3 >= mask * 2 (3.6), fill * 5 >= mask * 3 (3.7+)"},
	{FROM(3, 15), 0, LH_C_TRACE_FILE_CHARS, 1, false,
	 "Include/internal/pycore_tracemalloc.h: struct tracemalloc_frame, const char *filename (3.15)"},
	{ONLY(3, 10), 0, LH_C_CODE_UNIT, 2, false,
	 "Include/cpython/frameobject.h: f_lasti counts instructions (3.10)"},
	{BETWEEN(3, 11, 3, 14), 0, LH_C_FRAME_EXECUTING, 0, false,
	 "Include/internal/pycore_frame.h: FRAME_EXECUTING (3.11-3.14)"},
	{FROM(3, 15), 0, LH_C_FRAME_EXECUTING, 4, false,
	 "Include/internal/pycore_frame.h: FRAME_EXECUTING (3.15)"},
	{BETWEEN(3, 11, 3, 12), 0, LH_C_FRAME_CREATED, 2, false,
	 "Include/internal/pycore_frame.h: FRAME_CREATED, -2 (3.11, 3.12)"},
	{BETWEEN(3, 13, 3, 14), 0, LH_C_FRAME_CREATED, 3, false,
	 "Include/internal/pycore_frame.h: FRAME_CREATED, -3 (3.13, 3.14)"},
	{FROM(3, 15), 0, LH_C_FRAME_CREATED, 4, false,
	 "Include/internal/pycore_frame.h: FRAME_CREATED, 0 (3.15)"},
	{BETWEEN(3, 0, 3, 6), 0, LH_C_FUTURE_EXCEPTION, 2, false,
	 "Modules/_asynciomodule.c: FutureObj_HEAD (3.6: loop, callbacks)"},
	{FROM(3, 7), 0, LH_C_FUTURE_EXCEPTION, 4, false,
	 "Modules/_asynciomodule.c: FutureObj_HEAD (3.7: loop, callback0, context0, callbacks)"},
	{FROM(3, 14), 0, LH_C_FUTURE_AWAITED_BY, 10, false,
	 "Modules/_asynciomodule.c: FutureObj_HEAD (3.14: behind cancelled_exc)"},
	{BETWEEN(3, 0, 3, 10), 0, LH_C_YIELD_FROM, 72, false, "Include/opcode.h: YIELD_FROM (3.6-3.10)"},
	{BETWEEN(3, 11, 3, 12), 0, LH_C_RESUME_YIELD_FROM, 2, false,
	 "Objects/genobject.c: _PyGen_yf() (3.11, 3.12)"},
	{BETWEEN(3, 13, 3, 14), 0, LH_C_FRAME_YIELDS_FROM, 0xff, false,
	 "Include/internal/pycore_frame.h: FRAME_SUSPENDED_YIELD_FROM, -1 (3.13, 3.14)"},
	{FROM(3, 15), 0, LH_C_FRAME_YIELDS_FROM, 2, false,
	 "Include/internal/pycore_frame.h: FRAME_SUSPENDED_YIELD_FROM (3.15)"},
};

static bool row_fits(const struct row *row, const struct lh_layout *layout)
{
	const struct lh_build *build = &layout->build;

	if (!lh_versions_have(&row->versions, build->version))
		return false;
	if (row->pymalloc && build->free_threaded)
		return false;
	if (row->generations_at &&
	    lh_layout_or(layout, LH_F_GC_GENERATIONS, 0) != (int32_t)row->generations_at)
		return false;
	return !row->gc_head_size || lh_layout_or(layout, LH_F_GC_HEAD_SIZE, 0) == (int32_t)row->gc_head_size;
}

void lh_layout_set_constants(struct lh_layout *layout)
{
	memset(layout->constant1, 0, sizeof(layout->constant1));
	if (layout->build.version == 0)
		return;
	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];

		if (!layout->constant1[row->constant] && row_fits(row, layout))
			layout->constant1[row->constant] = row->value + 1;
	}
}
