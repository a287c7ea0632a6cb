/* SPDX-License-Identifier: Apache-2.0 */
/* Which mapped file is the interpreter, and where its _PyRuntime is. */
#include "discover/candidates.h"
#include "discover/open.h"
#include "discover/pre37.h"
#include "discover/runtime_scan.h"

/* *ret_gone: whether the file cannot be read here. */
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
		r = lh_pre37_have(file);
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
	const char *last;               /* path of the module that was tried last */
};

/* By the symbols of the files. Return: 0; LH_ABSENT; -LH_EFORMAT
 * for a wrong python; -LH_ENOMEM, -LH_EINTR. */
static int by_symbols(struct search *s)
{
	const struct lh_target *t = s->heap->target;

	for (unsigned wanted = 0; wanted <= LH_RANK_LAST; wanted++) {
		for (size_t i = 0; i < t->module_count; i++) {
			bool is_gone;
			int r;

			if (lh_candidate_rank(t, &t->modules[i]) != wanted)
				continue;
			/* A core may name a file a million times. */
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
	const char *exe = lh_hint(heap->ctx, LH_HINT_EXE), *sysroot = lh_hint(heap->ctx, LH_HINT_SYSROOT);
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
			"if they lie in another folder, a container's or a copy, name it with %s; "
			"%s names the program alone%s",
			s->gone, s->tried, s->first_gone, sysroot, exe, lost);
	return lh_fail(heap->ctx, LH_ENOPYTHON,
		       "find CPython: none of the %u mapped files has the symbol _PyRuntime or "
		       "_PyGC_generation0 (first looked at: %s), and nothing in memory looks like it; "
		       "if this is a Python, name its files with %s or %s%s",
		       s->tried, s->first, exe, sysroot, lost);
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
