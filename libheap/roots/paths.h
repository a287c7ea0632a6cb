/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shortest paths from roots: breadth first over the graph of all objects, from one kind of root after the other, so that
 * each object is met on a shortest path from the best root that leads to it.
 *
 * Roots keep objects alive without being references of objects: first modules and the interpreter, then
 * threads and their frames. Only if those do not lead to what is wanted: words of bodies that are scanned,
 * static data of modules, memory that objects' bodies point to (buffers.c), C stacks, native memory
 * (native.c).
 *
 * Memory: that of the graph (inventory/graph.h), which stays with the heap; 12 bytes per object, 9 more for each with a step
 * that is asked for; 24 per holder of the wanted object. Paths through a type have two states per object, passed and not
 * yet: 20 bytes.
 */
#ifndef LH_ROOTS_PATHS_H
#define LH_ROOTS_PATHS_H

#include "inventory/graph.h"
#include "roots/roots.h"

#define LH_NO_PLACE UINT32_MAX
#define LH_ROOT_BIT (1u << 31)
#define LH_PASSED_BIT (1u << 31)

/** struct lh_step - one reference: its holder, and what it is there */
struct lh_step {
	uint32_t from;  /* place of the holder; roots: LH_ROOT_BIT | root */
	uint32_t count; /* references: items of one list, values of one dict */
	uint64_t key;   /* distinguishes references of a holder: index, address of the key or of the name */
	uint8_t label;  /* enum lh_label */
};

/* What a type is to the paths that are wanted: bits. */
enum { LH_PATHS_THROUGH = 1, LH_PATHS_AVOID = 2 };

struct lh_paths;

/** struct lh_paths_request - which paths are wanted */
struct lh_paths_request {
	uint64_t wanted; /* the object whose holders are listed; 0: none, and no native roots then */
	/* Whether something wanted was not met yet; NULL: only @wanted is. */
	bool (*misses)(void *arg, const struct lh_paths *paths);
	lh_items_fn see; /* gets all objects first, for the caller's own purposes; may be NULL */
	/* Bits of a type, asked once; NULL: all types are equal. Return: bits, -LH_E*. */
	int (*classify)(void *arg, struct lh_type *type);
	unsigned frames; /* bits of frames, where they are not objects */
	void *arg;
	bool each_root; /* lh_root_paths_init() is to follow */
	bool through;   /* only paths that pass an object of a type with LH_PATHS_THROUGH */
};

struct lh_paths {
	struct lh_heap *heap;
	struct lh_paths_request request;
	const struct lh_graph *graph; /* the heap's */
	struct lh_roots roots;
	uint8_t *bits; /* by lh_type.index: request.classify(); NULL: all are 0 */
	uint32_t *
		queue; /* numbers of objects in the order in which they were met; LH_PASSED_BIT: after one of the type */
	/* By place in the queue: */
	uint32_t *parent;
	uint8_t *label; /* the step that led there, see lh_paths_step(); 0: not asked for yet */
	uint64_t *key;
	uint32_t *place;         /* by number (and state): the place in the queue, or LH_NO_PLACE */
	uint64_t *met;           /* by number, one bit each: in a cache, where places are not */
	uint32_t count;          /* places */
	struct lh_step *holders; /* of all that refer to @wanted, without itself; nearest first */
	size_t holder_count, holder_capacity;
	bool by_body;       /* words of bodies that are only scanned were followed too, */
	uint32_t body_from; /* to this place and those after it */
	bool native;        /* roots in native memory led to some objects */
	/* Counted references to @wanted that neither objects nor sure roots explain; 0: not asked, or
	 * immortal. */
	uint64_t unexplained;
	bool borrowed; /* all but the holders is the heap's */
};

void lh_paths_fini(struct lh_paths *paths);
/** lh_paths_place() - the place of the object at @addr on a path of the wanted kind; LH_NO_PLACE: there is no
 * such path to it */
uint32_t lh_paths_place(const struct lh_paths *paths, uint64_t addr);
/** lh_paths_root() - the root at the start of the path to @place */
const struct lh_root *lh_paths_root(const struct lh_paths *paths, uint32_t place);

/** lh_paths_step() - the step that led to @place, found when it is first asked for: one visit finds those to all objects that
 * the holder led to. Of a root's object: no label, key 0 */
struct lh_step lh_paths_step(const struct lh_paths *paths, uint32_t place);

/* Bits of the type of object @number. */
static inline unsigned lh_paths_bits(const struct lh_paths *p, uint32_t number)
{
	uint32_t type = p->bits ? p->graph->types[number] : LH_GRAPH_NO_TYPE;

	return type == LH_GRAPH_NO_TYPE ? 0 : p->bits[type];
}

/* The number of the object at a place. */
static inline uint32_t lh_paths_number(const struct lh_paths *paths, uint32_t place)
{
	return paths->queue[place] & ~LH_PASSED_BIT;
}

static inline uint64_t lh_paths_addr(const struct lh_paths *paths, uint32_t place)
{
	return lh_addrset_nth(&paths->graph->set, lh_paths_number(paths, place));
}

/* Whether the object of number @i was met, on whatever path. */
static inline bool lh_paths_met(const struct lh_paths *p, uint32_t i)
{
	return lh_bit_has(p->met, i);
}

#endif
