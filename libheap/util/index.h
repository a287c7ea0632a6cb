/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index: numbers of a caller's items by a hash of what makes them alike. Open addressing; nothing is
 * removed. 8 bytes a slot, 16 to 32 an item.
 *
 * Tables that the innermost loops look into are their own, with items or pointers in the slots: types by
 * address (cpython/types.h), garbage's references (analyze/freed_entries.h). Sets of addresses are
 * inventory/addrset.h.
 */
#ifndef LH_UTIL_INDEX_H
#define LH_UTIL_INDEX_H

#include "util/error.h"

struct lh_index_slot {
	uint32_t hash, number; /* number + 1; 0: free */
};

struct lh_index {
	struct lh_index_slot *slots;
	size_t size, count; /* size: a power of two, or 0 */
};

/**
 * lh_index_next() - the next item of this hash, or of one that is the same in 32 bits: the caller compares
 * @probe: how far the search is; 0 to begin with
 * Return: false when there is none any more.
 */
bool lh_index_next(const struct lh_index *index, uint64_t hash, size_t *probe, uint32_t *ret);
/** lh_index_add() - an item that is not there yet. Return: 0, -LH_ENOMEM: nothing has changed. */
int lh_index_add(struct lh_ctx *ctx, struct lh_index *index, uint64_t hash, uint32_t number);
void lh_index_fini(struct lh_index *index);

#endif
