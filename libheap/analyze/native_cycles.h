/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cycles that the collector cannot see: an object owns native memory, or has a body that its type does not let the collector
 * visit (it lacks tp_traverse), and a pointer there leads to objects that lead back to it.
 *
 * Nothing is guessed from pointers alone. An object is part of it if its count is the number of references that other parts have,
 * and of pointers in their native memory, and if there is no other pointer to it in the whole process.
 *
 * Memory: while it is looked for, 13 bytes per object, 8 per such pointer, and that of refcounts.h.
 */
#ifndef LH_ANALYZE_NATIVE_CYCLES_H
#define LH_ANALYZE_NATIVE_CYCLES_H

#include "analyze/owned.h"
#include "inventory/graph.h"

struct lh_native_cycles {
	uint32_t *
		items; /* what is never freed: the cycles, and what only they hold; numbers in the graph, ascending */
	uint32_t count;
	uint64_t bytes, native; /* of the objects; of memory that they own */
	uint32_t
		owner; /* lh_type.index of those whose native memory leads on; of several the most frequent */
	uint64_t owners; /* how many of that type */
	uint64_t *
		cycle; /* addresses: an owner first, then what its native memory leads to, and so on back to it */
	size_t length;
};

/** lh_native_cycles_find() - @least: fewer bytes are not looked for, so that it costs nothing where there can be none. Return: 0,
 * -LH_E*. Free with lh_native_cycles_fini() in any case. */
int lh_native_cycles_find(struct lh_heap *heap, uint64_t least, struct lh_native_cycles *ret);
void lh_native_cycles_fini(struct lh_native_cycles *cycles);

#endif
