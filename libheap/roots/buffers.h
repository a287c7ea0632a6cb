/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buffers: memory that is no object, and that a word of an object's body points to. An array of objects of
 * numpy has its items there.
 *
 * Such a word is a guess; it counts when it points to the very beginning of a block that an allocator has in
 * use, and when it leads to an object that has more references counted than known ones explain (native.h).
 * One step only: what a buffer points to is followed where it is an object.
 */
#ifndef LH_ROOTS_BUFFERS_H
#define LH_ROOTS_BUFFERS_H

#include "roots/native.h"
#include "roots/walk.h"

/** lh_buffers_spread() - from all objects met, by their buffers, on to all that these lead to: words of
 * @native that are of buffers are taken. Return: 0, -LH_E*. */
int lh_buffers_spread(struct lh_walk *walk, struct lh_native *native);

/** struct lh_buffer_word - a reference by a buffer */
struct lh_buffer_word {
	struct lh_span span; /* the body's word that points to the buffer */
	uint64_t i, index;   /* of the span; of the buffer, in words */
};

/** lh_buffer_find() - how the object @from refers to @to by a
 * buffer. Return: 0; LH_ABSENT when it does not. */
int lh_buffer_find(struct lh_heap *heap, const struct lh_object *from, uint64_t to,
		   struct lh_buffer_word *ret);

#endif
