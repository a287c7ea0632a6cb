/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 3.13 and later mark _PyRuntime with a cookie. Before that, a word of the interpreter's data is
 * runtime.interpreters.head when the interpreter there proves itself with the layout of a known version; up
 * to 3.6 there is no runtime, and the statics prove themselves (pre37.c).
 *
 * Few words begin a runtime, so the cost is in looking at all others: each is rejected by a load or two, and
 * their number is bounded.
 */
#include "discover/runtime_scan.h"

#include "discover/candidates.h"
#include "discover/open.h"
#include "discover/pre37.h"
#include "target/word_search.h"
#include "util/bytes.h"

#include <stdio.h>
#include <string.h>

#define COOKIE 0x7970677562656478ull /* "xdebugpy": Include/internal/pycore_runtime.h _Py_Debug_Cookie */
#define COOKIE_BUDGET (256u << 20)   /* bytes searched for the cookie */
#define WORDS_BUDGET (16u << 20)     /* bytes searched with the layouts of versions before it */
#define DEBUG_OFFSETS_MAX 1024

/* The search of memory for a runtime. */
struct scan {
	struct lh_word_search search;
	struct lh_heap *heap;
};

static struct lh_heap *heap_of(struct lh_word_search *search)
{
	return ((struct scan *)search)->heap;
}

/* How far sizeof(_PyRuntime) in the nearest table of @build is from what _Py_DebugOffsets says. */
static uint32_t size_differs(struct lh_ctx *ctx, const struct lh_build *build, const uint8_t *bytes,
			     size_t len, struct lh_layout *scratch)
{
	int32_t table, target;

	if (lh_layout_candidate(build, NULL, 0, 0, scratch) == LH_ABSENT)
		return UINT32_MAX;
	table = lh_layout_or(scratch, LH_F_RUNTIME_SIZE, 0);
	if (lh_layout_add_debug_offsets(ctx, scratch, bytes, len) != 0)
		return UINT32_MAX;
	target = lh_layout_or(scratch, LH_F_RUNTIME_SIZE, 0);
	return table > target ? (uint32_t)(table - target) : (uint32_t)(target - table);
}

/* Debug builds have 16 KB more in _PyRuntime; patch releases differ by some bytes. */
static bool is_debug(const struct lh_heap *heap, const uint8_t *bytes, size_t len, struct lh_layout *scratch)
{
	struct lh_build release = heap->build, debug = heap->build;

	release.debug = false;
	debug.debug = true;
	return size_differs(heap->ctx, &debug, bytes, len, scratch) <
	       size_differs(heap->ctx, &release, bytes, len, scratch);
}

static int is_cookie(struct lh_word_search *search, uint64_t at, uint64_t word)
{
	struct lh_heap *heap = heap_of(search);
	_cleanup_free_ struct lh_layout *scratch = NULL;
	uint8_t bytes[DEBUG_OFFSETS_MAX];

	if (word != COOKIE || lh_target_read(heap->target, at, bytes, sizeof(bytes)) != 0 ||
	    lh_debug_offsets_peek(bytes, sizeof(bytes), &heap->build) != 0)
		return LH_ABSENT;
	scratch = malloc(sizeof(*scratch));
	if (!scratch)
		return lh_nomem(heap->ctx);
	heap->build.debug = is_debug(heap, bytes, sizeof(bytes), scratch);
	heap->runtime = at;
	return 0;
}

/* Prove the layout in heap->layout on the runtime at @runtime. */
static int prove(struct lh_heap *heap, uint64_t runtime)
{
	int r;

	heap->build = heap->layout.build;
	heap->build.version &= 0xffff0000; /* the target's sys.hexversion gives the rest */
	heap->runtime = runtime;
	r = lh_heap_prove(heap);
	if (r == 0 || r == -LH_ENOMEM || r == -LH_EINTR)
		return r;
	heap->runtime = 0;
	return LH_ABSENT;
}

static int is_first_interp(struct lh_word_search *search, uint64_t at, uint64_t word)
{
	struct lh_heap *heap = heap_of(search);
	const struct lh_layout *l = &heap->layout;
	uint64_t runtime = at - lh_layout_at(l, LH_F_RUNTIME_INTERPRETERS), main;

	if (!lh_pre37_is_interp(heap, word) ||
	    lh_target_u64(heap->target, runtime + lh_layout_at(l, LH_F_RUNTIME_MAIN), &main) != 0 ||
	    !lh_pre37_is_interp(heap, main))
		return LH_ABSENT;
	return prove(heap, runtime);
}

/* The build that the paths of mapped files name: 3.8 for libpython3.8.so and lib/python3.8/, debug for
 * python3.8d. */
static struct lh_build named_build(const struct lh_target *t)
{
	for (size_t i = 0; i < t->mapping_count; i++) {
		const char *p = t->mappings[i].path ? strstr(t->mappings[i].path, "python") : NULL;

		for (; p; p = strstr(p + 1, "python")) {
			unsigned major, minor;
			int len;

			if (sscanf(p, "python%1u.%2u%n", &major, &minor, &len) == 2)
				return (struct lh_build){.version = LH_PYVER(major, minor, 0),
							 .debug = p[len] == 'd'};
		}
	}
	return (struct lh_build){0};
}

/* Search with the layout of one version; up to 3.6 the proof itself searches the module's statics. */
static int try_version(struct scan *scan, const struct lh_build *build, uint64_t start, uint64_t end)
{
	struct lh_heap *heap = scan->heap;
	const struct lh_layout *l = &heap->layout;
	struct lh_build here = *build;

	here.machine = heap->target->machine;
	if (lh_layout_candidate(&here, NULL, 0, 0, &heap->layout) == LH_ABSENT)
		return LH_ABSENT;
	if (!lh_layout_has(l, LH_F_RUNTIME_INTERPRETERS))
		return heap->module ? prove(heap, 0) : LH_ABSENT;
	if (!lh_layout_has(l, LH_F_RUNTIME_MAIN) || !lh_layout_has(l, LH_F_INTERP_THREADS) ||
	    !lh_layout_has(l, LH_F_THREAD_INTERP))
		return LH_ABSENT;
	scan->search.budget = WORDS_BUDGET;
	return lh_word_search(&scan->search, start, end);
}

/* First the build that paths name, then other builds of that version, then all others. */
static unsigned unlikeliness(const struct lh_build *build, const struct lh_build *named)
{
	return !lh_versions_same_minor(build->version, named->version) ? 2 : build->debug != named->debug;
}

/* Versions with _Py_DebugOffsets at the start of _PyRuntime: its cookie is searched for. */
static const struct lh_versions with_cookie = FROM(3, 13);

static int try_versions(struct lh_heap *heap, uint64_t start, uint64_t end)
{
	struct scan scan = {{.target = heap->target, .is_it = is_first_interp}, heap};
	struct lh_build named = named_build(heap->target);

	for (unsigned turn = 0; turn <= 2; turn++) {
		for (size_t i = 0; lh_layout_tables[i]; i++) {
			const struct lh_build *build = &lh_layout_tables[i]->build;
			int r;

			if (lh_versions_have(&with_cookie, build->version) ||
			    unlikeliness(build, &named) != turn)
				continue;
			r = try_version(&scan, build, start, end);
			if (r != LH_ABSENT)
				return r;
		}
	}
	return LH_ABSENT;
}

static int try_range(struct lh_heap *heap, const struct lh_module *module, uint64_t start, uint64_t end)
{
	struct scan scan = {{.target = heap->target, .budget = COOKIE_BUDGET, .is_it = is_cookie}, heap};
	int r;

	heap->module = module;
	r = lh_word_search(&scan.search, start, end);
	if (r == LH_ABSENT)
		r = try_versions(heap, start, end);
	if (r == LH_ABSENT)
		heap->module = NULL;
	return r;
}

int lh_runtime_scan(struct lh_heap *heap)
{
	const struct lh_target *t = heap->target;
	int r = LH_ABSENT;

	for (unsigned wanted = 0; r == LH_ABSENT && wanted <= LH_RANK_LAST; wanted++)
		for (size_t i = 0; r == LH_ABSENT && i < t->module_count; i++)
			if (lh_candidate_rank(t, &t->modules[i]) == wanted)
				r = try_range(heap, &t->modules[i], t->modules[i].start, t->modules[i].end);
	/* Without the headers of the mapped files nothing says which memory belongs to which. A debugger has
	 * them, and is slow. */
	if (r == LH_ABSENT && t->kind != LH_TARGET_READER)
		r = try_range(heap, NULL, 0, UINT64_MAX);
	lh_log(heap->ctx, 6, "looking for the runtime by its structure: %s", r == 0 ? "found" : "none");
	if (r != 0)
		return r;
	if (heap->runtime && !heap->module)
		heap->module = lh_target_module(t, heap->runtime);
	return lh_types_reset(heap);
}
