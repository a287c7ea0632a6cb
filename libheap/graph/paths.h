/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shortest paths from roots: breadth first over all objects, level after level of roots, so that each object
 * is met on a shortest way from the best root that leads to it.
 *
 * Roots are what keeps objects alive by itself. First modules and the interpreter, then threads and their
 * frames. Only when those do not lead to what is wanted: words of bodies that are scanned, static data of
 * modules, memory that objects' bodies point to (buffers.c), C stacks, native memory (native.c).
 *
 * Memory: 25 bytes an object, and 1.5 for the set; 24 a holder of the object that is asked for. Paths through
 * a type have two states an object, passed and not yet: 42 bytes.
 */
#ifndef LH_GRAPH_PATHS_H
#define LH_GRAPH_PATHS_H

#include "cpython/visit.h"
#include "graph/objects.h"

enum lh_root_kind {
	LH_ROOT_MODULES,  /* sys.modules */
	LH_ROOT_SYS,      /* sys.__dict__ */
	LH_ROOT_BUILTINS, /* builtins.__dict__ */
	LH_ROOT_INTERP,   /* another field of the interpreter's state: codecs, its own dict */
	LH_ROOT_THREAD,   /* a field of a thread's state */
	LH_ROOT_FRAME,    /* a frame, or a local of one */
	LH_ROOT_INTERNED, /* an immortal interned string, or the dict of interned strings, which holds none */
	LH_ROOT_STATIC,   /* the object lies in the data of a module */
	LH_ROOT_DATA,     /* a word of a module's data, or of a state that no field is known at */
	LH_ROOT_LOCAL,    /* a thread-local variable */
	LH_ROOT_STALE,    /* kinds from here up to COUNT may be left over */
	LH_ROOT_NATIVE = LH_ROOT_STALE, /* a word of memory that no object owns */
	LH_ROOT_REGISTER,               /* a register of a thread, be it one of Python or not */
	LH_ROOT_STACK,                  /* a word of a C stack, or of a data stack beside its frames */
	LH_ROOT_COUNT,                  /* the object has references that none of all these explains */
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

/* Whether the word that is the reference may be left over from earlier. */
static inline bool lh_root_may_be_stale(const struct lh_root *root)
{
	return root->kind >= LH_ROOT_STALE && root->kind < LH_ROOT_COUNT;
}

#define LH_NO_PLACE UINT32_MAX
#define LH_ROOT_BIT (1u << 31)

/** struct lh_step - one reference: who holds it, and what it is there */
struct lh_step {
	uint32_t from;  /* place of the holder; roots: LH_ROOT_BIT | root */
	uint32_t count; /* references: items of one list, values of one dict */
	uint64_t key;   /* tells the references of a holder apart: index, address of the key, of the name */
	uint8_t label;  /* enum lh_label */
};

/* What a type is to the paths that are wanted: bits. */
enum { LH_PATHS_THROUGH = 1, LH_PATHS_AVOID = 2 };

struct lh_paths;

/** struct lh_paths_request - which paths are wanted */
struct lh_paths_request {
	uint64_t wanted; /* the object whose holders are listed; 0: none, and no native roots then */
	/* Whether something that is wanted was not met yet; NULL: @wanted alone. */
	bool (*misses)(void *arg, const struct lh_paths *paths);
	lh_items_fn see; /* gets all objects first, for the caller's own ends; may be NULL */
	/* Bits of a type, asked once an object; NULL: all types are equal. Return: bits, -LH_E*. */
	int (*classify)(void *arg, struct lh_type *type);
	unsigned frames; /* bits of frames, where they are no objects */
	void *arg;
	bool through; /* only paths that pass an object of a type with LH_PATHS_THROUGH */
};

struct lh_paths {
	struct lh_heap *heap;
	struct lh_paths_request request;
	struct lh_addrset set;
	struct lh_root *roots;
	size_t root_count, root_capacity;
	uint64_t *queue; /* objects in the order in which they were met; bit 0: behind one of the type */
	/* By place in the queue: */
	uint32_t *parent;
	uint8_t *label;
	uint64_t *key;           /* the step that led there, as in struct lh_step */
	uint32_t *place;         /* by number (and state): the place in the queue, or LH_NO_PLACE */
	uint32_t count;          /* places */
	struct lh_step *holders; /* of all that refer to @wanted, without itself; nearest first */
	size_t holder_count, holder_capacity;
	bool several_threads; /* frames are of more than one */
	bool by_body;         /* words of bodies that are only scanned were followed too */
	bool native;          /* roots in native memory led to some objects */
	/* Counted references to @wanted that neither objects nor sure roots explain; 0: not asked, or
	 * immortal. */
	uint64_t unexplained;
};

/** lh_paths_find() - the ways to all objects. Return: 0, -LH_E*. Free with lh_paths_fini(). */
int lh_paths_find(struct lh_heap *heap, const struct lh_paths_request *request, struct lh_paths *ret);
/** lh_paths_roots() - the roots alone, native ones apart. Return: 0, -LH_E*. Free with lh_paths_fini() in any
 * case. */
int lh_paths_roots(struct lh_heap *heap, struct lh_paths *ret);
void lh_paths_fini(struct lh_paths *paths);
/** lh_paths_place() - a place of the object at @addr, in a path as it is wanted; LH_NO_PLACE: no root leads
 * to it so */
uint32_t lh_paths_place(const struct lh_paths *paths, uint64_t addr);
/** lh_paths_root() - the root at the beginning of the way to @place */
const struct lh_root *lh_paths_root(const struct lh_paths *paths, uint32_t place);

static inline uint64_t lh_paths_addr(const struct lh_paths *paths, uint32_t place)
{
	return paths->queue[place] & ~7ull;
}

/* Whether the object of number @i was met, on whatever path. */
static inline bool lh_paths_met(const struct lh_paths *p, uint32_t i)
{
	return p->request.through
		       ? p->place[2 * (size_t)i] != LH_NO_PLACE || p->place[2 * (size_t)i + 1] != LH_NO_PLACE
		       : p->place[i] != LH_NO_PLACE;
}

/* Parts of lh_paths_find() in files of their own. */
/** struct lh_walk - breadth first: who visits, and what is visited */
struct lh_walk {
	struct lh_paths *paths;
	struct lh_visitor visitor;
	uint32_t from; /* place of the object that is visited */
	bool passed;   /* it, or one before it, is of the type that paths have to pass */
	bool only_body;
	int error;
};

/* Give the spans of the object at walk->from to walk->visitor, if paths may lead on from it. */
int lh_walk_visit(struct lh_walk *walk);
/* The object that is visited refers to @to by a word that no span has: known by @label and @key. */
void lh_walk_word(struct lh_walk *walk, uint64_t to, enum lh_label label, uint64_t key);
/* From the objects met last, from walk->from on, to all that they lead to. */
int lh_walk_spread(struct lh_walk *walk);
/* From the roots of kinds @first to @last. */
int lh_walk_spread_from(struct lh_walk *walk, enum lh_root_kind first, enum lh_root_kind last);
int lh_walk_native(struct lh_walk *walk); /* native_walk.c */
/* Whether something that is wanted was not met. */
bool lh_paths_misses(const struct lh_paths *paths);
int lh_paths_add_root(struct lh_paths *paths, const struct lh_root *root);
int lh_paths_add_interp(struct lh_paths *paths, const struct lh_interp *interp);  /* roots.c */
int lh_paths_add_threads(struct lh_paths *paths, const struct lh_interp *interp); /* roots.c */

/** lh_key_of() - what tells word @i of the span apart from the others of its holder, see struct lh_step */
uint64_t lh_key_of(const struct lh_span *span, uint64_t i);

#endif
