/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buffers: memory that is not an object, pointed to by a word of an object's body. A numpy array of objects
 * has its items there.
 *
 * Such a word is a guess; it counts if it points to the very start of a used block of an allocator, and the
 * block leads to an object with more counted references than known ones explain (native.h). One step only:
 * what a buffer points to is followed if it is an object.
 */
#ifndef LH_ROOTS_BUFFERS_H
#define LH_ROOTS_BUFFERS_H

#include "roots/native.h"
#include "roots/walk.h"

/** lh_buffers_spread() - go on from all objects met to what their buffers lead to; words of @native that
 * are in buffers are taken. Return: 0, -LH_E*. */
int lh_buffers_spread(struct lh_walk *walk, struct lh_native *native);

/** struct lh_buffer_word - a reference by a buffer */
struct lh_buffer_word {
	struct lh_span span; /* the body's word that points to the buffer */
	uint64_t i, index;   /* of the span; of the buffer, in words */
};

/** lh_buffer_find() - how the object @from refers to @to by a buffer. Return: 0; LH_ABSENT if it does not. */
int lh_buffer_find(struct lh_heap *heap, const struct lh_object *from, uint64_t to,
		   struct lh_buffer_word *ret);

#endif
