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
#ifndef LH_ROOTS_PATHS_H
#define LH_ROOTS_PATHS_H

#include "inventory/objects.h"
#include "roots/roots.h"

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
	struct lh_roots roots;
	uint64_t *queue; /* objects in the order in which they were met; bit 0: behind one of the type */
	/* By place in the queue: */
	uint32_t *parent;
	uint8_t *label;
	uint64_t *key;           /* the step that led there, as in struct lh_step */
	uint32_t *place;         /* by number (and state): the place in the queue, or LH_NO_PLACE */
	uint32_t count;          /* places */
	struct lh_step *holders; /* of all that refer to @wanted, without itself; nearest first */
	size_t holder_count, holder_capacity;
	bool by_body; /* words of bodies that are only scanned were followed too */
	bool native;  /* roots in native memory led to some objects */
	/* Counted references to @wanted that neither objects nor sure roots explain; 0: not asked, or
	 * immortal. */
	uint64_t unexplained;
};

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

#endif
