/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The references among the objects of a set, as CSR: read in address order, on several processors.
 *
 * Memory: 4 bytes per object for the offset, 4 per reference. While it is read, references are kept by part:
 * twice the memory for one part at most.
 */
#ifndef LH_INVENTORY_REFERENCES_H
#define LH_INVENTORY_REFERENCES_H

#include "cpython/visit.h"
#include "graph/csr.h"
#include "inventory/addrset.h"

/**
 * struct lh_references - the request and its result
 * @set: finished; @as_collector: only references that CPython's traversal visits and that are counted
 * @types_known: the types of all objects of the set are in the heap's table
 * @types: of the set's objects, where those were found and proved before (lh_inventory_types()): their headers are not proved
 * again. NULL: they are
 * @see: called for each object before its references are read, in any order and on several threads, never
 * twice for one number; with NULL in place of the object if its header cannot be read
 */
struct lh_references {
	struct lh_heap *heap;
	const struct lh_addrset *set;
	bool as_collector, types_known;
	const uint32_t *types;
	void (*see)(void *arg, struct lh_view *view, uint32_t number, const struct lh_object *object);
	void *arg;
	uint32_t *offsets; /* count + 1; the caller frees them */
	uint32_t *edges;   /* numbers of the objects referred to */
	uint32_t
		*guesses; /* indices in edges, ascending, of words of scanned bodies; the caller frees them */
	size_t guess_count;
	uint64_t incomplete; /* objects whose storage was not in the target */
};

/** lh_references_read() - Return: 0, -LH_E*. */
int lh_references_read(struct lh_references *job);
/** lh_references_close_gaps() - remove edges that are LH_NO_INDEX, of @count objects */
void lh_references_close_gaps(uint32_t *offsets, uint32_t *edges, uint32_t count);

#endif
