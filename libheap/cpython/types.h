/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of types: every type object met, read once and proved.
 *
 * An address is a type when its own type is a metatype (tp_flags says TYPE_SUBCLASS) and the chain of
 * metatypes ends in 'type', which is its own type. Loops over objects look types up by address in an open
 * hash.
 *
 * Rule of threads: lh_types_get() writes the table when it meets a type first, so only one thread may call it. Loops that run
 * on several have all types met before (inventory/references.c), and ask for those alone.
 */
#ifndef LH_CPYTHON_TYPES_H
#define LH_CPYTHON_TYPES_H

#include "cpython/type.h"
#include "util/hash.h"

struct lh_heap;

struct lh_types {
	struct lh_type **items;
	size_t count, capacity;
	struct lh_type **hash; /* open addressing, by address; a power of two */
	size_t hash_size;
	uint64_t *not_types;           /* direct-mapped: addresses known not to be types */
	uint64_t type_type;            /* address of 'type' */
	struct lh_static_names *names; /* NULL while their tp_names can be read. See static_names.h */
	/* See type_name.h lh_type_name_from_heap(). NULL: nothing knows it. */
	char *(*name_from_heap)(struct lh_heap *heap, uint64_t addr, const uint8_t *type);
	/* Fills @names from the heap, when they are wanted first. NULL: nothing does. */
	void (*collect_names)(struct lh_heap *heap, struct lh_static_names *names);
	bool no_memory; /* some names are missing because memory ran out; lh_types_get() then fails */
	bool guessing;  /* the layout is a guess that is being repaired: names alone make kinds */
};

#define LH_NOT_TYPES (1u << 14)

/* A type already in the table, or NULL. */
static inline struct lh_type *lh_types_find(const struct lh_types *types, uint64_t addr)
{
	for (size_t i = lh_hash_address(addr, types->hash_size);; i = (i + 1) & (types->hash_size - 1)) {
		struct lh_type *t = types->hash[i];

		if (!t || t->addr == addr)
			return t;
	}
}

/* Whether it is known that there is no type at @addr. */
static inline bool lh_types_denied(const struct lh_types *types, uint64_t addr)
{
	return types->not_types[lh_hash_address(addr, LH_NOT_TYPES)] == addr;
}

int lh_types_init(struct lh_heap *heap);
/** lh_types_reset() - forget all types: the layout that they were read with has changed */
int lh_types_reset(struct lh_heap *heap);
void lh_types_fini(struct lh_types *types);
/** lh_types_get() - the type at @addr, read and proved when first met. Return: 0; LH_ABSENT: not a type;
 * -LH_ENOMEM. */
int lh_types_get(struct lh_heap *heap, uint64_t addr, struct lh_type **ret);

#endif
