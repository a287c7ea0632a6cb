/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arenas of glibc's malloc, each a struct malloc_state, by their structure alone: no symbol, no debug
 * information.
 *
 * The main one is static data of the library (or of a program that has it within): 127 lists side by side, of
 * which each is closed, and after them the circular list of all arenas, which is closed too. Words that only look like
 * it do not have both.
 */
#ifndef LH_MALLOC_GLIBC_ARENA_H
#define LH_MALLOC_GLIBC_ARENA_H

#include "target/target.h"

#define LH_FASTBINS 10 /* of chunks of 32 + 16 * i bytes */

/** struct lh_glibc_form - offsets in struct malloc_state */
struct lh_glibc_form {
	uint32_t fastbins; /* LH_FASTBINS words; 0: there are none */
	uint32_t top;
	const char *citation;
};

/** struct lh_glibc_arena - one, and where its chunks are: the brk's for the main one, heaps for others */
struct lh_glibc_arena {
	uint64_t addr, top;
	uint64_t bytes, most; /* from the system, now and at most so far */
	bool main;
};

struct lh_glibc {
	const struct lh_glibc_form *form;
	struct lh_glibc_arena *arenas; /* the main one first */
	size_t count, capacity;
	uint64_t looks; /* at words, while it was looked for */
};

/** struct lh_glibc_heap - where the first chunk is, and where the last one ends */
struct lh_glibc_heap {
	uint64_t start, end;
	uint64_t info,
		prev; /* of a heap that is not the main arena's: struct heap_info, that of the one before */
	uint64_t mark, steps,
		next_mark; /* a heap that was seen: it comes again where they lead in a circle */
};

/** lh_glibc_find() - find the arenas of glibc's malloc. Return: 0, with @ret->count == 0 if
 * there is no such malloc; -LH_ENOMEM, -LH_EINTR. */
int lh_glibc_find(struct lh_target *target, struct lh_glibc *ret);
void lh_glibc_fini(struct lh_glibc *glibc);
/** lh_glibc_bins() - where the links of the bins of @arena begin: two words for each */
uint64_t lh_glibc_bins(const struct lh_glibc *glibc, const struct lh_glibc_arena *arena);
/**
 * lh_glibc_heap_next() - the newest heap of @arena when @heap is all zero, then the one before
 * The main arena has one: what it got from the program's break, as long as nothing else moved that.
 * Return: whether there is one.
 */
bool lh_glibc_heap_next(struct lh_view *view, const struct lh_glibc *glibc,
			const struct lh_glibc_arena *arena, struct lh_glibc_heap *heap);

#endif
