/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies before an address in memory: the object in the block before it, alive or freed, and whether it was written past its end.
 *
 * Text and bytes end with a NUL that CPython writes when it makes them: without it they were written past their end. How far is seen
 * where the same byte was written over and over, up to another one; else as far as no NUL comes. What the next block's owner wrote
 * since hides the rest.
 */
#ifndef LH_VERIFY_BEFORE_H
#define LH_VERIFY_BEFORE_H

#include "verify/verify.h"

/** struct lh_before - an object, and its end */
struct lh_before {
	uint64_t block, block_size;
	uint64_t object; /* 0: there is none */
	struct lh_type *type;
	bool freed;
	uint64_t end;     /* of its own contents */
	uint64_t length;  /* of bytes and str, else 0 */
	uint64_t written; /* bytes past the end; 0: none, or not known */
	bool at_least;    /* there may be more */
};

/** lh_before_type() - what an object is, or was: its type's word stays when it is freed, but for the debug allocators, which overwrite
 * all. Return: NULL: it is not a type's. */
struct lh_type *lh_before_type(struct lh_verify *verify, uint64_t object);
/** lh_before_in_block() - the object in a block of an allocator; @freed: it is free. Return: whether there is, or was, one. */
bool lh_before_in_block(struct lh_verify *verify, uint64_t block, uint64_t size, bool freed,
			struct lh_before *ret);
/** lh_before_in_pools() - what is in the block that ends where the one at @block begins, in the same pool or in the pool before.
 * Return: whether there is, or was, an object. */
bool lh_before_in_pools(struct lh_verify *verify, uint64_t block, struct lh_before *ret);
/** lh_before_written() - how many bytes were written past the end of a text, which lies at @end, where a NUL should be */
uint64_t lh_before_written(struct lh_verify *verify, uint64_t end, bool *ret_at_least);
/** lh_damage_blame() - who was written past its end, as far as that is known, is who did the damage */
void lh_damage_blame(struct lh_damage *damage, const struct lh_before *before);

#endif
