/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which mapped file is the interpreter, where its _PyRuntime is, and the interpreters that hang on it.
 */
#include "cpython/runtime_scan.h"
#include "cpython/statics.h"
#include "util/array.h"
#include "util/bytes.h"

#define INTERPS_MAX 4096
#define THREADS_MAX (1u << 20)

/* Whether it was loaded to run: a debugger maps the files of other programs too, only to read them. */
static bool is_loaded(const struct lh_target *t, const struct lh_module *module)
{
	const struct lh_mapping *m = lh_target_mapping(t, module->start);

	for (; m && m < &t->mappings[t->mapping_count] && m->start < module->end; m++)
		if (m->writable || m->executable)
			return true;
	return false;
}

/* Files that are likely to hold _PyRuntime come first: libpython, python, the program itself, then any other.
 */
unsigned lh_runtime_rank(const struct lh_target *target, const struct lh_module *m)
{
	const char *base = strrchr(m->path, '/');

	if (!is_loaded(target, m))
		return LH_RANK_LAST;
	base = base ? base + 1 : m->path;
	if (strncmp(base, "libpython", 9) == 0)
		return LH_RANK_LIBPYTHON;
	if (strncmp(base, "python", 6) == 0)
		return LH_RANK_PYTHON;
	return m->main ? LH_RANK_MAIN : LH_RANK_LAST;
}

/* *ret_gone: whether its file is not here. */
static int try_module(struct lh_heap *heap, const struct lh_module *module, bool *ret_gone)
{
	_cleanup_(lh_modfile_freep) struct lh_modfile *file = NULL;
	uint64_t addr;
	int r = lh_modfile_open(heap->target, module, &file);

	*ret_gone = r == LH_ABSENT;
	if (r != 0)
		return r;
	r = lh_modfile_symbol(file, "_PyRuntime", &addr, NULL);
	if (r == LH_ABSENT)
		r = lh_modfile_section(file, ".PyRuntime", &addr, NULL);
	if (r == LH_ABSENT) {
		addr = 0;
		r = lh_statics_have(file);
	}
	if (r != 0)
		return r;
	heap->runtime = addr;
	heap->module = module;
	heap->python = lh_take(file);
	return 0;
}

struct search {
	struct lh_heap *heap;
	unsigned tried, gone;           /* modules; those whose file is not here */
	const char *first, *first_gone; /* their paths */
	const char *last;               /* path of the one that was tried last */
};

/* By the symbols of the files. Return: 0; LH_ABSENT; -LH_EFORMAT for a wrong python; -LH_ENOMEM, -LH_EINTR.
 */
static int by_symbols(struct search *s)
{
	const struct lh_target *t = s->heap->target;

	for (unsigned wanted = 0; wanted <= LH_RANK_LAST; wanted++) {
		for (size_t i = 0; i < t->module_count; i++) {
			bool is_gone;
			int r;

			if (lh_runtime_rank(t, &t->modules[i]) != wanted)
				continue;
			/* A core may name one file a million times. */
			if (s->last && strcmp(s->last, t->modules[i].path) == 0 &&
			    !t->modules[i].build_id_len)
				continue;
			s->last = t->modules[i].path;
			s->tried++;
			r = try_module(s->heap, &t->modules[i], &is_gone);
			if (r == 0 || r == -LH_ENOMEM || r == -LH_EINTR)
				return r;
			if (r == -LH_EFORMAT && wanted <= LH_RANK_PYTHON)
				return r; /* build-ids differ; the text names both */
			if (!s->first)
				s->first = t->modules[i].path;
			s->gone += is_gone;
			if (is_gone && !s->first_gone)
				s->first_gone = t->modules[i].path;
		}
	}
	return LH_ABSENT;
}

static int not_found(const struct search *s)
{
	struct lh_heap *heap = s->heap;
	char lost[LH_LOST_TEXT_MAX];

	lh_heap_lost(heap, lost, sizeof(lost));
	if (!s->tried)
		return lh_fail(heap->ctx, LH_ENOPYTHON,
			       "find CPython: the target names no mapped files, so no file could be searched "
			       "for _PyRuntime, and nothing in memory looks like it%s",
			       lost);
	if (s->gone)
		return lh_fail(
			heap->ctx, LH_ENOPYTHON,
			"find CPython: %u of the %u mapped files are not here (%s is the first), none of the "
			"others has the symbol _PyRuntime or _PyGC_generation0, and nothing in memory looks "
			"like it; "
			"if they lie in another folder, a container's or a copy, name it with --sysroot; "
			"--exe names the program alone%s",
			s->gone, s->tried, s->first_gone, lost);
	return lh_fail(heap->ctx, LH_ENOPYTHON,
		       "find CPython: none of the %u mapped files has the symbol _PyRuntime or "
		       "_PyGC_generation0 (first looked at: %s), and nothing in memory looks like it; "
		       "if this is a Python, name its files with --exe or --sysroot%s",
		       s->tried, s->first, lost);
}

int lh_runtime_find(struct lh_heap *heap)
{
	struct search search = {.heap = heap};
	_cleanup_free_ char *other = NULL;
	int r = by_symbols(&search), found;

	if (r != LH_ABSENT && r != -LH_EFORMAT)
		return r;
	if (r == -LH_EFORMAT) {
		other = strdup(lh_ctx_error(heap->ctx)->text);
		if (!other)
			return lh_nomem(heap->ctx);
	}
	found = lh_runtime_scan(heap);
	if (found == 0)
		heap->other_build = lh_take(other);
	if (found != LH_ABSENT)
		return found;
	return other ? lh_fail(heap->ctx, LH_EFORMAT, "%s", other) : not_found(&search);
}

/* At most THREADS_MAX in all: lists of a hostile target may be circles. */
static uint64_t count_threads(struct lh_heap *heap, uint64_t tstate)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t n = 0, max = THREADS_MAX;

	for (size_t i = 0; i < heap->interp_count; i++)
		max -= heap->interps[i].threads;
	while (tstate && n < max && lh_layout_has(l, LH_F_THREAD_NEXT)) {
		n++;
		tstate = lh_heap_word(heap, &heap->view, tstate, LH_F_THREAD_NEXT);
	}
	return n;
}

static int add_interp(struct lh_heap *heap, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_interp in = {.addr = addr,
			       .id = (int64_t)lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_ID)};

	in.modules = lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_MODULES);
	in.sysdict = lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_SYSDICT);
	in.builtins = lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_BUILTINS);
	in.threads = count_threads(heap, lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_THREADS));
	if (lh_layout_has(l, LH_F_INTERP_GC))
		in.gc = addr + lh_layout_at(l, LH_F_INTERP_GC);
	else if (lh_layout_has(l, LH_F_RUNTIME_GC))
		in.gc = heap->runtime + lh_layout_at(l, LH_F_RUNTIME_GC);
	else
		in.gc = lh_statics_generations(heap);
	return lh_append(heap->ctx, heap->interps, heap->interp_count, heap->interp_capacity, in);
}

int lh_runtime_interps(struct lh_heap *heap)
{
	char lost[LH_LOST_TEXT_MAX];
	uint64_t addr = 0;
	int r = 0;

	heap->interp_count = 0;
	if (!heap->runtime)
		addr = lh_statics_interp(heap);
	else if (lh_layout_has(&heap->layout, LH_F_RUNTIME_INTERPRETERS))
		r = lh_target_u64(heap->target,
				  heap->runtime + lh_layout_at(&heap->layout, LH_F_RUNTIME_INTERPRETERS),
				  &addr);
	while (r == 0 && addr && heap->interp_count < INTERPS_MAX) {
		r = add_interp(heap, addr);
		if (r == 0)
			r = lh_target_u64(heap->target, addr + lh_layout_at(&heap->layout, LH_F_INTERP_NEXT),
					  &addr);
	}
	if (r == -LH_ENOMEM)
		return r;
	if (!heap->interp_count)
		return lh_fail_at(
			heap->ctx, LH_ENOPYTHON, heap->runtime,
			"the runtime has no interpreter: Python is not initialized, or already gone%s",
			lh_heap_lost(heap, lost, sizeof(lost)));
	return 0;
}
