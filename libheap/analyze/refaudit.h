/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects with a reference count higher than the number of pointers to them in the process: native code took
 * a reference and lost it. And those that containers refer to more often than is counted: native code gave
 * back a reference that was not its own, and the object will be freed while it is in use.
 */
#ifndef LH_ANALYZE_REFAUDIT_H
#define LH_ANALYZE_REFAUDIT_H

#include "counts/refcounts.h"
#include "counts/strays.h"

/** struct lh_suspect - an object with a count and references that do not agree */
struct lh_suspect {
	uint64_t addr;
	int64_t refcount;
	uint64_t found; /* pointers to it: references of containers, other words, its own if it is static */
	int64_t unexplained;  /* more counted than found; negative: more references of containers than counted
			       */
	struct lh_type *type; /* NULL: there is no object any more, though containers refer to it */
	uint64_t holder;      /* type NULL: the first object that refers to it; else 0 */
	bool taken;           /* probably when a module was imported: see imported.h */
};

struct lh_refaudit {
	struct lh_refcounts counts;
	struct lh_suspect *suspects;
	size_t suspect_count, suspect_capacity;
	uint64_t *
		bearers; /* objects that imported.h looks at: code, modules, types, bodies that are scanned */
	size_t bearer_count, bearer_capacity;
	uint64_t audited, immortal;       /* objects; immortal: without a count */
	uint64_t excess, deficit;         /* references */
	uint64_t strays;                  /* part of the deficit: references to freed objects */
	uint64_t damaged;                 /* objects that containers refer to, and that could not be read */
	struct lh_stray *broken;          /* those, by address */
	uint64_t taken, taken_references; /* suspects, and their part of the excess: see imported.h */
	uint64_t hidden;                  /* references of containers that an owner hides: see hidden.h */
};

/** lh_refaudit_run() - Return: 0, -LH_E*. Free with lh_refaudit_fini() in any case. */
int lh_refaudit_run(struct lh_heap *heap, struct lh_refaudit *ret);
/**
 * lh_refaudit_get() - the heap's, made on the first call and kept: 1.5 bytes per object, and the suspects; of the counts,
 * only the set of objects and the findings are left. Return: 0, -LH_E*. It belongs to the heap.
 */
int lh_refaudit_get(struct lh_heap *heap, const struct lh_refaudit **ret);
/**
 * lh_refaudit_without_taken() - leave out suspects that were probably taken by imports; their figures stay
 * @ret: shares all but the suspects with @from; the caller frees ret->suspects alone. Return: 0, -LH_ENOMEM.
 */
int lh_refaudit_without_taken(const struct lh_refaudit *from, struct lh_refaudit *ret);
/** lh_refaudit_missing() - bytes of memory that may hold references and are not in the target */
uint64_t lh_refaudit_missing(const struct lh_refaudit *audit);
/** lh_refaudit_lacks_holders() - whether memory is missing that may hold what seems unheld */
bool lh_refaudit_lacks_holders(const struct lh_refaudit *audit);
/** lh_refaudit_is_whole() - whether all objects were audited, and all that may refer to them was read */
bool lh_refaudit_is_whole(const struct lh_refaudit *audit);
void lh_refaudit_fini(struct lh_refaudit *audit);

#endif
