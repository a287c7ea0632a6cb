/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots in native memory, for objects that no module, interpreter or frame leads to.
 *
 * Any word may look like a reference, and one on a stack or in freed memory may be left over from long ago.
 * So counts are asked first: an object whose references are all explained by other objects and by known roots
 * is held by nothing else (it is garbage, as a rule), whatever words there are. Of the others, all words of
 * static data, C stacks and native memory that point to them are roots. Those that no word points to have
 * references that are counted and nowhere to be found.
 *
 * Memory: 4 bytes an object, and the words that refer to those others.
 */
#ifndef LH_GRAPH_NATIVE_H
#define LH_GRAPH_NATIVE_H

#include "graph/interned.h"
#include "graph/paths.h"
#include "graph/stacks.h"

struct lh_native {
	struct lh_paths *paths;
	uint32_t *explained; /* by number: references to it from objects that were not met, and from roots */
	struct lh_addrset left; /* objects with references that those do not explain, and immortal ones */
	const uint8_t **known;  /* where words are that refer to them; in our own memory, sorted */
	size_t known_count, known_capacity;
	struct lh_thread_stacks stacks;
	struct lh_interned interned; /* keeps nothing alive */
};

/** lh_native_init() - count the references among objects that were not met. Return: 0, -LH_E*. */
int lh_native_init(struct lh_native *native);
/** lh_native_roots() - add the roots of @kind, STATIC to COUNT, for objects that were not met yet. Return: 0,
 * -LH_E*. */
int lh_native_roots(struct lh_native *native, enum lh_root_kind kind);
void lh_native_fini(struct lh_native *native);

#endif
