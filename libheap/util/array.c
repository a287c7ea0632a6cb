/* SPDX-License-Identifier: Apache-2.0 */
/* Growing arrays without overflow: doubling, so appending costs the same whatever the length. */
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 16

int lh_grow(struct lh_ctx *ctx, void *items, size_t *capacity, size_t want, size_t size)
{
	size_t room = *capacity ? *capacity : FIRST_CAPACITY, bytes;
	void *old, *grown;

	if (want <= *capacity)
		return 0;
	while (room < want) {
		if (room > SIZE_MAX / 2)
			return lh_nomem(ctx);
		room *= 2;
	}
	memcpy(&old, items, sizeof(old)); /* any pointer type: by bytes */
	if (__builtin_mul_overflow(room, size, &bytes) || bytes > PTRDIFF_MAX)
		return lh_nomem(ctx);
	grown = realloc(old, bytes);
	if (!grown)
		return lh_nomem(ctx);
	memcpy(items, &grown, sizeof(grown));
	*capacity = room;
	return 0;
}

void *lh_calloc_apart(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes) || !(p = aligned_alloc(LH_APART_BYTES, bytes)))
		return NULL;
	return memset(p, 0, bytes);
}

int lh_grow_with_zeros(struct lh_ctx *ctx, void *items, size_t *capacity, size_t want, size_t size)
{
	size_t old = *capacity;
	int r = lh_grow(ctx, items, capacity, want, size);
	uint8_t *grown;

	if (r < 0)
		return r;
	memcpy(&grown, items, sizeof(grown));
	memset(grown + old * size, 0, (*capacity - old) * size);
	return 0;
}
