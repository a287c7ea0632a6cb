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

/* ----------------------------------------------------------- native memory */

/** struct lh_native_summary - blocks of glibc's malloc in which no object lies, and which no object's size counts, in bytes */
struct lh_native_summary {
	size_t size;
	uint64_t objects; /* of these, that belong to objects: to one, or to several of one type */
	uint64_t modules; /* that only the data of one module leads to */
	uint64_t shared;  /* that objects of several types lead to, or modules as well */
	uint64_t unowned; /* that neither leads to: stacks may, or native memory of another allocator */
	uint64_t blocks;  /* how many there are */
	uint64_t
		damaged; /* heaps of malloc's, and lists of free chunks, that lead nowhere: what follows is not known */
};

/**
 * lh_native_summary() - native memory, summed up by what it belongs to
 * The first question walks all objects and all blocks of malloc's, and follows each word of native memory that points to a
 * block; what it found is kept: 9 bytes per native block, 40 per object that owns some. While it works, 16 bytes per block
 * of malloc's are needed, 24 per native one and 8 per such word. Return: 0; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_native_summary(struct lh_heap *heap, struct lh_native_summary *ret);
/**
 * lh_native_of_object() - bytes of native memory that the object at @addr owns: no other object and no module leads there
 * As malloc_usable_size() counts. Of two objects, one of which refers to the other (a view, its base), the other owns what both
 * lead to. It is not in lh_object_info.bytes. Costs what lh_native_summary() costs, if a word of the object may lead to
 * native memory at all. Return: 0, with 0 bytes if it owns none, or
 * there is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_native_of_object(struct lh_heap *heap, uint64_t addr, uint64_t *ret);

/** struct lh_native_block - a block of malloc's that no object lies in. Since: 0.1 */
struct lh_native_block {
	size_t size;
	uint64_t addr, bytes; /* as malloc() returned it, and as malloc_usable_size() counts */
	uint64_t owner;       /* the object that alone leads to it; 0: none alone does, or a module does */
};

/**
 * lh_native_block_at() - the native block that has @addr, wherever in it
 * Costs what lh_native_summary() costs. Return: 0; LH_ABSENT: it is in none; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_native_block_at(struct lh_heap *heap, uint64_t addr, struct lh_native_block *ret);

#ifdef __cplusplus
}
#endif
#endif
