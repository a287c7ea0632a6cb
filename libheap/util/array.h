/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays: how long one is, and growing without overflow. */
#ifndef LH_UTIL_ARRAY_H
#define LH_UTIL_ARRAY_H

#include "util/error.h"

/* Elements of an array that is in scope as one, not as a pointer. */
#define LH_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/**
 * lh_grow() - make room for @want elements of @size bytes, at least doubling
 * @items: pointer to the array's pointer; @capacity: elements it has room for
 * Return: 0, -LH_ENOMEM (the array is as it was).
 */
int lh_grow(struct lh_ctx *ctx, void *items, size_t *capacity, size_t want, size_t size);

int lh_grow_with_zeros(struct lh_ctx *ctx, void *items, size_t *capacity, size_t want, size_t size);
/** lh_grow_zeroed() - the same; elements that come are zeros. No call if there is room: it may be asked for each object. */
static inline int lh_grow_zeroed(struct lh_ctx *ctx, void *items, size_t *capacity, size_t want, size_t size)
{
	return want <= *capacity ? 0 : lh_grow_with_zeros(ctx, items, capacity, want, size);
}

/* Append one element to the array named by three variables or fields. Evaluates to lh_grow()'s result. */
#define lh_append(ctx, items, count, capacity, value)                                                    \
	({                                                                                               \
		int _r = (count) < (capacity)                                                            \
				 ? 0                                                                     \
				 : lh_grow((ctx), &(items), &(capacity), (count) + 1, sizeof(*(items))); \
		if (_r == 0)                                                                             \
			(items)[(count)++] = (value);                                                    \
		_r;                                                                                      \
	})

/* Zeroed array, or NULL; overflow of n * size is NULL too (calloc). */
#define lh_new0(type, n) ((type *)calloc((n), sizeof(type)))

/*
 * What a thread writes again and again stands apart from what others do: a cache line that two processors write to goes back and
 * forth, and two threads are no faster than one. 128 bytes, since lines are fetched in pairs.
 */
#define LH_APART_BYTES 128
#define LH_APART __attribute__((aligned(LH_APART_BYTES)))

/* lh_new0() of a type that is LH_APART */
#define lh_new0_apart(type, n) ((type *)lh_calloc_apart((n), sizeof(type)))
void *lh_calloc_apart(size_t n, size_t size);

#endif
