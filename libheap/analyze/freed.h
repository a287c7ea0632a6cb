/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes with objects that are given up: they, and all whose last counted reference goes with them,
 * tracked or not, as reference counting would find. Only what they lead to is looked at.
 *
 * Memory: 1/64 of the writable memory that has such objects, 16 bytes an object that goes, 24 to 96 an object
 * of several references that they lead to.
 */
#ifndef LH_ANALYZE_FREED_H
#define LH_ANALYZE_FREED_H

#include "analyze/garbage.h"
#include "inventory/word_map.h"

struct lh_freed_entry;

/** struct lh_freed_count - of a type, of a group, or of all */
struct lh_freed_count {
	uint64_t objects, bytes; /* bytes as sys.getsizeof(), nothing twice */
};

struct lh_freed {
	struct lh_heap *heap;
	struct lh_freed_count all;
	struct lh_freed_count *types; /* by lh_type.index; type_capacity of them */
	size_t type_capacity;
	struct lh_freed_count
		*groups;         /* as many as were asked for; what several lead to is the first one's */
	uint64_t likely;         /* of all: whose last reference is a word of a body that is only scanned */
	struct lh_word_map gone; /* by the address of the object */
	/* Of what has more than one reference: open addressing by address; a power of two. */
	struct lh_freed_entry *table;
	size_t table_size, entry_count;
};

/** struct lh_giving_up - which objects are given up */
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
