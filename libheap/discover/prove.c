/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proving a layout on the target: facts that hold in every CPython and fail when an offset is wrong. Each
 * step names the fields that it proves; a step that fails rejects the layout and says what it saw.
 */
#include "discover/prove.h"
#include "cpython/dict.h"
#include "cpython/gc.h"
#include "cpython/object.h"
#include "cpython/text.h"
#include "discover/open.h"
#include "util/array.h"

#define RING_SAMPLE 1000

static void proved(struct lh_heap *heap, const char *proof, const enum lh_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lh_layout_has(&heap->layout, fields[i]) && !heap->layout.proof[fields[i]])
			heap->layout.proof[fields[i]] = proof;
}

#define PROVED(heap, text, ...)                                      \
	proved((heap), (text), (const enum lh_field[]){__VA_ARGS__}, \
	       LH_ARRAY_SIZE(((const enum lh_field[]){__VA_ARGS__})))

/* Fields without which nothing can be read. */
static const enum lh_field needed[] = {
	LH_F_OBJECT_REFCNT,    LH_F_OBJECT_TYPE,     LH_F_VAR_SIZE,
	LH_F_GC_HEAD_SIZE,     LH_F_GC_HEAD_NEXT,    LH_F_GC_HEAD_PREV,
	LH_F_TYPE_SIZE,        LH_F_TYPE_NAME,       LH_F_TYPE_BASICSIZE,
	LH_F_TYPE_ITEMSIZE,    LH_F_TYPE_FLAGS,      LH_F_TYPE_BASE,
	LH_F_HEAPTYPE_SIZE,    LH_F_HEAPTYPE_NAME,   LH_F_DICT_SIZE,
	LH_F_DICT_USED,        LH_F_LIST_ITEMS,      LH_F_LIST_ALLOCATED,
	LH_F_TUPLE_ITEMS,      LH_F_LONG_DIGITS,     LH_F_INTERP_SIZE,
	LH_F_INTERP_NEXT,      LH_F_INTERP_SYSDICT,  LH_F_INTERP_MODULES,
	LH_F_GENERATION_SIZE,  LH_F_GENERATION_HEAD, LH_F_GENERATION_THRESHOLD,
	LH_F_GENERATION_COUNT, LH_F_SET_TABLE,       LH_F_SET_MASK,
	LH_F_SET_FILL,         LH_F_SET_USED,        LH_F_SET_SMALLTABLE,
	LH_F_SETENTRY_KEY,     LH_F_SETENTRY_HASH,
};
static const enum lh_field needed3[] = {
	LH_F_DICT_KEYS,    LH_F_DICT_VALUES,    LH_F_KEYS_REFCNT,      LH_F_KEYS_USABLE, LH_F_KEYS_NENTRIES,
	LH_F_KEYS_INDICES, LH_F_STR_ASCII_SIZE, LH_F_STR_SIZE,         LH_F_STR_LENGTH,  LH_F_STR_STATE,
	LH_F_STR_DATA,     LH_F_STR_UTF8,       LH_F_STR_COMPACT_SIZE,
};
static const enum lh_field needed27[] = {
	LH_F_DICT_MASK, LH_F_UNICODE27_LENGTH, LH_F_UNICODE27_STR, LH_F_BYTES_DATA, LH_F_INT27_VALUE,
};

static const enum lh_field needed311[] = {LH_F_KEYS_LOG2_SIZE, LH_F_KEYS_LOG2_INDEX_BYTES};

/* Readers rely on these in each version that has them. */
static const enum lh_field relied_on[] = {
	LH_F_OBJECT_SIZE,     LH_F_TYPE_DICT,     LH_F_HEAPTYPE_QUALNAME, LH_F_BYTES_DATA,
	LH_F_FLOAT_VALUE,     LH_F_CODE_SIZE,     LH_F_FRAME_DATA,        LH_F_IFRAME_EXECUTABLE,
	LH_F_IFRAME_FUNCTION, LH_F_IFRAME_LOCALS, LH_F_IFRAME_FRAME,      LH_F_IFRAME_LOCALSPLUS,
};

static int check_fields(struct lh_heap *heap, const enum lh_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!lh_layout_has(&heap->layout, fields[i]))
			return lh_fail(heap->ctx, LH_ELAYOUT, "%s (%s.%s) is not known",
				       lh_field_infos[fields[i]].name, lh_field_infos[fields[i]].types,
				       lh_field_infos[fields[i]].paths);
	return 0;
}

static int check_relied_on(struct lh_heap *heap)
{
	int r = 0;

	for (size_t i = 0; i < LH_ARRAY_SIZE(relied_on) && r == 0; i++)
		if (lh_layout_field_exists(heap->layout.build.version, relied_on[i]))
			r = check_fields(heap, &relied_on[i], 1);
	return r;
}

int lh_prove_needed(struct lh_heap *heap)
{
	bool is27 = lh_layout_is_python2(&heap->layout);
	int r = check_fields(heap, needed, LH_ARRAY_SIZE(needed));

	if (r == 0)
		r = check_relied_on(heap);
	if (r == 0 && is27)
		return check_fields(heap, needed27, LH_ARRAY_SIZE(needed27));
	if (r == 0)
		r = check_fields(heap, needed3, LH_ARRAY_SIZE(needed3));
	if (r == 0 && !lh_layout_has(&heap->layout, LH_F_KEYS_SIZE))
		r = check_fields(heap, needed311, LH_ARRAY_SIZE(needed311));
	return r;
}

/* sys.__dict__ is an exact dict; its type's type is type(type) is type. */
static int prove_types(struct lh_heap *heap, const struct lh_interp *interp)
{
	struct lh_object sys;

	if (lh_object_at(heap, &heap->view, interp->sysdict, &sys) != 0 ||
	    !(sys.type->flags & LH_TPFLAG_DICT_SUBCLASS))
		return lh_fail_at(heap->ctx, LH_ELAYOUT, interp->sysdict,
				  "the interpreter's sys.__dict__ is no dict");
	PROVED(heap, "type(type(sys.__dict__)) is type", LH_F_OBJECT_TYPE, LH_F_TYPE_FLAGS, LH_F_TYPE_SIZE,
	       LH_F_INTERP_SYSDICT, LH_F_RUNTIME_INTERPRETERS);
	return 0;
}

static int prove_dicts(struct lh_heap *heap, const struct lh_interp *interp)
{
	uint64_t modules;

	if (lh_dict_get(heap, interp->sysdict, "modules", &modules) != 0)
		return lh_fail_at(heap->ctx, LH_ELAYOUT, interp->sysdict,
				  "sys.__dict__ has no key 'modules'");
	if (modules != interp->modules)
		return lh_fail_at(heap->ctx, LH_ELAYOUT, interp->modules,
				  "sys.modules is not the interpreter's modules");
	PROVED(heap, "sys.__dict__['modules'] is interp->modules", LH_F_DICT_KEYS, LH_F_DICT_VALUES,
	       LH_F_DICT_SIZE, LH_F_KEYS_SIZE, LH_F_KEYS_LOG2_SIZE, LH_F_KEYS_LOG2_INDEX_BYTES,
	       LH_F_KEYS_KIND, LH_F_KEYS_INDICES, LH_F_KEYS_NENTRIES, LH_F_STR_LENGTH, LH_F_STR_STATE,
	       LH_F_STR_ASCII_SIZE, LH_F_INTERP_MODULES, LH_F_DICT_TABLE, LH_F_DICT_MASK, LH_F_BYTES_DATA);
	return 0;
}

/* The version by the target's own account; it also settles what the file's text could not. */
static int prove_version(struct lh_heap *heap, const struct lh_interp *interp)
{
	uint64_t object;
	int64_t version;

	if (lh_dict_get(heap, interp->sysdict, "hexversion", &object) != 0 ||
	    lh_int_read(heap, &heap->view, object, &version) != 0 || version < 0x02000000 ||
	    version > 0x0fffffff)
		return lh_fail_at(heap->ctx, LH_ELAYOUT, interp->sysdict, "sys.hexversion makes no sense");
	if (heap->build.version && !lh_versions_same_minor(heap->build.version, (uint32_t)version))
		return lh_fail(heap->ctx, LH_ELAYOUT,
			       "sys.hexversion 0x%" PRIx64
			       " is not of the version that the layout is of (0x%x)",
			       (uint64_t)version, heap->build.version);
	heap->build.version = (uint32_t)version;
	if (lh_dict_get(heap, interp->sysdict, "maxunicode", &object) == 0 &&
	    lh_int_read(heap, &heap->view, object, &version) == 0)
		heap->unicode_width = version == 0xffff ? 2 : 4;
	PROVED(heap, "sys.hexversion is the version of the file", LH_F_LONG_TAG, LH_F_LONG_DIGITS,
	       LH_F_INT27_VALUE);
	return 0;
}

/* Every generation's ring closes, or at least its first nodes point back to each other. */
static int prove_rings(struct lh_heap *heap, const struct lh_interp *interp)
{
	struct lh_gc gc;
	int r = lh_gc_read(heap, interp, &gc);

	if (r < 0)
		return r;
	for (unsigned i = 0; i < gc.generation_count; i++) {
		struct lh_ring ring;
		uint64_t object;
		unsigned n = 0;

		lh_ring_begin(heap, &gc.generations[i], &ring);
		while (n < RING_SAMPLE && lh_ring_next(&ring, &object) == 0)
			n++;
		/* A running collection keeps objects in lists of its own, with counts in their links. */
		if (ring.broken && n == 0 && !gc.collecting)
			return lh_fail_at(heap->ctx, LH_ELAYOUT, gc.generations[i].head,
					  "gc generation %d is no ring", gc.generations[i].number);
	}
	PROVED(heap, "the gc rings point back to themselves", LH_F_GC_HEAD_NEXT, LH_F_GC_HEAD_PREV,
	       LH_F_GC_HEAD_SIZE, LH_F_GC_GENERATIONS, LH_F_GC_YOUNG, LH_F_GC_OLD, LH_F_GC_PERMANENT,
	       LH_F_GENERATION_SIZE, LH_F_GENERATION_HEAD, LH_F_INTERP_GC, LH_F_RUNTIME_GC);
	return 0;
}

static int prove_threads(struct lh_heap *heap, const struct lh_interp *interp)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t tstate, back;

	if (!lh_layout_has(l, LH_F_INTERP_THREADS) || !lh_layout_has(l, LH_F_THREAD_INTERP))
		return 0;
	if (lh_target_u64(heap->target, interp->addr + lh_layout_at(l, LH_F_INTERP_THREADS), &tstate) < 0 ||
	    !tstate)
		return 0;
	if (lh_target_u64(heap->target, tstate + lh_layout_at(l, LH_F_THREAD_INTERP), &back) < 0 ||
	    back != interp->addr)
		return lh_fail_at(heap->ctx, LH_ELAYOUT, tstate,
				  "the first thread state does not point back to its interpreter");
	PROVED(heap, "thread->interp is the interpreter", LH_F_INTERP_THREADS, LH_F_THREAD_INTERP);
	return 0;
}

int lh_heap_prove(struct lh_heap *heap)
{
	static int (*const steps[])(struct lh_heap *, const struct lh_interp *) = {
		prove_types, prove_dicts, prove_version, prove_rings, prove_threads, lh_prove_fields,
	};
	struct lh_build build = heap->build;
	int r = lh_layout_check(heap->ctx, &heap->layout);

	if (r == 0)
		r = lh_prove_needed(heap);
	if (r == 0)
		r = lh_interps_list(heap);
	for (size_t i = 0; r == 0 && i < LH_ARRAY_SIZE(steps); i++)
		r = steps[i](heap, &heap->interps[0]);
	if (r != 0) {
		/* The next candidate starts from what was known before this one. */
		heap->build = build;
		if (lh_types_reset(heap) < 0)
			return -LH_ENOMEM;
	}
	return r;
}
