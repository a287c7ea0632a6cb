/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is free in the heaps of glibc's malloc, by their structure alone: no symbol, no debug information.
 *
 * Chunks of a heap lie side by side, each with its size, so a heap is recognized by the chain of sizes, which from where
 * the heap begins must end exactly where it ends. A chunk is free if the next one says so. Chunks in the
 * fastbins of an arena, or that a thread keeps for itself (tcache), look like used ones, and are found by
 * those lists (glibc_arena.h, glibc_lists.h).
 */
#ifndef LH_MALLOC_GLIBC_FREE_H
#define LH_MALLOC_GLIBC_FREE_H

#include "malloc/free.h"
#include "malloc/glibc_blocks.h"
#include "target/target.h"

/** struct lh_glibc_findings - what answers rest on; heaps without
 * arenas: lists of free chunks are not known */
struct lh_glibc_findings {
	uint32_t arenas, heaps, caches;
	uint32_t torn;   /* lists that do not end: free chunks after that are not known */
	uint64_t listed; /* chunks in lists, that their neighbours take for used ones */
};

/** lh_glibc_report_free() - all free chunks of all heaps found, without their heads. Return: 0 (none found is 0
 * too), -LH_EINTR, -LH_ENOMEM. */
int lh_glibc_report_free(struct lh_target *target, lh_free_range_fn fn, void *arg,
			 struct lh_glibc_findings *ret);
/** lh_glibc_listed() - as lh_glibc_report_free(), of chunks in lists alone: those that lh_glibc_has() takes for used
 * @blocks: gets all heaps with the chunks that are used, those in lists among them. Free with
 * lh_glibc_blocks_fini() in any case.
 */
int lh_glibc_listed(struct lh_target *target, lh_free_range_fn fn, void *arg, struct lh_glibc_blocks *blocks,
		    struct lh_glibc_findings *ret);

#endif
