/* SPDX-License-Identifier: Apache-2.0 */
/* What walks through containers share. */
#ifndef LH_CPYTHON_ITEMS_PARTS_H
#define LH_CPYTHON_ITEMS_PARTS_H

#include "cpython/dict.h"
#include "util/index.h"

/** struct lh_items - a walk through a container */
struct lh_items {
	struct lh_heap *heap;
	struct lh_view view;
	uint64_t addr, length; /* of the container; length as len() says */
	uint64_t given;        /* items so far */
	uint64_t at;           /* the next slot, entry, or place in the order */
	/* Return: 0; LH_DONE; -LH_E*. */
	int (*next)(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value);
	const uint8_t *words; /* list, tuple: the items; set: its table */
	uint64_t slots;       /* of the table */
	struct lh_dict dict;
	const uint8_t *order; /* split dict, 3.11+: entry numbers in order of insertion, @step bytes apart */
	int step;
	uint64_t ordered;        /* of them */
	uint64_t node;           /* OrderedDict: the next one */
	struct lh_index entries; /* likewise, by the address of the key */
	uint64_t block, left;    /* deque: where the next item is */
};

/* Record why a container cannot be walked. Return: -@code. */
static inline int lh_items_fail(struct lh_items *items, int code, const char *why)
{
	return lh_fail_at(items->heap->ctx, code, items->addr, "the items of the object at 0x%" PRIx64 ": %s",
			  items->addr, why);
}

#endif
