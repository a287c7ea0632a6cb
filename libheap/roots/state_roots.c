/* SPDX-License-Identifier: Apache-2.0 */
/* Roots that are fields of an interpreter's or a thread's state: rows, as far as the layout has them. */
#include "cpython/frames.h"
#include "roots/process_roots.h"
#include "util/array.h"

#define MONITORING_MAX 4096 /* bytes: 8 tools of 19 events have 1216 */
#define ATEXIT_MAX (1 << 20)

struct row {
	enum lh_field field;
	enum lh_root_kind kind;
	const char *name;
};

static const struct row interp_rows[] = {
	{LH_F_INTERP_DICT, LH_ROOT_INTERP, "dict"},
	{LH_F_INTERP_CODECS, LH_ROOT_INTERP, "codec_search_path"},
	{LH_F_INTERP_CODECS_CACHE, LH_ROOT_INTERP, "codec_search_cache"},
	{LH_F_INTERP_CODECS_ERRORS, LH_ROOT_INTERP, "codec_error_registry"},
	{LH_F_INTERP_MODULES_BY_INDEX, LH_ROOT_INTERP, "modules_by_index"},
	{LH_F_INTERP_IMPORTLIB, LH_ROOT_INTERP, "importlib"},
	{LH_F_INTERP_IMPORT_FUNC, LH_ROOT_INTERP, "import_func"},
	{LH_F_INTERP_SYSDICT_COPY, LH_ROOT_INTERP, "sysdict_copy"},
	{LH_F_INTERP_BUILTINS_COPY, LH_ROOT_INTERP, "builtins_copy"},
	{LH_F_INTERP_BEFORE_FORKERS, LH_ROOT_INTERP, "before_forkers"},
	{LH_F_INTERP_AFTER_FORKERS_PARENT, LH_ROOT_INTERP, "after_forkers_parent"},
	{LH_F_INTERP_AFTER_FORKERS_CHILD, LH_ROOT_INTERP, "after_forkers_child"},
	{LH_F_INTERP_PYEXITMODULE, LH_ROOT_INTERP, "pyexitmodule"},
	{LH_F_INTERP_AUDIT_HOOKS, LH_ROOT_INTERP, "audit_hooks"},
	{LH_F_INTERP_ATEXIT_CALLBACKS, LH_ROOT_INTERP, "atexit.callbacks"}, /* a list since 3.14 */
	{LH_F_INTERP_WARNINGS_FILTERS, LH_ROOT_INTERP, "warnings.filters"},
	{LH_F_INTERP_WARNINGS_ONCE, LH_ROOT_INTERP, "warnings.once_registry"},
	{LH_F_INTERP_WARNINGS_DEFAULT, LH_ROOT_INTERP, "warnings.default_action"},
};

static const struct row thread_rows[] = {
	{LH_F_THREAD_DICT, LH_ROOT_THREAD, "dict"},
	{LH_F_THREAD_CONTEXT, LH_ROOT_THREAD, "context"},
	{LH_F_THREAD_RAISED, LH_ROOT_THREAD, "current_exception"},
	{LH_F_THREAD_RAISED_TYPE, LH_ROOT_THREAD, "curexc_type"},
	{LH_F_THREAD_RAISED_TRACEBACK, LH_ROOT_THREAD, "curexc_traceback"},
	{LH_F_THREAD_HANDLED, LH_ROOT_THREAD, "exc_info"},
	{LH_F_THREAD_HANDLED_TYPE, LH_ROOT_THREAD, "exc_info.exc_type"},
	{LH_F_THREAD_HANDLED_TRACEBACK, LH_ROOT_THREAD, "exc_info.exc_traceback"},
	{LH_F_THREAD_ASYNC_EXC, LH_ROOT_THREAD, "async_exc"},
	{LH_F_THREAD_ASYNC_GEN_FIRSTITER, LH_ROOT_THREAD, "async_gen_firstiter"},
	{LH_F_THREAD_ASYNC_GEN_FINALIZER, LH_ROOT_THREAD, "async_gen_finalizer"},
	{LH_F_THREAD_PROFILE_OBJECT, LH_ROOT_THREAD, "c_profileobj"},
	{LH_F_THREAD_TRACE_OBJECT, LH_ROOT_THREAD, "c_traceobj"},
	{LH_F_THREAD_LOCAL_KEY, LH_ROOT_THREAD, "threading_local_key"},
	{LH_F_THREAD_LOCAL_SENTINEL, LH_ROOT_THREAD, "threading_local_sentinel"},
};

/* The collector's own lists, if its state is not the runtime's. */
static const struct row gc_rows[] = {
	{LH_F_GC_GARBAGE, LH_ROOT_INTERP, "gc.garbage"},
	{LH_F_GC_CALLBACKS, LH_ROOT_INTERP, "gc.callbacks"},
};

static int add_rows(struct lh_roots *roots, uint64_t addr, const struct row *rows, size_t count,
		    const struct lh_root *like)
{
	struct lh_heap *heap = roots->heap;
	int r = 0;

	for (size_t i = 0; addr && i < count && r == 0; i++) {
		struct lh_root root = *like;

		root.kind = rows[i].kind;
		root.field = rows[i].name;
		root.at = addr + (uint64_t)lh_layout_or(&heap->layout, rows[i].field, 0);
		root.to = lh_heap_word(heap, &heap->view, addr, rows[i].field);
		r = lh_roots_add(roots, &root);
	}
	return r;
}

static int add_words(struct lh_roots *roots, uint64_t addr, uint64_t count, const char *name,
		     const struct lh_root *like)
{
	const uint8_t *words = lh_view_at(&roots->heap->view, addr, count * 8);
	int r = 0;

	for (uint64_t i = 0; words && i < count && r == 0; i++) {
		struct lh_root root = *like;

		root.kind = LH_ROOT_INTERP;
		root.field = name;
		root.at = addr + i * 8;
		root.to = lh_u64(words + i * 8);
		r = lh_roots_add(roots, &root);
	}
	return r;
}

/* sys.monitoring's callables by tool and event; the tools' names follow them (3.12+ pycore_interp.h). */
static int add_monitoring(struct lh_roots *roots, uint64_t interp, const struct lh_root *like)
{
	int32_t first = lh_layout_or(&roots->heap->layout, LH_F_INTERP_MONITORING_CALLABLES, 0),
		end = lh_layout_or(&roots->heap->layout, LH_F_INTERP_MONITORING_TOOL_NAMES, 0);

	if (!first || end <= first || end - first > MONITORING_MAX)
		return 0;
	return add_words(roots, interp + (uint64_t)first, (uint64_t)(end - first) / 8, "monitoring_callables",
			 like);
}

/* Up to 3.13 an array of pointers to function, arguments, keywords (pycore_atexit.h); NULL: unregistered. */
static int add_atexit(struct lh_roots *roots, uint64_t interp, const struct lh_root *like)
{
	struct lh_heap *heap = roots->heap;
	uint64_t array = lh_heap_word(heap, &heap->view, interp, LH_F_INTERP_ATEXIT_CALLBACKS);
	uint64_t count = lh_heap_word(heap, &heap->view, interp, LH_F_INTERP_ATEXIT_COUNT) & INT32_MAX;
	int r = 0;

	for (uint64_t i = 0; array && i < count && i < ATEXIT_MAX && r == 0; i++) {
		const uint8_t *word = lh_view_at(&heap->view, array + i * 8, 8);

		if (word && lh_u64(word))
			r = add_words(roots, lh_u64(word), 3, "atexit.callbacks", like);
	}
	return r;
}

static int add_dict(struct lh_roots *roots, const struct lh_interp *interp, enum lh_root_kind kind,
		    uint64_t to, enum lh_field field)
{
	const struct lh_root root = {
		.kind = kind,
		.to = to,
		.interp = interp->id,
		.at = interp->addr + (uint64_t)lh_layout_or(&roots->heap->layout, field, 0),
	};

	return lh_roots_add(roots, &root);
}

int lh_roots_add_interp(struct lh_roots *roots, const struct lh_interp *interp)
{
	const struct lh_root like = {.interp = interp->id};
	int r = add_dict(roots, interp, LH_ROOT_MODULES, interp->modules, LH_F_INTERP_MODULES);

	if (r == 0)
		r = add_dict(roots, interp, LH_ROOT_SYS, interp->sysdict, LH_F_INTERP_SYSDICT);
	if (r == 0)
		r = add_dict(roots, interp, LH_ROOT_BUILTINS, interp->builtins, LH_F_INTERP_BUILTINS);
	if (r == 0)
		r = add_rows(roots, interp->addr, interp_rows, LH_ARRAY_SIZE(interp_rows), &like);
	if (r == 0)
		r = add_monitoring(roots, interp->addr, &like);
	if (r == 0)
		r = add_atexit(roots, interp->addr, &like);
	return r == 0 ? add_rows(roots, interp->gc, gc_rows, LH_ARRAY_SIZE(gc_rows), &like) : r;
}

int lh_roots_add_threads(struct lh_roots *roots, const struct lh_interp *interp)
{
	struct lh_frames f;
	int r = 0;

	lh_frames_init(&f, roots->heap, interp);
	while (r == 0 && lh_frames_next_thread(&f)) {
		const struct lh_root like = {.interp = interp->id, .thread = f.thread.addr};

		r = add_rows(roots, f.thread.addr, thread_rows, LH_ARRAY_SIZE(thread_rows), &like);
	}
	return r;
}
