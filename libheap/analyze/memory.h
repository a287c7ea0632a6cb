/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a process's memory is: each byte of its writable mappings in one leaf of a tree.
 *
 * Regions (arenas, heaps, stacks, modules) are found first, and each byte is given to one of them; then each
 * region is divided among its leaves in the order of addresses. So no byte is counted twice, and what nothing
 * claims is a leaf of its own.
 *
 * Memory: 8 bytes per buffer and per object outside of pools, 8 per free chunk in a list of malloc's, 1/128 of
 * the arenas.
 */
#ifndef LH_ANALYZE_MEMORY_H
#define LH_ANALYZE_MEMORY_H

#include "inventory/objects.h"
#include "target/resident.h"

/** struct lh_memory_sum - @count: of objects, blocks, chunks or pieces, whatever a leaf has */
struct lh_memory_sum {
	uint64_t bytes, count;
	struct lh_page_bytes pages;
};

/** struct lh_memory_row - a node of the tree; rows are in the tree's order, the larger of siblings first */
struct lh_memory_row {
	const char *path; /* "python/objects/dict"; owned by the memory */
	const char *note; /* static; NULL: none */
	unsigned depth;   /* 1: a top row */
	bool leaf;
	struct lh_memory_sum sum;
};

struct lh_memory {
	struct lh_memory_row *rows;
	size_t count, capacity;
	uint64_t mapped, writable, unexplained; /* bytes; mapped: of all mappings */
	struct lh_page_bytes pages;             /* of writable ones */
	bool resident_known, private_known;
	const char *allocator;   /* that is loaded and not walked: "jemalloc"; NULL: none is known */
	uint64_t not_walked;     /* bytes of mappings with objects, of an allocator that is not walked */
	uint64_t conflicts;      /* regions that overlap others */
	uint64_t first_conflict; /* address */
	uint32_t torn,
		damaged; /* malloc's lists that do not end; its heaps with a chain of chunks that breaks */
	uint64_t first_damaged;
	uint64_t pools_damaged, pools_missing;
	struct lh_findings findings;
};

/** lh_memory_get() - the heap's; the first call walks all objects and all allocators. Return: 0, -LH_E*. It belongs to the
 * heap. */
int lh_memory_get(struct lh_heap *heap, const struct lh_memory **ret);

/** lh_memory_row_of() - the row at @path, "python/objects"; NULL: there is none */
const struct lh_memory_row *lh_memory_row_of(const struct lh_memory *memory, const char *path);

/** lh_memory_is_whole() - whether each byte is known to be in the leaf in which it is */
bool lh_memory_is_whole(const struct lh_memory *memory);

#endif
