/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheap-memory: where the memory of a process is.
 *
 * Part of libheap.h, which says how return values, ownership, threads, structs and iterators are.
 */
#ifndef LIBHEAP_MEMORY_H
#define LIBHEAP_MEMORY_H

#include "libheap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ memory */

/** struct lh_memory_summary - all memory of the process, in bytes */
struct lh_memory_summary {
	size_t size;
	uint64_t mapped;      /* of all mappings */
	uint64_t writable;    /* of those that the process can write: what the tree divides */
	int64_t resident;     /* of these, in memory, or in the file of a core; -1: not known */
	uint64_t unexplained; /* of these, what nothing claims */
	uint64_t conflicts;   /* regions that overlap others: each byte is counted once */
	uint64_t damaged; /* address of the first chunk of malloc's with a size that leads nowhere; 0: none */
	int64_t private_dirty; /* resident, of this process alone, and no file has it; -1: not known, as of cores */
	int64_t shared;        /* resident, and other processes have the same pages; likewise */
	int64_t swapped;       /* out of memory; likewise */
};

/**
 * lh_memory_summary() - where memory is, summed up
 * The first question walks all objects, pools and chunks, and what it found is kept: 100 bytes per node of the tree.
 * While it works, 8 bytes per buffer of an object and per object outside of pools are needed.
 * Return: 0; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_memory_summary(struct lh_heap *heap, struct lh_memory_summary *ret);

/** struct lh_memory_info - a node of the tree */
struct lh_memory_info {
	size_t size;
	const char *path; /* "python/objects/dict"; valid until lh_heap_forget() or the heap is freed */
	const char *note; /* what it means, in English; NULL: none; likewise */
	uint32_t depth;   /* steps of its path */
	bool leaf;        /* nothing is below it: leaves have each byte once */
	uint64_t bytes;
	int64_t resident;                       /* -1: not known */
	uint64_t count;                         /* of objects, blocks, chunks or pieces below it */
	int64_t private_dirty, shared, swapped; /* as of lh_memory_summary(); -1: not known */
};

/**
 * lh_memory_at() - node number @index: one before those below it, the larger of siblings first
 * Costs what lh_memory_summary() costs. Return: 0; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_memory_at(struct lh_heap *heap, size_t index, struct lh_memory_info *ret);

#ifdef __cplusplus
}
#endif
#endif
