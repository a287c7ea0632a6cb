/* SPDX-License-Identifier: Apache-2.0 */
/* Interned strings, in families: those that start the same and go on with a number, or with another word. */
#ifndef LH_ANALYZE_INTERNED_FAMILIES_H
#define LH_ANALYZE_INTERNED_FAMILIES_H

#include "inventory/objects.h"

/** struct lh_family - strings with one prefix */
struct lh_family {
	char *prefix; /* UTF-8; "": names without a family */
	uint64_t count, bytes, immortal;
	uint64_t example; /* address of one */
};

struct lh_interned_families {
	struct lh_family *items; /* the one without prefix first */
	size_t count, capacity;
	uint64_t strings, bytes, immortal, immortal_bytes;
	struct lh_findings findings;
};

/** lh_interned_families_find() - Return: 0, -LH_E*. Free with lh_interned_families_fini() in any case. */
int lh_interned_families_find(struct lh_heap *heap, struct lh_interned_families *ret);
void lh_interned_families_fini(struct lh_interned_families *families);

#endif
