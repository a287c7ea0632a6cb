/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Native memory and its owners: blocks of malloc's that no object lies in, and that no object's size counts.
 *
 * From each object with a body that may point to native memory, and from the data of each module, blocks are followed, from one to
 * the next, by any word that points into one. A block belongs to the one that every way to it passes (dominators). Where an
 * object holds another (a view, a node of a tree, a cursor) and both lead to a block, it is the other's: that one lives longer.
 *
 * Memory: 2 to 5 bytes per block for the set (addrset.h), 4 for its owner, 32 per owner. While it is made, 12 more per block of
 * malloc's, objects' blocks included, 24 per native one, 8 per word that points to one.
 */
#ifndef LH_ANALYZE_OWNED_H
#define LH_ANALYZE_OWNED_H

#include "cpython/storage.h"
#include "inventory/objects.h"
#include "util/cleanup.h"

/** struct lh_block_owner - an object; several objects of one type, where addr is 0; or a module */
struct lh_block_owner {
	uint64_t addr;
	uint32_t type;   /* lh_type.index; LH_OWNER_NO_TYPE: it is a module's data */
	uint32_t module; /* its number */
	uint64_t bytes, blocks;
};

#define LH_OWNER_NO_TYPE UINT32_MAX

/* In place of an owner's number */
#define LH_OWNER_NONE UINT32_MAX          /* no object and no module leads there */
#define LH_OWNER_SEVERAL (UINT32_MAX - 1) /* objects of several types do, or modules */

struct lh_owned {
	struct lh_heap *heap;
	struct lh_addrset set; /* of the first bytes of native blocks: gives the numbers */
	uint32_t *owner;       /* by block */
	struct lh_block_owner
		*owners; /* objects: those in pools, then the others, both by address; modules; types */
	size_t count, capacity;
	size_t pooled, objects; /* how many of them are objects in pools; objects */
	uint64_t *by_type; /* bytes by lh_type.index, all objects of the type together; type_count of them */
	size_t type_count;
	uint64_t bytes;                       /* of all that objects own */
	uint64_t of_modules, shared, unowned; /* of other native blocks */
	uint32_t torn, damaged; /* of malloc's lists and heaps: native memory in them is not known */
};

/** lh_owned_get() - the heap's; the first call walks all objects and all of malloc's blocks. Return: 0, -LH_E*. It belongs to
 * the heap. */
int lh_owned_get(struct lh_heap *heap, const struct lh_owned **ret);

/*
 * The same on a way through all objects that is made for something else: a walk over ten million objects costs more than all
 * that is done with them here.
 */
struct lh_owned_walk;
struct lh_owned_work;
/** lh_owned_walk_new() - before the first object. Return: 0; LH_DONE: it is known already, *ret is NULL; -LH_E*. Free with
 * lh_owned_walk_free(). */
int lh_owned_walk_new(struct lh_heap *heap, struct lh_owned_walk **ret);
/** lh_owned_walk_take() - objects of the walk, each once, in the order of lh_objects_find(). Return: 0, -LH_ENOMEM. */
int lh_owned_walk_take(struct lh_owned_walk *walk, const struct lh_item *items, size_t count);
/** struct lh_owned_look - a thread's look at which of the walk's objects may be left out */
struct lh_owned_look {
	const struct lh_owned_work *work;
	struct lh_owner words;
	bool found;
};

/** lh_owned_look_init() - for one thread; neither may move after it */
void lh_owned_look_init(struct lh_owned_look *look, const struct lh_owned_walk *walk);
/** lh_owned_look_wants() - whether lh_owned_walk_take() has to get an object: others own nothing, and are not in malloc's memory */
bool lh_owned_look_wants(struct lh_owned_look *look, const struct lh_object *object);
/** lh_owned_walk_finish() - after the last: lh_owned_get() has the answer at once. Return: 0, -LH_E*. */
int lh_owned_walk_finish(struct lh_owned_walk *walk);
struct lh_owned_walk *lh_owned_walk_free(struct lh_owned_walk *walk);
LH_DEFINE_CLEANUP(struct lh_owned_walk, lh_owned_walk_free);

/** lh_owned_bytes() - of native memory that the object at @addr owns alone; O(log owners) */
uint64_t lh_owned_bytes(const struct lh_owned *owned, uint64_t addr);
/** lh_owned_ask() - the same of one object: lh_owned_get() is called only if a word of it may lead to native memory. Return: 0,
 * -LH_E*. */
int lh_owned_ask(struct lh_heap *heap, uint64_t addr, uint64_t *ret);
/** lh_owned_of_type() - of native memory that objects of @type own, and no others */
static inline uint64_t lh_owned_of_type(const struct lh_owned *owned, const struct lh_type *type)
{
	return type->index < owned->type_count ? owned->by_type[type->index] : 0;
}

/** lh_owned_owner() - the owner of the native block that begins at @addr; NULL: it has none. @ret_several: objects of several
 * types lead there; may be NULL. */
const struct lh_block_owner *lh_owned_owner(const struct lh_owned *owned, uint64_t addr, bool *ret_several);

/** lh_owned_block_at() - the native block that has @addr, its usable bytes, and its owner as lh_owned_owner(). Return: 0; LH_ABSENT: none has
 * it. */
int lh_owned_block_at(const struct lh_owned *owned, uint64_t addr, struct lh_range *ret,
		      const struct lh_block_owner **ret_owner);

#endif
