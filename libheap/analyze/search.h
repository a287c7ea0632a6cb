/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a heap keeps, found beside something else: its longest part, with which no second processor can help, is done in a thread.
 */
#ifndef LH_ANALYZE_SEARCH_H
#define LH_ANALYZE_SEARCH_H

#include "cpython/heap.h"

/** struct lh_search_steps - how @keeper's data are found; each step returns 0 or -LH_E*. keeper->make() does the same at once. */
struct lh_search_steps {
	const struct lh_keeper *keeper;
	int (*prepare)(struct lh_heap *heap, void *data);
	int (*run)(void *data, struct lh_ctx *ctx); /* in the thread: see util/parallel.h for its rule */
	int (*complete)(struct lh_heap *heap, void *data); /* NULL: nothing is left */
	int (*rely)(struct lh_heap *heap);                 /* see lh_heap_put() */
	const char *phase;                                 /* for lh_progress() */
};

struct lh_search;
/** lh_search_new() - begin. Return: 0; LH_DONE: it is known already, or there is one processor, and *ret is NULL; -LH_E*. What the heap
 * keeps stays until it is freed, with lh_search_free(). @steps: static. */
int lh_search_new(struct lh_heap *heap, const struct lh_search_steps *steps, struct lh_search **ret);
/** lh_search_finish() - wait for it: the heap keeps what was found. Return: 0, -LH_E*. */
int lh_search_finish(struct lh_search *search);
struct lh_search *lh_search_free(struct lh_search *search);
LH_DEFINE_CLEANUP(struct lh_search, lh_search_free);

#endif
