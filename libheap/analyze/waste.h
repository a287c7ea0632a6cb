/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that a small change of the program would save, by kind and type. */
#ifndef LH_ANALYZE_WASTE_H
#define LH_ANALYZE_WASTE_H

#include "analyze/duplicates.h"

enum lh_waste_kind {
	LH_WASTE_DUPLICATES, /* equal contents: one object would do. Counts the others */
	LH_WASTE_SPARSE,     /* dicts and sets with a larger table than a copy has */
	LH_WASTE_ROOM,       /* lists with room that a copy does not have */
	LH_WASTE_EMPTY,      /* containers without an item: all of their bytes */
	LH_WASTE_DICTS,      /* instances with a __dict__, compared with __slots__ */
	LH_WASTE_COUNT
};

extern const char *const lh_waste_names[LH_WASTE_COUNT];

/** struct lh_waste_sum - objects of a type that waste something */
struct lh_waste_sum {
	uint64_t count, bytes;
	uint64_t example, most; /* address of the one that wastes most, and what */
	uint32_t attributes;    /* DICTS: of the instance that has most */
};

struct lh_waste_type {
	struct lh_waste_sum sums[LH_WASTE_COUNT];
};

struct lh_waste {
	struct lh_waste_type *types; /* by lh_type.index */
	size_t capacity;
	struct lh_duplicates duplicates;
	struct lh_findings findings;
};

/**
 * lh_waste_find() - look at every live object
 * Besides the duplicates: 200 bytes per type. Return: 0, -LH_E*. Free with lh_waste_fini() in any case.
 */
int lh_waste_find(struct lh_heap *heap, struct lh_waste *ret);
void lh_waste_fini(struct lh_waste *waste);

#endif
