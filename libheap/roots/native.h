/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots in native memory, for objects that no module, interpreter or frame leads to.
 *
 * Any word may look like a reference, and one on a stack or in freed memory may be left over from long ago.
 * So counts come first: an object with references that are all explained by other objects and known roots is
 * held by nothing else (as a rule it is garbage), whatever words point to it. For other objects, all words of
 * static data, C stacks and native memory that point to them are roots. Those that no word points to have
 * counted references that are nowhere to be found.
 *
 * Memory: 4 bytes per object, and 16 bytes per word that refers to one of those others.
 */
#ifndef LH_ROOTS_NATIVE_H
#define LH_ROOTS_NATIVE_H

#include "counts/interned.h"
#include "roots/paths.h"
#include "roots/stacks.h"

/** struct lh_native_word - a word of native memory that refers to an object */
struct lh_native_word {
	uint64_t at, to; /* to: 0 once it turns out to be in an object's buffer */
};

struct lh_native {
	struct lh_paths *paths;
	uint32_t *explained; /* by number: references to it from objects that were not met, and from roots */
	struct lh_addrset left; /* objects with references that those do not explain, and immortal ones */
	const uint8_t **known;  /* where the words that refer to them are, in our own memory; sorted */
	size_t known_count, known_capacity;
	struct lh_thread_stacks stacks;
	struct lh_interned interned;  /* the interpreter holds it; it keeps nothing alive */
	struct lh_native_word *words; /* in memory that no object owns, by address */
	size_t word_count, word_capacity;
};

/** lh_native_init() - count the references among objects that were not met. Return: 0, -LH_E*. */
int lh_native_init(struct lh_native *native);
/** lh_native_unexplained() - counted references to @addr that nothing known explains; 0: immortal, or not an
 * object */
uint64_t lh_native_unexplained(struct lh_native *native, uint64_t addr);
/* Add roots for objects that were not met yet, one kind each: static objects, dicts of interned strings,
 * objects with references that nothing explains. Return: 0, -LH_E*. */
int lh_native_add_statics(struct lh_native *native);
int lh_native_add_interned(struct lh_native *native);
int lh_native_add_counted(struct lh_native *native);
void lh_native_fini(struct lh_native *native);

/* Compare where words that refer to objects are, in our own memory, for bsearch(). */
int lh_native_compare(const void *a, const void *b);

/* Number of the object that a word refers to; LH_NO_INDEX if it was met, or there is none. */
static inline uint32_t lh_native_unmet(const struct lh_paths *p, uint64_t word)
{
	uint32_t i = lh_addrset_index(&p->graph->set, word);

	return i == LH_NO_INDEX || lh_paths_met(p, i) ? LH_NO_INDEX : i;
}

#endif
