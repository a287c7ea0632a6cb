/* SPDX-License-Identifier: Apache-2.0 */
/* The walk from roots in native memory, certain ones before those that may be stale. */
#include "roots/native_walk.h"
#include "roots/buffers.h"
#include "roots/native_words.h"

/* Add the roots of @kind, INTERNED to COUNT, for objects that were not met yet. */
static int add_roots(struct lh_native *n, enum lh_root_kind kind)
{
	if (kind == LH_ROOT_INTERNED)
		return lh_native_add_interned(n);
	if (kind == LH_ROOT_STATIC)
		return lh_native_add_statics(n);
	if (kind == LH_ROOT_COUNT)
		return lh_native_add_counted(n);
	return n->left.count ? lh_native_words_roots(n, kind) : 0;
}

/*
 * All words that may be stale are found before any is followed, so that none hides another. Native memory
 * comes first, since what is on a stack came from somewhere.
 */
static int walk_doubtful(struct lh_walk *w, struct lh_native *native)
{
	uint32_t before = w->paths->count;
	int r = 0;

	w->paths->unexplained = lh_native_unexplained(native, w->paths->request.wanted);

	for (int kind = LH_ROOT_STALE; kind < LH_ROOT_COUNT && r == 0; kind++)
		r = add_roots(native, (enum lh_root_kind)kind);
	for (int kind = LH_ROOT_STALE; kind < LH_ROOT_COUNT && r == 0; kind++)
		r = lh_walk_spread_from(w, (enum lh_root_kind)kind, (enum lh_root_kind)kind);
	if (r == 0 && lh_paths_misses(w->paths))
		r = add_roots(native, LH_ROOT_COUNT);
	if (r == 0)
		r = lh_walk_spread_from(w, LH_ROOT_COUNT, LH_ROOT_COUNT);
	w->paths->native |= w->paths->count > before;
	return r;
}

/* Roots of the last resort. Each certain kind is only for what those before it do not keep. */
int lh_walk_native(struct lh_walk *w)
{
	_cleanup_(lh_native_fini) struct lh_native native = {.paths = w->paths};
	int r = lh_native_init(&native);
	uint32_t before = w->paths->count;

	for (int kind = LH_ROOT_INTERNED; kind < LH_ROOT_STALE && r == 0 && lh_paths_misses(w->paths);
	     kind++) {
		r = add_roots(&native, (enum lh_root_kind)kind);
		if (r == 0)
			r = lh_walk_spread_from(w, (enum lh_root_kind)kind, (enum lh_root_kind)kind);
	}
	w->paths->native = w->paths->count > before;
	if (r == 0 && lh_paths_misses(w->paths))
		r = lh_native_words_find(&native);
	if (r == 0 && native.word_count)
		r = lh_buffers_spread(w, &native);
	return r == 0 && lh_paths_misses(w->paths) ? walk_doubtful(w, &native) : r;
}
