/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects outside of pools: too large for pymalloc (over 512 bytes), static, or made before it.
 *
 * Tracked ones are in the rings. Others are found by the words that point to them, in pools, in storage and
 * in other objects outside; a word counts when an object proves itself where it points.
 *
 * Words may be left over, and what looks like an object there may be part of another: [length, first item] of
 * a tuple whose first item is a type, [hash, key] of a dict. So a word that is only a guess has to lead to
 * the start of a block, where a block's start is known: in heaps of glibc's (malloc/glibc_blocks.h), and only
 * where the tracked objects of that sort of memory lie at such starts too. What a known container refers to
 * is an object, whatever is known of an allocator.
 */
#ifndef LH_INVENTORY_OUTSIDE_H
#define LH_INVENTORY_OUTSIDE_H

#include "cpython/gc.h"
#include "cpython/visit.h"
#include "inventory/addrset.h"
#include "malloc/glibc_blocks.h"

#define LH_SEEN (1u << 13)

/* Sorts of memory that malloc may have got; each proves itself. */
enum lh_outside_sort {
	LH_SORT_MAIN,   /* the main arena's heap */
	LH_SORT_OTHER,  /* other arenas' */
	LH_SORT_MAPPED, /* all else but modules and interpreters' states: blocks with a mapping to themselves
			 */
	LH_SORTS,
};

struct lh_outside {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_visitor visitor;
	struct lh_addrset set;   /* what was found */
	struct lh_addrset freed; /* starts of blocks in glibc's lists of free ones */
	uint64_t *todo;          /* found, their own references not followed yet */
	size_t todo_count, todo_capacity;
	uint64_t low, high; /* addresses that can be objects' at all */
	/* Of objects that are known to be some, by sort, how many lie at the start of a block */
	uint32_t sure[LH_SORTS], sure_in_blocks[LH_SORTS];
	struct lh_glibc_blocks blocks;
	struct lh_addrset pending; /* guesses that wait for what is known of their sort */
	bool settled;              /* none waits any more */
	uint32_t learned;          /* objects that were asked about their sort */
	bool precise;              /* the words that come are references of known containers */
	bool doubted; /* a guess was refused since this was reset: its holder may confirm it (lh_outside_vouch()) */
	struct lh_gc_mark mark;
	uint32_t malloc_rest;   /* of a gc object's address, by 16 */
	bool any_word;          /* 2.7: int and float objects lie side by side in blocks of their own */
	uint64_t seen[LH_SEEN]; /* direct-mapped: words that were looked at */
	int error;              /* -LH_E* of a callback */
};

int lh_outside_init(struct lh_heap *heap, struct lh_outside *outside);
void lh_outside_fini(struct lh_outside *outside);
/** lh_outside_learn_blocks() - of malloc, before the first object
 * is added. Return: 0, -LH_EINTR, -LH_ENOMEM. */
int lh_outside_learn_blocks(struct lh_outside *outside);
/** lh_outside_add() - an object known to be one (from a ring) */
int lh_outside_add(struct lh_outside *outside, uint64_t addr);
/** lh_outside_close() - follow references from what was found until nothing new turns up */
int lh_outside_close(struct lh_outside *outside);
/** lh_outside_settle() - decide on the guesses that waited. Then lh_outside_close() goes on. */
void lh_outside_settle(struct lh_outside *outside);
/** lh_outside_vouch() - give the references of a known container, for a guess among its words was refused */
void lh_outside_vouch(struct lh_outside *outside, const struct lh_object *object);
/* Clears the slot if a later caller may accept the word. */
void lh_outside_look(struct lh_outside *outside, uint64_t word, uint64_t *slot);

/* Whether it is known what @word is: looking at it would change nothing. */
static inline bool lh_outside_knows(const struct lh_outside *o, uint64_t word)
{
	return word - o->low >= o->high - o->low || word & 7 || lh_pymalloc_has(&o->heap->pymalloc, word) ||
	       o->seen[(word * 0x9e3779b97f4a7c15u) >> 51] == word || lh_addrset_has(&o->set, word);
}

/* A word of live memory: if it can point outside of pools and was not looked at just now, look. */
static inline void lh_outside_word(struct lh_outside *o, uint64_t word)
{
	uint64_t *slot;

	if (word - o->low >= o->high - o->low || word & 7 || lh_pymalloc_has(&o->heap->pymalloc, word))
		return;
	slot = &o->seen[(word * 0x9e3779b97f4a7c15u) >> 51];
	if (*slot == word)
		return;
	*slot = word;
	lh_outside_look(o, word, slot);
}

/** lh_outside_has_storage() - whether an object has storage, and some of it lies outside of pools */
bool lh_outside_has_storage(const struct lh_outside *outside, const struct lh_object *object);
/** lh_outside_storage() - the references of an object, when its storage lies outside of pools */
void lh_outside_storage(struct lh_outside *outside, const struct lh_object *object);

#endif
