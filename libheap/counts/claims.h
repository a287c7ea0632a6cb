/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory in which a pointer to an object is not a reference: freed and never used blocks, the heads of objects,
 * lists of weak references, numbers and text, what is left after the live part of a list, deque or frame.
 *
 * Only what is known for sure is claimed. Other words are left to the word scan.
 */
#ifndef LH_COUNTS_CLAIMS_H
#define LH_COUNTS_CLAIMS_H

#include "counts/marks.h"
#include "cpython/object.h"
#include "malloc/glibc_free.h"
#include "malloc/mimalloc.h"

/* Gets the address of storage in a pool that an object owns, and the end of its block. */
typedef void (*lh_storage_fn)(void *arg, uint64_t addr, uint64_t end);

struct lh_claims {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_marker *marks;
	/* Storage of an object that looks like one itself (a 2.7 unicode's characters before a stale type) */
	lh_storage_fn on_storage;
	void *arg;
	struct lh_mimalloc mimalloc;
	struct lh_glibc_findings glibc;
	bool counts_type; /* instances of heap types made in C count their type */
};

struct lh_claims lh_claims_of(struct lh_heap *heap, struct lh_marker *marks);
/** lh_claim_pools() - pool headers, free blocks, empty pools, the unused ends of arenas. Return: 0,
 * -LH_EINTR.
 */
int lh_claim_pools(struct lh_claims *claims);
void lh_claims_fini(struct lh_claims *claims);
/** lh_claim_malloc() - what is free of glibc's malloc and of mimalloc. Return: 0, -LH_EINTR, -LH_ENOMEM. */
int lh_claim_malloc(struct lh_claims *claims);
/** lh_claim_stacks() - C stacks below their pointers */
void lh_claim_stacks(struct lh_claims *claims);
/** lh_claim_threads() - what lies above the top of each thread's data stack (3.11+) */
void lh_claim_threads(struct lh_claims *claims);
/** lh_claim_object() - of an object and its storage, after its references were visited and marked */
void lh_claim_object(struct lh_claims *claims, const struct lh_object *object);
/** lh_claim_interned() - all entries of the dict of interned strings: they are not counted */
void lh_claim_interned(struct lh_claims *claims, const uint8_t *bytes);

#endif
