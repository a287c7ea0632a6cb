/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every live object of the process, each once.
 *
 * Three ways that check each other: the gc rings have all tracked containers; pool blocks whose type proves
 * itself are the strings, numbers and untracked containers of pymalloc; what lies outside pools (large
 * objects, static ones) is found by the references to it. Free blocks, freelists and dead memory never have a
 * sane count and type.
 */
#ifndef LH_INVENTORY_OBJECTS_H
#define LH_INVENTORY_OBJECTS_H

#include "cpython/object.h"
#include "inventory/addrset.h"

/** struct lh_item - one live object */
struct lh_item {
	struct lh_object object;
	bool tracked;      /* by the collector */
	bool seen, wanted; /* by lh_walk_filter.see(), which looked at it */
};

#define LH_ITEMS_MAX 1024

/** struct lh_findings - what was seen besides the objects */
struct lh_findings {
	uint64_t pools, pools_empty, pools_damaged, pools_missing; /* missing: not in the target */
	uint64_t blocks_used, blocks_other; /* other: used, but not an object: storage, freelists */
	uint64_t first_damaged;             /* address of a damaged pool */
	uint64_t ring_objects;              /* objects in the rings */
	uint64_t ring_broken;               /* where the first torn ring is torn; 0: none is */
	bool collecting;                    /* a collection was running */
};

/* Receives objects in batches. Return: 0; -LH_E* ends the walk and is its result. */
typedef int (*lh_items_fn)(void *arg, const struct lh_item *items, size_t count);

/**
 * struct lh_walk_filter - which objects a walk has to give
 * @wants: NULL: of all types; else whether it wants the objects of a type
 * @takes: NULL: all of those; else whether it wants an object of such a type. Asked of all before the first one is given, by several
 * threads; @view: the thread's.
 * @see: NULL: all of those; else it gets them in batches, each object once, in any order, by several threads, and sets @wanted of those
 * that it wants given as well. @worker: the thread's number, below lh_reading_workers(); @ctx: the thread's. Return: 0, -LH_E*.
 * Others may be given as well, but not if there is @see: only what the inventory has is left out.
 */
struct lh_walk_filter {
	bool tracked_only;
	bool (*wants)(void *arg, struct lh_type *type);
	bool (*takes)(void *arg, struct lh_view *view, const struct lh_object *object);
	int (*see)(void *arg, struct lh_ctx *ctx, unsigned worker, struct lh_item *items, size_t count);
	void *arg;
};

/**
 * lh_objects_find() - all live objects, pools in address order, then the rest in address order
 * @filter: its see() is called, and only objects that the collector tracks are given if that is said
 * @all: objects that see() does not want are given as well
 * Return: 0, -LH_EINTR, -LH_ENOMEM, what @fn returned. @findings is filled in any case.
 */
int lh_objects_find(struct lh_heap *heap, const struct lh_walk_filter *filter, bool all, lh_items_fn fn,
		    void *arg, struct lh_findings *findings);

/**
 * lh_objects_walk() - the same, from the inventory where there is one (inventory.c)
 * It is made if it may stay (lh_ctx_set_memory()): the shell asks one question, and does not pay for more.
 */
int lh_objects_walk(struct lh_heap *heap, bool tracked_only, lh_items_fn fn, void *arg,
		    struct lh_findings *findings);

/** lh_items_give_wanted() - hand over those of @items that see() wants. Return: 0, -LH_E* of @fn. */
int lh_items_give_wanted(lh_items_fn fn, void *arg, const struct lh_item *items, size_t count);

/** lh_objects_walk_filtered() - lh_objects_walk() of some objects */
int lh_objects_walk_filtered(struct lh_heap *heap, const struct lh_walk_filter *filter, lh_items_fn fn,
			     void *arg, struct lh_findings *findings);

/**
 * lh_objects_collect() - the addresses of all live objects, as a finished set
 * Return: 0, -LH_E*. Free with lh_addrset_fini() in any case.
 */
int lh_objects_collect(struct lh_heap *heap, struct lh_addrset *ret, struct lh_findings *findings);

#endif
