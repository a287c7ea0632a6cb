/* SPDX-License-Identifier: Apache-2.0 */
/* What garbage leads to by more than one reference, by address: open addressing. */
#ifndef LH_ANALYZE_FREED_ENTRIES_H
#define LH_ANALYZE_FREED_ENTRIES_H

#include "analyze/freed.h"

/** struct lh_freed_entry - an object of several references, or a table of keys that dicts and their class
 * share. */
struct lh_freed_entry {
	uint64_t addr; /* 0: none */
	uint32_t left,
		words; /* references that did not go yet; words of scanned bodies among those that did */
	uint32_t group;
	bool kept, gone; /* kept: no object, or one without a count; gone: where there are no marks */
};

/** lh_freed_entries_init() - Return: 0, -LH_ENOMEM. lh_freed_fini() frees them. */
int lh_freed_entries_init(struct lh_freed *freed);
/** lh_freed_entry_get() - the entry of @addr, made if need be: *ret_new says so, and only its address is set
 * then. Valid until the next. Return: 0, -LH_ENOMEM. */
int lh_freed_entry_get(struct lh_freed *freed, uint64_t addr, struct lh_freed_entry **ret, bool *ret_new);

/** lh_freed_entry_at() - the entry of @addr, or one whose address is 0 */
static inline struct lh_freed_entry *lh_freed_entry_at(const struct lh_freed *f, uint64_t addr)
{
	size_t at = (size_t)((addr >> 3) * 0x9e3779b97f4a7c15u >> 24) & (f->table_size - 1);

	while (f->table[at].addr && f->table[at].addr != addr)
		at = (at + 1) & (f->table_size - 1);
	return &f->table[at];
}

#endif
