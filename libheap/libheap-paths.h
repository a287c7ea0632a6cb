/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheap-paths: what keeps objects alive: roots, shortest paths from them, what would be freed with an object, reference
 * cycles, and references that are counted and that nothing holds.
 *
 * Part of libheap.h, which says how return values, ownership, threads, structs and iterators are.
 */
#ifndef LIBHEAP_PATHS_H
#define LIBHEAP_PATHS_H

#include "libheap.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lh_reference_iter; /* see libheap-objects.h, as for lh_type */
struct lh_type;

/* ------------------------------------------------------------------- roots */

/* Paths begin at the first of these kinds that leads to an object. */
enum lh_root_kind {
	LH_ROOT_MODULES,  /* sys.modules */
	LH_ROOT_SYS,      /* sys.__dict__ */
	LH_ROOT_BUILTINS, /* builtins.__dict__ */
	LH_ROOT_INTERP,   /* another field of the interpreter's state: codecs, its own dict */
	LH_ROOT_THREAD,   /* a field of a thread's state */
	LH_ROOT_FRAME,    /* a frame, or a local of one */
	/* The following are looked for only if those above do not lead to an object: */
	LH_ROOT_INTERNED, /* an immortal interned string, or the dict of interned strings, which holds none */
	LH_ROOT_STATIC,   /* the object lies in the data of a module */
	LH_ROOT_DATA,     /* a word of a module's data, or of a state where no field is known */
	LH_ROOT_LOCAL,    /* a thread-local variable */
	LH_ROOT_NATIVE,   /* a word of memory that no object owns */
	LH_ROOT_REGISTER, /* a register of a thread, Python's or not */
	LH_ROOT_STACK,    /* a word of a C stack, or of a data stack beside its frames */
	LH_ROOT_COUNT,    /* the object has references that none of these explains */
};

/** struct lh_root_info - a reference that keeps an object alive by itself */
struct lh_root_info {
	size_t size;
	enum lh_root_kind kind;
	uint64_t object; /* that it keeps alive */
	uint64_t
		word; /* address of the word that refers to it, which since 3.14 may be tagged in its low bits; 0:
			    it is not in memory, or not known */
	int64_t interpreter; /* id, up to LH_ROOT_FRAME; else -1 */
	uint64_t thread;     /* lh_thread_info.addr; 0: not a thread's, or not known */
	uint64_t code;       /* of a frame: its code object; else 0 */
	uint32_t line;       /* of a frame: in its file; 0: not known */
	bool stale;          /* the word may be a leftover */
};

struct lh_root_iter;

/**
 * lh_root_iter_new() - iterate over the roots up to LH_ROOT_FRAME: those of each interpreter, of its threads' states,
 * of their frames
 * Reads states and frames alone. An object may have several. Free with lh_root_iter_free(). Return: 0; -LH_ENOMEM.
 * Since: 0.1
 */
LH_API int lh_root_iter_new(struct lh_heap *heap, struct lh_root_iter **ret);
/** lh_root_iter_next() - describe the next root. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_root_iter_next(struct lh_root_iter *iter, struct lh_root_info *ret);
/**
 * lh_root_iter_name() - the last root in words: "sys.modules", "frame handler (app.py:42)"
 * Return: 0, *ret is valid until the next call on @iter; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_root_iter_name(struct lh_root_iter *iter, const char **ret);
/** lh_root_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_root_iter *lh_root_iter_free(struct lh_root_iter *iter);

/* ------------------------------------------------------------------- paths */

/** struct lh_path_query - which paths are wanted; one per shape of path if everything but size is zero */
struct lh_path_query {
	size_t size;
	const char *
		through; /* types, as 'find --type' takes them, separated by '\n': only paths that pass an object
				of one of them before they reach the object itself. "frame": running frames, too */
	const char *avoid; /* likewise: no paths that pass one */
	bool all_roots;    /* a path per holder, and per root that leads to the object by another path */
};

/** struct lh_path_info - a shortest path to an object */
struct lh_path_info {
	size_t size;
	uint64_t length; /* references on it, the root's own included */
	uint64_t count;  /* references to the object by paths of this shape; with all_roots by this holder */
};

struct lh_path_iter;

/**
 * lh_path_iter_new() - iterate over shortest paths to the object at @addr, as the command 'why' finds them
 * @query: NULL for one path per shape: paths that differ only in indices and keys have one shape. It is not kept.
 * Shortest paths come first, but for those of further roots. Reads the heap and the references of all objects that
 * roots lead to, and holds 27 bytes per object until lh_path_iter_free(); 44 if paths have to pass a type; with
 * all_roots 8 more, and while it looks 4 per reference.
 * Return: 0; LH_ABSENT: there is no object; -LH_EUSAGE: the query has members that this library does not know;
 * -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_path_iter_new(struct lh_heap *heap, uint64_t addr, const struct lh_path_query *query,
			    struct lh_path_iter **ret);
/** lh_path_iter_next() - describe the next path. Return: 0; LH_DONE after the last; -LH_ENOMEM. Since: 0.1 */
LH_API int lh_path_iter_next(struct lh_path_iter *iter, struct lh_path_info *ret);
/** lh_path_iter_root() - the root of the last path. Return: 0; LH_ABSENT: there is no last path. Since: 0.1 */
LH_API int lh_path_iter_root(struct lh_path_iter *iter, struct lh_root_info *ret);
/**
 * lh_path_iter_root_name() - the root of the last path in words, as lh_root_iter_name() has it
 * Return: 0, *ret is valid until the next call on @iter; LH_ABSENT: there is no last path; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_path_iter_root_name(struct lh_path_iter *iter, const char **ret);
/**
 * lh_path_iter_text() - the last path as Python writes it: "sys.modules['app'].CACHE['x'][3]"; of more than 100 steps
 * the middle is left out
 * Return: 0, *ret is valid until the next call on @iter; LH_ABSENT: there is no last path; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_path_iter_text(struct lh_path_iter *iter, const char **ret);
/**
 * lh_path_iter_shape() - what the paths of its shape have in common: "sys.modules['app'].CACHE[…]"
 * Return: 0, *ret is valid until the next call on @iter; LH_ABSENT: there is no last path, or all_roots was asked for;
 * -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_path_iter_shape(struct lh_path_iter *iter, const char **ret);
/**
 * lh_path_iter_steps() - iterate over the references of the last path: from the object that the root holds to the
 * one asked for. There are lh_path_info.length - 1, all of them, each named when lh_reference_iter_name() is asked.
 * Reads each object when it comes to it. The iterator does not need @iter any more; free it with
 * lh_reference_iter_free().
 * Return: 0; LH_ABSENT: there is no last path; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_path_iter_steps(struct lh_path_iter *iter, struct lh_reference_iter **ret);
/** lh_path_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_path_iter *lh_path_iter_free(struct lh_path_iter *iter);

/**
 * lh_object_path_text() - a shortest path to the object at @addr, as Python writes it: the one that the command 'retained' shows
 * For many objects, one after the other: the first question costs what lh_retained_info() costs and finds paths to all of them,
 * which are kept in 4 bytes per object. The caller frees *ret with free(). Return: 0; LH_ABSENT: no module, interpreter, thread or
 * frame leads to it, or it is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_path_text(struct lh_heap *heap, uint64_t addr, char **ret);
/**
 * lh_object_path_steps() - iterate over the references of that path, as lh_path_iter_steps() does
 * @last: only the last so many; 0: all. Costs what lh_object_path_text() costs. Free with lh_reference_iter_free().
 * Return: likewise. Since: 0.1
 */
LH_API int lh_object_path_steps(struct lh_heap *heap, uint64_t addr, size_t last,
				struct lh_reference_iter **ret);

/* ----------------------------------------------------------- retained sizes */

/** struct lh_retained_info - what would be freed with an object */
struct lh_retained_info {
	size_t size;
	uint64_t bytes, objects; /* of all that only it keeps alive, itself included */
	uint64_t dominator;      /* the nearest object that lies on every path to it; 0: there is none */
};

/**
 * lh_retained_info() - what the object at @addr alone keeps alive
 * The first question reads all objects and their references, and finds the dominator tree; both are kept: some 45
 * bytes per object and 4 per reference.
 * Return: 0; LH_ABSENT: no root leads to it, or it is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_retained_info(struct lh_heap *heap, uint64_t addr, struct lh_retained_info *ret);

struct lh_dominated_iter;

/**
 * lh_dominated_iter_new() - iterate over the objects right below the one at @addr in the dominator tree, those that
 * retain most first
 * Costs what lh_retained_info() costs, and a look at each object. Free with lh_dominated_iter_free(). Return: 0;
 * LH_ABSENT: no root leads to it, or it is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_dominated_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_dominated_iter **ret);
/** struct lh_dominated_query - objects by what they retain, those that retain most first; at equal sizes the order is fixed */
struct lh_dominated_query {
	size_t size;
	uint64_t under; /* only those right below this object in the dominator tree; 0: right below none */
	bool all;       /* with under 0: all that roots lead to, wherever in the tree */
	struct lh_type *type; /* only those of exactly this type; NULL: of all types */
	uint64_t after;       /* only those that come after this object in the order; 0: from the first one */
	size_t limit;         /* so many; 0: all */
};

/**
 * lh_dominated_query_new() - iterate over the objects of a query
 * Costs what lh_retained_info() costs, and a look at each object; memory: 4 bytes per object that the limit leaves, and 40 per
 * type. Free with lh_dominated_iter_free(). Return: 0; LH_ABSENT: no root leads to an object that the query names, or it is none;
 * -LH_EUSAGE: the query has members that this library does not know; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_dominated_query_new(struct lh_heap *heap, const struct lh_dominated_query *query,
				  struct lh_dominated_iter **ret);

/** struct lh_dominated_group_info - objects of one type, added up */
struct lh_dominated_group_info {
	size_t size;
	struct lh_type *type; /* NULL: their types cannot be read */
	uint64_t count;
	uint64_t bytes, retained,
		objects; /* sums of lh_object_info.bytes, lh_retained_info.bytes and .objects */
};

/** lh_dominated_iter_rest() - the next type of those that the query's limit left out, those that retain most first. Return: 0;
 * LH_DONE after the last. Since: 0.1 */
LH_API int lh_dominated_iter_rest(struct lh_dominated_iter *iter, struct lh_dominated_group_info *ret);
/** lh_dominated_iter_next() - the address of the next object. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_dominated_iter_next(struct lh_dominated_iter *iter, uint64_t *ret);
/** lh_dominated_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_dominated_iter *lh_dominated_iter_free(struct lh_dominated_iter *iter);

/* ------------------------------------------------------------------ cycles */

/** struct lh_component_info - a strongly connected component with a cycle: objects that all lead to each other */
struct lh_component_info {
	size_t size;
	uint64_t objects, bytes; /* bytes as lh_object_info.bytes */
	bool garbage;            /* no root leads to it: see lh_garbage_summary() */
	bool frozen; /* no collection looks at it: an object is frozen (gc.freeze()), or frozen garbage holds it */
};

/**
 * lh_component_at() - the @index-th component with a cycle, of tracked objects and the references that the collector
 * visits, alive or garbage
 * The first question costs what lh_garbage_summary() costs, and 4 bytes per tracked object, 8 per object in a cycle
 * are kept. Each question reads the component's objects, for their bytes. The order is the same each time.
 * Return: 0; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_component_at(struct lh_heap *heap, size_t index, struct lh_component_info *ret);
/**
 * lh_component_object_at() - the address of the @index-th object of the @component-th component, ascending
 * Costs what lh_component_at() costs, but reads no object.
 * Return: 0; LH_DONE past the last, and if there are not so many components; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_component_object_at(struct lh_heap *heap, size_t component, size_t index, uint64_t *ret);
/**
 * lh_component_cycle() - iterate over the references of a short cycle in the @component-th component: from the object
 * where it begins back to it
 * It is a shortest cycle through some of the objects that people know by name: instances of classes, exceptions. The
 * first question allocates 12 bytes per tracked object, which are kept. Free with lh_reference_iter_free().
 * Return: 0; LH_DONE: there are not so many components; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_component_cycle(struct lh_heap *heap, size_t component, struct lh_reference_iter **ret);

/* -------------------------------------------------------- reference counts */

/** struct lh_refaudit_summary - all reference counts compared with the pointers that there are */
struct lh_refaudit_summary {
	size_t size;
	uint64_t audited, immortal; /* objects; immortal ones have no count, and are not audited */
	uint64_t suspects;          /* objects for which they differ: see lh_suspect_at() */
	uint64_t excess,
		deficit; /* references of the suspects: counted and not found; found and not counted */
	uint64_t freed;  /* of the deficit: references to memory that was freed */
	uint64_t taken, taken_references; /* of the suspects, and their excess: lh_suspect_info.taken */
	uint64_t
		hidden; /* references of containers that are not counted, because their owner holds them for others */
	/* What makes the answer doubtful; all 0: nothing does. */
	uint64_t missing_bytes; /* memory that is not in the target; it may hold what seems unheld */
	uint64_t incomplete;    /* objects with storage that is not in the target */
	uint64_t damaged;       /* objects that containers refer to, and that cannot be read */
	uint64_t unexamined;    /* references of containers to no object that were not looked at */
	uint64_t pools_missing; /* pools that are not in the target */
	uint64_t pools_damaged; /* pools that contradict themselves */
	uint64_t malloc_torn;   /* lists of free chunks that do not end */
	uint64_t broken;        /* where a list of the collector is broken */
	bool malloc_unknown;    /* malloc's own data was not found: free blocks may be taken for used ones */
	bool collecting;        /* a collection was running */
};

/**
 * lh_refaudit_summary() - audit the counts of all objects, and sum up
 * The first question reads all objects, their references, and all writable memory; the set of objects and the
 * suspects are kept.
 * Return: 0; -LH_ELAYOUT: builds without the GIL, whose counts are not known yet; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_refaudit_summary(struct lh_heap *heap, struct lh_refaudit_summary *ret);

/** struct lh_suspect_info - an object with a count and references that do not agree */
struct lh_suspect_info {
	size_t size;
	uint64_t addr;
	struct lh_type *type; /* NULL: it was freed, though containers refer to it */
	int64_t refcount;
	uint64_t found;      /* pointers to it */
	int64_t unexplained; /* refcount - found. Above 0: references that nothing holds; below: not counted */
	uint64_t holder;     /* of freed memory: the first object that refers to it; else 0 */
	bool taken;          /* C code likely took the references once, when a module was imported */
};

/**
 * lh_suspect_at() - the @index-th suspect, in ascending order of addresses
 * Cost and errors are those of lh_refaudit_summary(). Return: 0; LH_DONE past the last. Since: 0.1
 */
LH_API int lh_suspect_at(struct lh_heap *heap, size_t index, struct lh_suspect_info *ret);

#ifdef __cplusplus
}
#endif
#endif
