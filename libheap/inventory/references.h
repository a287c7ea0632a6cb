/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The references among the objects of a set, as CSR: read in address order, on several processors.
 *
 * Memory: 4 bytes an object for the offset, 4 a reference. While it is read, references are kept by part:
 * twice as much of one part's at most.
 */
#ifndef LH_INVENTORY_REFERENCES_H
#define LH_INVENTORY_REFERENCES_H

#include "cpython/visit.h"
#include "graph/csr.h"
#include "inventory/addrset.h"

/**
 * struct lh_references - what is read, and what came of it
 * @set: finished; @as_collector: only references that CPython's traversal visits and that are counted
 * @types_known: the types of all objects of the set are in the heap's table
 * @see: told of each object before its references are read, in any order and on several threads, never twice
 * of one number; NULL in place of the object when its header cannot be read
 */
struct lh_references {
	struct lh_heap *heap;
	const struct lh_addrset *set;
	bool as_collector, types_known;
	void (*see)(void *arg, struct lh_view *view, uint32_t number, const struct lh_object *object);
	void *arg;
	uint32_t *offsets; /* count + 1; the caller frees them */
	uint32_t *edges;   /* numbers of the objects referred to */
	uint32_t *guesses; /* places in edges, ascending, of words of bodies that are only scanned. The caller
			      frees them */
	size_t guess_count;
	uint64_t incomplete; /* objects whose storage was not in the target */
};

/** lh_references_read() - Return: 0, -LH_E*. */
int lh_references_read(struct lh_references *job);
/** lh_references_close_gaps() - edges that are LH_NO_INDEX are no references any more, of @count objects */
void lh_references_close_gaps(uint32_t *offsets, uint32_t *edges, uint32_t count);

#endif
