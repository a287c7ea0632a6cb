/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runtime, its interpreters and threads: a runtime's first interpreter has a list of threads that all
 * point back to it; sys.__dict__ has 'modules' and 'hexversion', and its 'modules' is the interpreter's.
 */
#include "cpython/dict.h"
#include "discover/derive_tools.h"
#include "discover/pre37.h"
#include "util/array.h"

#include <string.h>

#define RUNTIME_MAX 8192 /* bytes of _PyRuntime in which its list of interpreters is */
#define INTERP_MAX 16384 /* bytes of an interpreter in which its threads, sys and builtins are */
#define SHAPES 6         /* tables that dicts or strings are taken from */
#define THREADS_MAX 64   /* threads of a list that are looked at */

/* The word at @addr is the first of a list of threads, each of which points to @interp. */
static bool leads_to_threads(struct lh_derive *d, uint64_t addr, uint64_t interp)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t back = lh_layout_at(l, LH_F_THREAD_INTERP), next = lh_layout_at(l, LH_F_THREAD_NEXT);
	uint64_t thread = lh_derive_word(d, addr);

	if (!thread || thread & 7 || (next && lh_derive_word(d, thread + next - 8)))
		return false; /* before 'next' is 'prev', which is NULL in the first thread */
	for (unsigned i = 0; thread && i < THREADS_MAX; i++) {
		if (thread & 7 || lh_derive_word(d, thread + back) != interp)
			return false;
		thread = lh_derive_word(d, thread + next);
	}
	return true;
}

static bool is_threads(struct lh_derive *d, uint64_t addr)
{
	return leads_to_threads(d, addr, d->interp);
}

/* The word at @addr points to an interpreter. */
static bool is_interpreter(struct lh_derive *d, uint64_t addr)
{
	uint32_t guess = lh_layout_at(&d->heap->layout, LH_F_INTERP_THREADS), at;
	uint64_t interp = lh_derive_word(d, addr);

	if (!interp || interp & 7 || !lh_view_at(&d->view, interp, 64))
		return false;
	d->interp = interp;
	return lh_derive_search(d, interp, guess, INTERP_MAX, 8, is_threads, &at) == 0;
}

static bool is_dict_with(struct lh_derive *d, uint64_t dict, const char *a, const char *b, uint64_t *ret)
{
	struct lh_object o;

	return lh_object_at(d->heap, &d->view, dict, &o) == 0 && o.type->kind->id == LH_KIND_DICT &&
	       lh_dict_get(d->heap, dict, b, ret) == 0 && lh_dict_get(d->heap, dict, a, ret) == 0;
}

static bool is_sysdict(struct lh_derive *d, uint64_t addr)
{
	uint64_t value;

	return is_dict_with(d, lh_derive_word(d, addr), "modules", "hexversion", &value);
}

static bool is_builtins(struct lh_derive *d, uint64_t addr)
{
	uint64_t value;

	return is_dict_with(d, lh_derive_word(d, addr), "__import__", "len", &value);
}

static bool is_modules(struct lh_derive *d, uint64_t addr)
{
	uint64_t modules, sys = d->interp + lh_layout_at(&d->heap->layout, LH_F_INTERP_SYSDICT);

	return lh_dict_get(d->heap, lh_derive_word(d, sys), "modules", &modules) == 0 && modules &&
	       lh_derive_word(d, addr) == modules;
}

/* All of them, or none: of two tables, one's fields may lie behind the end of the other's struct. */
static void take_fields_named(struct lh_derive *d, const char *prefix, const struct lh_layout *from)
{
	for (int i = 0; i < LH_F_COUNT; i++) {
		enum lh_field f = (enum lh_field)i;

		if (strncmp(lh_field_infos[i].name, prefix, strlen(prefix)) != 0 || lh_derive_is_told(d, f))
			continue;
		if (from->off1[i] && lh_layout_field_exists(d->heap->build.version, f))
			lh_derive_set(d, f, from->off1[i] - 1, NULL);
		else
			lh_derive_drop(d, f);
	}
	lh_layout_fit_basics(&d->heap->layout);
}

static bool has_sysdict(struct lh_derive *d)
{
	uint32_t guess = lh_layout_at(&d->heap->layout, LH_F_INTERP_SYSDICT), at;

	return lh_derive_search(d, d->interp, guess, INTERP_MAX, 8, is_sysdict, &at) == 0;
}

/* If sys.__dict__ cannot be read like that: take the keys of dicts from one neighbour, strings from
 * another. */
static int derive_text(struct lh_derive *d)
{
	_cleanup_free_ struct lh_layout *keys = lh_new0(struct lh_layout, 1);
	_cleanup_free_ struct lh_layout *text = lh_new0(struct lh_layout, 1);
	_cleanup_free_ struct lh_layout *before = lh_new0(struct lh_layout, 1);

	if (!keys || !text || !before)
		return lh_nomem(d->heap->ctx);
	if (has_sysdict(d))
		return 0;
	*before = d->heap->layout;
	for (size_t i = 0; i < SHAPES && lh_heap_neighbour(d->heap, i, keys) != LH_ABSENT; i++)
		for (size_t k = 0; k < SHAPES && lh_heap_neighbour(d->heap, k, text) != LH_ABSENT; k++) {
			take_fields_named(d, "KEYS_", keys);
			take_fields_named(d, "STR_", text);
			if (lh_derive_is_sound(d) && has_sysdict(d))
				return 0;
		}
	d->heap->layout = *before;
	return 0;
}

/* In this order: each test uses what the one before it found. */
static const struct {
	enum lh_field field;
	lh_derive_test_fn test;
	const char *proof, *what;
} rows[] = {
	{LH_F_INTERP_THREADS, is_threads, "its threads point back to it", "list of threads"},
	{LH_F_INTERP_SYSDICT, is_sysdict, "a dict with 'modules' and 'hexversion'", "sys.__dict__"},
	{LH_F_INTERP_MODULES, is_modules, "it is sys.__dict__['modules']", "sys.modules"},
	{LH_F_INTERP_BUILTINS, is_builtins, "a dict with '__import__' and 'len'", "builtins.__dict__"},
};

/* The word at @addr points to another interpreter; it may be without threads, but it has a sys of its own. */
static bool is_other(struct lh_derive *d, uint64_t addr)
{
	const struct lh_layout *l = &d->heap->layout;
	uint64_t other = lh_derive_word(d, addr), modules, sys;

	if (!other || other & 7 || other == d->interp)
		return false;
	modules = lh_derive_word(d, other + lh_layout_at(l, LH_F_INTERP_MODULES));
	sys = lh_derive_word(d, other + lh_layout_at(l, LH_F_INTERP_SYSDICT));
	return modules && sys && is_dict_with(d, sys, "modules", "hexversion", &sys) && sys == modules;
}

static bool is_null(struct lh_derive *d, uint64_t addr)
{
	return lh_view_at(&d->view, addr, 8) && !lh_derive_word(d, addr);
}

/* If there is only one interpreter, 'next' is NULL: near the list of threads, or the first field (up to
 * 3.12). */
static int derive_next(struct lh_derive *d)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t threads = lh_layout_at(l, LH_F_INTERP_THREADS), next = lh_layout_at(l, LH_F_INTERP_NEXT), at;
	int64_t moved = (int64_t)next + threads - lh_layout_or(&d->guess, LH_F_INTERP_THREADS, 0);

	if (lh_derive_search(d, d->interp, next, threads, 8, is_other, &at) == 0) {
		lh_derive_set(d, LH_F_INTERP_NEXT, at, "it leads to another interpreter");
		return 0;
	}
	if (next == 0 && is_null(d, d->interp))
		moved = 0;
	if (lh_derive_search(d, d->interp, moved < 0 ? 0 : (uint32_t)moved, threads, 8, is_null, &at) != 0)
		return LH_ABSENT;
	lh_derive_set(d, LH_F_INTERP_NEXT, at, NULL);
	return 0;
}

/*
 * Ids are small numbers, the main interpreter's is 0, and no two are equal. Pointers are not ids, nor is -1,
 * at which counts of references start.
 */
static bool is_id(struct lh_derive *d, uint64_t addr)
{
	uint64_t interp = d->interp, last = UINT64_MAX;
	bool has_main = false;

	for (unsigned i = 0; interp && i < THREADS_MAX; i++) {
		uint64_t id = lh_derive_word(d, interp + (addr - d->interp));

		if (id > INT32_MAX || id == last)
			return false;
		has_main |= id == 0;
		last = id;
		interp = lh_derive_word(d, interp + lh_layout_at(&d->heap->layout, LH_F_INTERP_NEXT));
	}
	return has_main;
}

/* The id is the first such number after 'next'. */
static void derive_id(struct lh_derive *d)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t next = lh_layout_at(l, LH_F_INTERP_NEXT), guess, at;
	int64_t moved = (int64_t)next - lh_layout_or(&d->guess, LH_F_INTERP_NEXT, 0);

	if (!lh_layout_has(l, LH_F_INTERP_ID))
		return;
	guess = (uint32_t)(lh_layout_at(l, LH_F_INTERP_ID) + moved) - next - 8;
	if (lh_derive_search(d, d->interp + next + 8, guess, 64, 8, is_id, &at) == 0)
		lh_derive_set(d, LH_F_INTERP_ID, next + 8 + at,
			      "a number of its own, 0 for the main interpreter");
	else
		lh_derive_drop(d, LH_F_INTERP_ID);
}

static int find_interpreter(struct lh_derive *d)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t guess = (uint32_t)lh_layout_or(l, LH_F_RUNTIME_INTERPRETERS, 0), at;

	if (!d->heap->runtime) {
		d->interp = lh_pre37_interp(d->heap);
		return d->interp ? 0 : LH_ABSENT;
	}
	if (lh_derive_search(d, d->heap->runtime, guess, RUNTIME_MAX, 8, is_interpreter, &at) != 0)
		return LH_ABSENT;
	d->interp = lh_derive_word(d, d->heap->runtime + at);
	lh_derive_set(d, LH_F_RUNTIME_INTERPRETERS, at, "it leads to an interpreter with threads of its own");
	return 0;
}

/*
 * Before the field for the main interpreter is the one for the first of the list: the same one, or a
 * subinterpreter, which has no threads while none runs in it.
 */
static void find_first(struct lh_derive *d)
{
	uint32_t at = (uint32_t)lh_layout_or(&d->heap->layout, LH_F_RUNTIME_INTERPRETERS, 0);
	uint64_t before = d->heap->runtime + at - 8;

	if (!d->heap->runtime || at < 8 || (lh_derive_word(d, before) != d->interp && !is_other(d, before)))
		return;
	lh_derive_set(d, LH_F_RUNTIME_INTERPRETERS, at - 8, d->heap->layout.proof[LH_F_RUNTIME_INTERPRETERS]);
	d->interp = lh_derive_word(d, before);
}

static int derive_list(struct lh_derive *d)
{
	uint64_t with_threads = d->interp;

	find_first(d);
	if (derive_next(d) != 0)
		return lh_fail_at(d->heap->ctx, LH_ELAYOUT, d->interp,
				  "the interpreter at 0x%" PRIx64 " has no link to the next one", d->interp);
	derive_id(d);
	d->interp = with_threads;
	return 0;
}

int lh_derive_runtime(struct lh_derive *d)
{
	struct lh_heap *heap = d->heap;
	int r;

	if (find_interpreter(d) != 0)
		return lh_fail_at(
			heap->ctx, LH_ELAYOUT, heap->runtime,
			"no word of the runtime leads to an interpreter whose threads point back to it");
	r = derive_text(d);
	for (size_t i = 0; r == 0 && i < LH_ARRAY_SIZE(rows); i++) {
		uint32_t at;

		if (lh_derive_search(d, d->interp, lh_layout_at(&heap->layout, rows[i].field), INTERP_MAX, 8,
				     rows[i].test, &at) != 0)
			return lh_fail_at(heap->ctx, LH_ELAYOUT, d->interp,
					  "the interpreter at 0x%" PRIx64 " has no %s", d->interp,
					  rows[i].what);
		lh_derive_set(d, rows[i].field, at, rows[i].proof);
	}
	if (r < 0)
		return r;
	heap->layout.proof[LH_F_THREAD_INTERP] = heap->layout.proof[LH_F_THREAD_NEXT] = rows[0].proof;
	return derive_list(d);
}
