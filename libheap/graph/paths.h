/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shortest paths from roots: breadth first over all objects, so that each object is met on a shortest way
 * from a module or the interpreter, or, where there is none, from a frame.
 *
 * Roots are what keeps objects alive by itself: modules, the interpreter's dicts, the frames of threads.
 * Memory: 16 bytes an object, and 1.5 for the set; 4 to 8 a holder of the object that is asked for.
 */
#ifndef LH_GRAPH_PATHS_H
#define LH_GRAPH_PATHS_H

#include "cpython/visit.h"
#include "graph/addrset.h"

enum lh_root_kind {
	LH_ROOT_MODULES,  /* sys.modules */
	LH_ROOT_SYS,      /* sys.__dict__ */
	LH_ROOT_BUILTINS, /* builtins.__dict__ */
	LH_ROOT_INTERP,   /* another field of the interpreter's state: codecs, its own dict */
	LH_ROOT_FRAME,    /* a frame, or a local of one */
};

/** struct lh_root - a reference that keeps an object alive by itself */
struct lh_root {
	enum lh_root_kind kind;
	uint64_t to;
	int64_t interp;        /* id */
	const char *field;     /* INTERP: its name in PyInterpreterState */
	uint64_t thread, code; /* FRAME: thread state, code object; 0: not known */
	uint32_t line;         /* FRAME: 0: not known */
	struct lh_span span;   /* FRAME: where the reference is, for its name */
	uint64_t slot;         /* FRAME: word of the span */
};

#define LH_NO_PLACE UINT32_MAX

struct lh_paths {
	struct lh_heap *heap;
	struct lh_addrset set;
	struct lh_root *roots;
	size_t root_count, root_capacity;
	uint64_t *queue;  /* objects in the order in which they were met */
	uint32_t *parent; /* by place in the queue: the place of the holder; roots: LH_ROOT_BIT | root */
	uint32_t *place;  /* by number: the place in the queue, or LH_NO_PLACE */
	uint32_t count;   /* objects met */
	uint64_t wanted;
	uint32_t *holders; /* places of the objects that refer to @wanted, without itself; nearest first */
	size_t holder_count, holder_capacity;
	bool by_body; /* words of bodies that are only scanned were followed too */
};

#define LH_ROOT_BIT (1u << 31)

/**
 * lh_paths_find() - the ways to all objects
 * @wanted: when exact references do not lead to it, words of bodies that are only scanned are followed too.
 * Return: 0, -LH_E*. Free with lh_paths_fini().
 */
int lh_paths_find(struct lh_heap *heap, uint64_t wanted, struct lh_paths *ret);
void lh_paths_fini(struct lh_paths *paths);
/** lh_paths_place() - place of the object at @addr in the queue; LH_NO_PLACE: no root leads to it */
uint32_t lh_paths_place(const struct lh_paths *paths, uint64_t addr);

#endif
