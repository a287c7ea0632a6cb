/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions: the writable mappings of a process by who has them, each byte once.
 *
 * Arenas, heaps of malloc, stacks and modules claim memory; where two claims overlap, the one that is known best
 * has the bytes.
 *
 * Memory: 24 bytes per region; 8 per free chunk in a list of malloc's.
 */
#ifndef LH_ANALYZE_REGIONS_H
#define LH_ANALYZE_REGIONS_H

#include "cpython/heap.h"
#include "malloc/glibc_chunks.h"
#include "malloc/mimalloc.h"

/* Kinds of regions, those that are known best first: where two overlap, the first has the bytes. */
enum lh_region_kind {
	LH_REGION_ARENA,
	LH_REGION_SEGMENT, /* of mimalloc */
	LH_REGION_TLS,
	LH_REGION_STACK,
	LH_REGION_STACK_UNUSED,
	LH_REGION_STACK_CACHED,
	LH_REGION_FRAMES, /* data stacks of threads (3.11+) */
	LH_REGION_FRAMES_UNUSED,
	LH_REGION_HEAP, /* of glibc's malloc */
	LH_REGION_MODULE,
	LH_REGION_FILE,
	LH_REGION_RESERVED, /* the rest of a mapping that has segments of mimalloc */
	LH_REGION_ANONYMOUS,
	LH_REGIONS,
};

/** struct lh_run - a claim, and after lh_regions_claim() a run of bytes that is nobody else's */
struct lh_run {
	uint64_t start, end;
	enum lh_region_kind kind;
	uint32_t index; /* of the arena, heap, mapping */
};

struct lh_regions {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_glibc_chunks chunks;
	struct lh_mimalloc mimalloc;
	struct lh_run *runs; /* by address, disjoint */
	size_t count, capacity;
	uint64_t mapped, writable; /* bytes; mapped: of all mappings */
	uint64_t conflicts;        /* regions that overlap others */
	uint64_t first_conflict;   /* address */
};

/** lh_regions_get() - the heap's; the first call finds all allocators. Return: 0, -LH_E*. It belongs to the heap. */
int lh_regions_get(struct lh_heap *heap, const struct lh_regions **ret);
/** lh_regions_claim() - of allocators that are known: runs of all writable mappings, disjoint, in the order of addresses.
 * Return: 0, -LH_ENOMEM. */
int lh_regions_claim(struct lh_regions *w);

#endif
