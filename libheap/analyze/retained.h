/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Retained sizes: what would be freed with an object: its own bytes, and those of all that it dominates.
 *
 * Roots are modules, the interpreter, frames; then, among objects that those do not lead to, each one with
 * more references than other such objects account for: native code holds it. The rest is garbage.
 *
 * Memory: that of the graph (graph.h), which other questions share, of the dominators (dominators.h), 12 bytes per object, and
 * 4 per native root.
 */
#ifndef LH_ANALYZE_RETAINED_H
#define LH_ANALYZE_RETAINED_H

#include "analyze/search.h"
#include "graph/dominators.h"
#include "inventory/borrowed.h"
#include "roots/roots.h"
#include "util/string.h"

struct lh_retained {
	struct lh_graph graph; /* the heap's, borrowed; its edges are without those that are doubted */
	struct lh_borrowed borrowed;
	struct lh_roots roots; /* without native ones */
	struct lh_dominators tree;
	uint64_t *bytes;       /* by place: retained */
	uint32_t *objects;     /* by place: dominated, itself included */
	uint32_t first_native; /* place: named roots lead to those before it */
	uint32_t *natives; /* numbers of roots that are held by native code alone, or by the interpreter */
	size_t native, native_capacity; /* how many */
	uint32_t *
		silent; /* of those, the interpreter's dicts of interned strings: their references keep nothing */
	size_t silent_count, silent_capacity;
	uint32_t unreachable;
	uint64_t unreachable_bytes;
	uint64_t
		unsure_bytes; /* at most so many are of objects to which named roots do not lead, or by guesses alone */
};

/** lh_retained_get() - the heap's, found on the first call. Return: 0, -LH_E*. It belongs to the heap. */
int lh_retained_get(struct lh_heap *heap, const struct lh_retained **ret);

/*
 * The same beside something else: one search in depth, which no second processor can help with, takes a third of the
 * time, and asks nothing but the graph.
 */
/** lh_retained_search() - begin, in a thread: once it is finished, lh_retained_get() has the answer at once. Return: as lh_search_new(). */
int lh_retained_search(struct lh_heap *heap, struct lh_search **ret);

/** struct lh_retained_edges - those of an object that keep alive what they lead to */
struct lh_retained_edges {
	const struct lh_retained *from;
	uint32_t next, end; /* indices among the graph's edges; next == end: there is none any more */
	size_t borrowed;    /* the first borrowed word that was not passed */
};

/** lh_retained_edges_of() - those of object @number; the first one is at ret->next */
struct lh_retained_edges lh_retained_edges_of(const struct lh_retained *t, uint32_t number);
/** lh_retained_edges_count() - how many are left */
uint32_t lh_retained_edges_count(struct lh_retained_edges edges);
/** lh_retained_edges_pass() - go on to the next one */
void lh_retained_edges_pass(struct lh_retained_edges *edges);

/** lh_retained_of() - bytes that the object at @addr retains. Return: 0; LH_ABSENT: no root leads to it. */
int lh_retained_of(const struct lh_retained *retained, uint64_t addr, uint64_t *ret);

/** lh_retained_largest() - by place: the place right below it that retains most; 0: none. Return: 0; -LH_ENOMEM. The caller
 * frees *@ret. */
int lh_retained_largest(const struct lh_retained *t, uint32_t **ret);

/** struct lh_retained_group - objects of one type, added up */
struct lh_retained_group {
	uint32_t type; /* lh_type.index, LH_GRAPH_NO_TYPE */
	uint64_t count, bytes, retained, objects;
};

/** struct lh_retained_query - which objects are wanted */
struct lh_retained_query {
	uint64_t under; /* only those right below this object; 0: all */
	bool outermost; /* only those that no single object keeps alive */
	bool points;    /* only accumulation points: each object right below retains less than half of it */
	const uint32_t *largest;    /* lh_retained_largest(), for points */
	const struct lh_type *type; /* only those of exactly this type; NULL: of all */
	uint32_t after;             /* only those that come after this place in the order; 0: all */
	size_t limit;               /* so many of the largest; 0: all */
	struct lh_retained_group
		*rest; /* those that the limit leaves out, by type; room for one more than there are types,
			 zeroed, the last for objects without type. NULL: they are not wanted */
};

/** lh_retained_top() - places of objects, those that retain the most first. Return: 0; -LH_EFAULT: no root leads to
 * query->under; -LH_ENOMEM, -LH_EINTR. The caller frees *@ret. */
int lh_retained_top(const struct lh_retained *retained, const struct lh_retained_query *query, uint32_t **ret,
		    size_t *ret_count);

/** struct lh_retained_type - objects of one type */
struct lh_retained_type {
	uint64_t count, bytes;
	uint64_t retained; /* by those of them that no other object of the type dominates */
};

/** lh_retained_types() - by lh_type.index; only objects that roots lead to. Return: 0; -LH_ENOMEM. The caller
 * frees *@ret. */
int lh_retained_types(const struct lh_retained *retained, struct lh_retained_type **ret);

/** struct lh_retained_native - retained sizes that include native memory, which objects own (owned.h); 16 bytes per object */
struct lh_retained_native {
	struct lh_retained with; /* the same as without, but for bytes; borrowed */
	uint64_t *bytes;         /* by place: of objects and native memory */
	uint64_t *native;        /* of these, native memory */
};

/** lh_retained_with_native() - Return: 0, -LH_E*. Free with lh_retained_native_fini() in any case. */
int lh_retained_with_native(const struct lh_retained *t, struct lh_retained_native *ret);
void lh_retained_native_fini(struct lh_retained_native *r);

/** struct lh_retained_paths - a shortest path from a root to some objects: 4 bytes per object that is met, 4
 * more at first */
struct lh_retained_paths {
	const struct lh_retained *from;
	uint32_t *holder; /* by number: 1 + its holder on the path; roots: LH_ROOT_BIT | root; 0: none */
	/* How far the search came: */
	uint32_t *queue; /* objects met, in that order; those before 'head' were followed */
	uint32_t head, tail;
	size_t wanted; /* how many were not met yet */
	size_t step;   /* sorts of roots that were met */
	bool states; /* of modules are followed, too: of those among the first 'named' met, up to 'module' */
	uint32_t named, module;
	struct lh_view view;
};

/** lh_retained_paths_begin() - no paths yet. Return: 0; -LH_ENOMEM. Free with lh_retained_paths_fini() in any case. */
int lh_retained_paths_begin(const struct lh_retained *from, struct lh_retained_paths *ret);
/** lh_retained_paths_add() - find paths to some more objects: the search goes on from where it stopped. They do not depend on
 * what else was asked for. */
void lh_retained_paths_add(struct lh_retained_paths *paths, const uint32_t *places, size_t count);
/** lh_retained_paths_add_all() - find paths to all objects that named roots lead to */
void lh_retained_paths_add_all(struct lh_retained_paths *paths);
/** lh_retained_paths_way() - addresses from the one that the root holds to the one at @place, the last @most of them (0: all);
 * *@ret NULL: there is no path. Return: 0; -LH_ENOMEM. The caller frees *@ret. */
int lh_retained_paths_way(const struct lh_retained_paths *paths, uint32_t place, size_t most, uint64_t **ret,
			  size_t *ret_length);
/** lh_retained_paths_find() - begin, and find paths to the objects at @places alone. Return: likewise. */
int lh_retained_paths_find(const struct lh_retained *from, const uint32_t *places, size_t count,
			   struct lh_retained_paths *ret);
void lh_retained_paths_fini(struct lh_retained_paths *paths);
/** lh_retained_path_text() - as in why; empty if only native code holds it. Return: 0; -LH_ENOMEM. */
int lh_retained_path_text(const struct lh_retained_paths *paths, uint32_t place, struct lh_string *out);

/* The place of the object at @addr; 0: no root leads to it, or it is no object. */
static inline uint32_t lh_retained_place(const struct lh_retained *r, uint64_t addr)
{
	uint32_t node = lh_addrset_index(&r->graph.set, addr);

	return node == LH_NO_INDEX ? 0 : r->tree.place[node];
}

static inline uint64_t lh_retained_addr(const struct lh_retained *r, uint32_t place)
{
	return lh_addrset_nth(&r->graph.set, r->tree.node[place]);
}

#endif
