/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freelists: objects and storage that CPython keeps for reuse once they are freed. For pymalloc their blocks are
 * in use, and no object is in them.
 */
#ifndef LH_CPYTHON_FREELISTS_H
#define LH_CPYTHON_FREELISTS_H

#include "cpython/heap.h"

enum lh_freelist_form {
	LH_FREELIST_CHAIN, /* a pointer to the first; each has a pointer to the next */
	LH_FREELIST_ARRAY, /* an array of pointers; since 3.14 all are chains */
	LH_FREELIST_ONE,   /* a pointer to one, or NULL */
};

/* Statics of a C file (-3.9). */
struct lh_freelist_statics {
	const char *file, *head, *count; /* count NULL: it keeps none */
};

/** struct lh_freelist_kind - a freelist of some versions: a row of freelist_kinds.c */
struct lh_freelist_kind {
	const char *name; /* type of the objects; storage in words: "dict keys" */
	struct lh_versions versions;
	uint8_t form;
	uint8_t lists;             /* an array of so many lists, by items of a tuple; else 1 */
	uint8_t first;             /* of these, the first that is one */
	uint8_t items;             /* of the tuples in list 0 */
	bool of_interp;            /* in the interpreter's state in 3.13+ too */
	enum lh_field head, count; /* LH_F_COUNT: none */
	enum lh_field link;        /* pointer to the next (-3.13); LH_F_COUNT: the first word */
	enum lh_field last; /* of a struct with a type that is overwritten: its last word; LH_F_COUNT */
	uint32_t limit;     /* entries at most; 0: any number */
	struct lh_freelist_statics statics;
};

extern const struct lh_freelist_kind lh_freelist_kinds[];
extern const size_t lh_freelist_kind_count;

/** struct lh_freelist - one list as it was found */
struct lh_freelist {
	const struct lh_freelist_kind *kind;
	uint32_t items;          /* of each tuple in it; 0: not of tuples */
	uint64_t head;           /* address of the pointer to its first entry, or of its array */
	int64_t counted;         /* as CPython counts it; -1: it keeps no count */
	uint64_t entries, bytes; /* walked. bytes: of their blocks */
	uint64_t unsized;        /* entries with a block of unknown size: not in bytes */
	uint64_t example;        /* address of the first; 0: there is none */
	bool broken;             /* what was walked is not what was counted */
};

/** struct lh_freelist_entry - one entry; an object may begin after the start of its block */
struct lh_freelist_entry {
	uint64_t object, block, bytes; /* bytes: of the block; 0: not known */
};

/* Receives the entries. Return: 0; -LH_E* ends the walk and is its result. */
typedef int (*lh_freelist_entry_fn)(void *arg, const struct lh_freelist *list,
				    const struct lh_freelist_entry *entry);

struct lh_freelists {
	struct lh_freelist *items; /* one per kind, owner (interpreter, thread) and items of a tuple */
	size_t count, capacity;
	const struct lh_freelist_kind **unknown; /* kinds that this version has, but nothing says where */
	size_t unknown_count, unknown_capacity;
	bool threads_broken; /* a list of threads does not end: freelists of further threads are not here */
};

/**
 * lh_freelists_find() - walk every freelist
 * @fn: receives each entry of the lists that are not broken, which may have one twice; may be NULL
 * A list is walked for one entry more than it counts or may have at most; those without either until a circle. Where most
 * lists contradict their counts, the layout is wrong, and all are unknown.
 * Return: 0, -LH_ENOMEM, what @fn returned. Free with lh_freelists_fini() in any case.
 */
int lh_freelists_find(struct lh_heap *heap, lh_freelist_entry_fn fn, void *arg, struct lh_freelists *ret);
void lh_freelists_fini(struct lh_freelists *lists);

#endif
