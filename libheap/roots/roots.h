/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots: what keeps objects alive by itself. Fields of the interpreters' and threads' states, and frames, are
 * found here; native memory is searched if those do not lead to what is wanted (native.h).
 */
#ifndef LH_ROOTS_ROOTS_H
#define LH_ROOTS_ROOTS_H

#include "cpython/visit.h"

enum lh_root_kind {
	LH_ROOT_MODULES,  /* sys.modules */
	LH_ROOT_SYS,      /* sys.__dict__ */
	LH_ROOT_BUILTINS, /* builtins.__dict__ */
	LH_ROOT_INTERP,   /* another field of the interpreter's state: codecs, its own dict */
	LH_ROOT_THREAD,   /* a field of a thread's state */
	LH_ROOT_FRAME,    /* a frame, or a local of one */
	LH_ROOT_INTERNED, /* an immortal interned string, or the dict of interned strings, which holds none */
	LH_ROOT_STATIC,   /* the object lies in the data of a module */
	LH_ROOT_DATA,     /* a word of a module's data, or of a state where no field is known */
	LH_ROOT_LOCAL,    /* a thread-local variable */
	LH_ROOT_STALE,    /* kinds from here up to COUNT may be stale */
	LH_ROOT_NATIVE = LH_ROOT_STALE, /* a word of memory that no object owns */
	LH_ROOT_REGISTER,               /* a register of a thread, Python's or not */
	LH_ROOT_STACK,                  /* a word of a C stack, or of a data stack beside its frames */
	LH_ROOT_COUNT,                  /* the object has references that none of these explains */
	LH_ROOT_KINDS,
};

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
	uint64_t at;           /* DATA, LOCAL, STACK, NATIVE: address of the word */
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

void lh_roots_fini(struct lh_roots *roots);
/** lh_roots_add() - one more, unless it leads to nothing. Return: 0, -LH_E*. */
int lh_roots_add(struct lh_roots *roots, const struct lh_root *root);

#endif
