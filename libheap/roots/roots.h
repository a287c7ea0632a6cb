/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots: what keeps objects alive by itself. Fields of the interpreters' and threads' states, and frames, are
 * found here; native memory is searched if those do not lead to what is wanted (native.h).
 */
#ifndef LH_ROOTS_ROOTS_H
#define LH_ROOTS_ROOTS_H

#include "cpython/visit.h"
#include "libheap.h"

/* Kinds are those of libheap-paths.h; those from here up to COUNT may be stale. */
#define LH_ROOT_STALE LH_ROOT_NATIVE

/** struct lh_root - a reference that keeps an object alive by itself */
struct lh_root {
	enum lh_root_kind kind;
	uint64_t to;
	int64_t interp;        /* id */
	const char *field;     /* INTERP, THREAD: its name in the struct */
	uint64_t thread, code; /* THREAD, FRAME to STACK: thread state; FRAME: code object; 0: not known */
	uint32_t line;         /* FRAME: 0: not known */
	struct lh_span span;   /* FRAME: where the reference is, for its name */
	uint64_t slot;         /* FRAME: word of the span */
	uint64_t at;           /* address of the word, if it is one of a state, or of native memory */
	uint64_t excess;       /* COUNT: references that are counted, but were not found; 0: immortal */
};

/* Whether it is one of the dicts that a user knows by name: sys.modules, sys.__dict__, builtins.__dict__. */
static inline bool lh_root_is_named_dict(enum lh_root_kind kind)
{
	return kind < LH_ROOT_INTERP;
}

/* Whether it was found in native memory, not in Python's own states and frames. */
static inline bool lh_root_is_native(enum lh_root_kind kind)
{
	return kind > LH_ROOT_FRAME;
}

/* Whether the word that is the reference may be stale. */
static inline bool lh_root_may_be_stale(const struct lh_root *root)
{
	return root->kind >= LH_ROOT_STALE && root->kind < LH_ROOT_COUNT;
}

#define LH_ROOTS_MAX (1u << 31) /* paths number them with 31 bits */

struct lh_roots {
	struct lh_heap *heap;
	struct lh_root *all;
	size_t count, capacity;
	bool several_threads; /* frames are of more than one thread */
};

/** lh_root_word() - the address of the word that is the reference; 0: it is not in memory, or not known. Looks at all
 * segments if it is one of a frame. */
uint64_t lh_root_word(const struct lh_roots *roots, const struct lh_root *root);
void lh_roots_fini(struct lh_roots *roots);
/** lh_roots_add() - one more, unless it leads to nothing. Return: 0, -LH_E*. */
int lh_roots_add(struct lh_roots *roots, const struct lh_root *root);

#endif
