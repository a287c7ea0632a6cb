/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is freed with given objects: they, and all objects that lose their last counted reference with them,
 * tracked or not, as reference counting would find. Only what they lead to is looked at.
 *
 * Memory: 1/64 of the writable memory that has such objects, 16 bytes per freed object, 24 to 96 per object
 * with several references that they lead to.
 */
#ifndef LH_ANALYZE_FREED_H
#define LH_ANALYZE_FREED_H

#include "analyze/garbage.h"
#include "inventory/word_map.h"

struct lh_freed_entry;

/** struct lh_freed_count - freed objects of a type, of a group, or all */
struct lh_freed_count {
	uint64_t objects, bytes; /* bytes as in sys.getsizeof(), nothing counted twice */
};

struct lh_freed {
	struct lh_heap *heap;
	struct lh_freed_count all;
	struct lh_freed_count *types; /* by lh_type.index; type_capacity of them */
	size_t type_capacity;
	struct lh_freed_count
		*groups;         /* as many as requested; what several lead to counts for the first of them */
	uint64_t likely;         /* of all: those with a word of a scanned body as their last reference */
	struct lh_word_map gone; /* by the address of the object */
	/* Objects with more than one reference: open addressing by address; a power of two. */
	struct lh_freed_entry *table;
	size_t table_size, entry_count;
};

/** struct lh_giving_up - which objects are given */
struct lh_giving_up {
	const struct lh_addrset *set;
	const uint32_t *items;  /* numbers in the set */
	const uint32_t *groups; /* of each item, 0 to group_count - 1; NULL: all are of group 0 */
	uint32_t count, group_count;
};

/** lh_freed_find() - Return: 0, -LH_E*. Free with lh_freed_fini(). */
int lh_freed_find(struct lh_heap *heap, const struct lh_giving_up *given, struct lh_freed *ret);
/** lh_freed_type() - of the type with that index */
static inline struct lh_freed_count lh_freed_type(const struct lh_freed *freed, size_t index)
{
	return index < freed->type_capacity ? freed->types[index] : (struct lh_freed_count){0};
}

/** lh_freed_has() - whether the object at @addr goes */
bool lh_freed_has(struct lh_freed *freed, uint64_t addr);
/** lh_garbage_freed() - what goes with the garbage that a
 * collection frees, by component. Return: 0, -LH_E*. */
int lh_garbage_freed(const struct lh_garbage *garbage, struct lh_freed *ret);
void lh_freed_fini(struct lh_freed *freed);

#endif
