/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that an object owns beside its own block: the table of a dict, the items of a list.
 *
 * What a kind names is known. Other C types say nothing of their buffers: a word of the body that points to
 * the start of a block which has no object may be one, which the receiver finds out.
 */
#ifndef LH_CPYTHON_STORAGE_H
#define LH_CPYTHON_STORAGE_H

#include "cpython/object.h"

/* Gets an address in a block that an object owns; a guess has to be the block's start. */
typedef void (*lh_owned_fn)(void *arg, uint64_t addr, bool guess);

/** struct lh_owner - what gets the blocks; with a view of its own */
struct lh_owner {
	struct lh_heap *heap;
	struct lh_view view;
	lh_owned_fn fn;
	void *arg;
	uint64_t
		room; /* bytes that blocks of deques may still take: lh_target_bytes() at first, since each is one's alone */
};

/** lh_storage_visit() - give @w the blocks of @object, whose first basicsize bytes are here */
void lh_storage_visit(struct lh_owner *w, const struct lh_object *object);

#endif
