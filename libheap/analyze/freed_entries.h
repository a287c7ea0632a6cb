/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that garbage leads to and that have more than one reference, by address: open addressing. */
#ifndef LH_ANALYZE_FREED_ENTRIES_H
#define LH_ANALYZE_FREED_ENTRIES_H

#include "analyze/freed.h"

/** struct lh_freed_entry - an object of several references, or a table of keys that dicts and their class
 * share. */
struct lh_freed_entry {
	uint64_t addr; /* 0: none */
	uint32_t left,
		words; /* references that are not gone yet; words of scanned bodies among those that are */
	uint32_t group;
	bool kept, gone; /* kept: not an object, or one without a count; gone: if it is not in the word map */
};

/** lh_freed_entries_init() - Return: 0, -LH_ENOMEM. lh_freed_fini() frees them. */
int lh_freed_entries_init(struct lh_freed *freed);
/** lh_freed_entry_get() - the entry of @addr, made if there is none: then *ret_new is true, and only its
 * address is set. Valid until the next call. Return: 0, -LH_ENOMEM. */
int lh_freed_entry_get(struct lh_freed *freed, uint64_t addr, struct lh_freed_entry **ret, bool *ret_new);

/** lh_freed_entry_at() - the entry of @addr, or one with address 0 */
static inline struct lh_freed_entry *lh_freed_entry_at(const struct lh_freed *f, uint64_t addr)
{
	size_t at = (size_t)((addr >> 3) * 0x9e3779b97f4a7c15u >> 24) & (f->table_size - 1);

	while (f->table[at].addr && f->table[at].addr != addr)
		at = (at + 1) & (f->table_size - 1);
	return &f->table[at];
}

#endif
