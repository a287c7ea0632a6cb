/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is free in the heaps of glibc's malloc, by their structure alone: no symbol, no debug information.
 *
 * Chunks of a heap lie side by side, each with its size, so a heap is one when the chain of sizes, from where
 * a heap begins, ends exactly where it ends. A chunk is free when the one behind it says so. Chunks that a
 * thread keeps for itself (tcache) look like used ones, and are found by the thread's list of them.
 */
#ifndef LH_MALLOC_GLIBC_FREE_H
#define LH_MALLOC_GLIBC_FREE_H

#include "malloc/free.h"
#include "target/target.h"

/** lh_glibc_free() - all free chunks of all heaps found, without their heads. Return: 0 (none found is 0
 * too), -LH_EINTR. */
int lh_glibc_free(struct lh_target *target, lh_free_fn fn, void *arg);

#endif
