/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the runtime by what it looks like, where no file says where it is: the program was deleted, is on
 * another machine, or has no symbols at all.
 */
#ifndef LH_CPYTHON_RUNTIME_SCAN_H
#define LH_CPYTHON_RUNTIME_SCAN_H

#include "cpython/heap.h"

/** struct lh_words - what to look for in writable memory */
struct lh_words {
	struct lh_heap *heap;
	uint64_t budget; /* bytes that may still be searched */
	/* Whether the word @word at @at is it. Return: 0; LH_ABSENT; -LH_E* ends the search. */
	int (*is_it)(struct lh_words *words, uint64_t at, uint64_t word);
};

/**
 * lh_words_search() - the first aligned word in the writable part of [@start, @end) that is it
 * Return: 0; LH_ABSENT; -LH_E*.
 */
int lh_words_search(struct lh_words *words, uint64_t start, uint64_t end);

/**
 * lh_runtime_scan() - find the runtime by its structure, and prove it: sets heap->runtime, module and build
 * Return: 0; LH_ABSENT when nothing looks like a Python of a known version; -LH_ENOMEM, -LH_EINTR.
 */
int lh_runtime_scan(struct lh_heap *heap);

#endif
