/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which mapped file is the interpreter, where its _PyRuntime is, and the interpreters that hang on it.
 */
#include "cpython/statics.h"
#include "util/array.h"
#include "util/bytes.h"

#define INTERPS_MAX 4096
#define THREADS_MAX (1u << 20)

/* Files that are likely to hold _PyRuntime come first: libpython, python, the program itself, then any other.
 */
static unsigned rank(const struct lh_module *m)
{
	const char *base = strrchr(m->path, '/');

	base = base ? base + 1 : m->path;
	if (strncmp(base, "libpython", 9) == 0)
		return 0;
	if (strncmp(base, "python", 6) == 0)
		return 1;
	return m->main ? 2 : 3;
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

int lh_runtime_find(struct lh_heap *heap)
{
	const struct lh_target *t = heap->target;
	unsigned tried = 0, gone = 0;
	const char *first = NULL, *first_gone = NULL;
	char lost[LH_LOST_TEXT_MAX];

	lh_heap_lost(heap, lost, sizeof(lost));

	for (unsigned wanted = 0; wanted <= 3; wanted++) {
		for (size_t i = 0; i < t->module_count; i++) {
			bool is_gone;
			int r;

			if (rank(&t->modules[i]) != wanted)
				continue;
			tried++;
			r = try_module(heap, &t->modules[i], &is_gone);
			if (r == 0)
				return 0;
			if (r == -LH_EFORMAT && wanted <= 1)
				return r; /* a wrong python: build-ids differ; the text names both */
			if (r == -LH_ENOMEM || r == -LH_EINTR)
				return r;
			if (!first)
				first = t->modules[i].path;
			gone += is_gone;
			if (is_gone && !first_gone)
				first_gone = t->modules[i].path;
		}
	}
	if (!tried)
		return lh_fail(heap->ctx, LH_ENOPYTHON,
			       "find CPython: the target names no mapped files, so no file could be searched "
			       "for _PyRuntime%s",
			       lost);
	if (gone)
		return lh_fail(
			heap->ctx, LH_ENOPYTHON,
			"find CPython: %u of the %u mapped files are not here (%s is the first), and none of "
			"the others has the symbol _PyRuntime or _PyGC_generation0; "
			"if they lie in another folder, a container's or a copy, name it with --sysroot; "
			"--exe names the program alone%s",
			gone, tried, first_gone, lost);
	return lh_fail(heap->ctx, LH_ENOPYTHON,
		       "find CPython: none of the %u mapped files has the symbol _PyRuntime or "
		       "_PyGC_generation0 (first looked at: %s); "
		       "if this is a Python, name its files with --exe or --sysroot%s",
		       tried, first, lost);
}

static uint64_t interp_word(struct lh_heap *heap, uint64_t interp, enum lh_field field)
{
	uint64_t value;

	if (!lh_layout_has(&heap->layout, field) ||
	    lh_target_u64(heap->target, interp + lh_layout_at(&heap->layout, field), &value) < 0)
		return 0;
	return value;
}

static uint64_t count_threads(struct lh_heap *heap, uint64_t tstate)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t n = 0;

	while (tstate && n < THREADS_MAX && lh_layout_has(l, LH_F_THREAD_NEXT)) {
		n++;
		if (lh_target_u64(heap->target, tstate + lh_layout_at(l, LH_F_THREAD_NEXT), &tstate) < 0)
			break;
	}
	return n;
}

static int add_interp(struct lh_heap *heap, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_interp in = {.addr = addr, .id = (int64_t)interp_word(heap, addr, LH_F_INTERP_ID)};

	in.modules = interp_word(heap, addr, LH_F_INTERP_MODULES);
	in.sysdict = interp_word(heap, addr, LH_F_INTERP_SYSDICT);
	in.builtins = interp_word(heap, addr, LH_F_INTERP_BUILTINS);
	in.threads = count_threads(heap, interp_word(heap, addr, LH_F_INTERP_THREADS));
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
