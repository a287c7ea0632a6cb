/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a heap is sound: what must hold in it by the way CPython and malloc work, looked at place by place.
 *
 * A check says where something does not hold, and what its last sound neighbour is; then it is asked what lies before the damage
 * (before.h), how many references lead to it, and by which path. A process may be stopped in the middle of a change: what differs
 * only as it does then, where a register of a thread leads to it, is counted apart, and is not damage.
 *
 * Memory: that of refaudit, of paths if there is damage, and 100 bytes with a text per damage, LH_DAMAGES_MAX of them per check.
 */
#ifndef LH_VERIFY_VERIFY_H
#define LH_VERIFY_VERIFY_H

#include "cpython/heap.h"
#include "util/string.h"

enum lh_check_id {
	LH_CHECK_POOLS,
	LH_CHECK_PADS,
	LH_CHECK_LISTS,
	LH_CHECK_TYPES,
	LH_CHECK_OBJECTS,
	LH_CHECK_REFERENCES,
	LH_CHECK_MALLOC,
	LH_CHECK_COUNT,
};

#define LH_DAMAGES_MAX 1000 /* kept of each check; the others are counted */

/** struct lh_damage - a place where something does not hold */
struct lh_damage {
	enum lh_check_id check;
	const char *kind;     /* in a word or two, static: "free list" */
	uint64_t addr;        /* of the first word that is wrong */
	uint64_t start, size; /* of the object, block or chunk that it is in; 0: not known */
	uint64_t neighbour;   /* the last one before it that is sound; 0: none is known */
	int64_t pointers;     /* references of objects to it; -1: not counted */
	uint64_t writer;      /* the object before it that was written past its end; 0: none is known */
	uint64_t written;     /* bytes past its end */
	bool at_least;        /* may be more of them */
	uint64_t
		held; /* an object: if nothing refers to it, C code is making or freeing it, and this is not damage; 0: none */
	struct lh_string text; /* a sentence without a stop */
};

/** struct lh_checked - what a check did */
struct lh_checked {
	uint64_t checked, errors;
	uint64_t skipped; /* could not be looked at */
	uint64_t moving;  /* in the middle of a change */
};

struct lh_verify {
	struct lh_heap *heap;
	struct lh_view view;
	bool fast;
	struct lh_checked checks[LH_CHECK_COUNT];
	struct lh_checked *now;    /* of the check that runs */
	struct lh_damage *damages; /* in the order of checks, then as they were found: by address */
	size_t count, capacity;
	uint64_t errors;          /* of all checks */
	struct lh_string verdict; /* one sentence; nothing: it is sound as far as was looked */
};

/** struct lh_check - one thing that is looked at */
struct lh_check {
	const char *name;    /* what is counted: "pools" */
	const char *skipped; /* why some are not looked at, after their number: "pools are not in the dump" */
	/* Return: 0, -LH_E*. */
	int (*run)(struct lh_verify *verify);
	bool fast;
};

extern const struct lh_check lh_checks[LH_CHECK_COUNT];

/**
 * lh_verify_run() - @fast: the checks of allocators and gc lists alone, and no paths
 * Return: 0, -LH_E*. Free with lh_verify_fini() in any case.
 */
int lh_verify_run(struct lh_heap *heap, bool fast, struct lh_verify *ret);
void lh_verify_fini(struct lh_verify *verify);

#endif
