/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What grew between two moments, by type: objects and bytes in both, matched by the types' names. Types of one name are one row.
 *
 * Memory in use by native code, which no object owns, is a row for each such leaf of the tree of memory (memory.h). Of one
 * process it is also known which objects of the later moment were not there in the earlier one (born.h).
 *
 * Memory: 80 bytes per name of a type, and that of type_counts.h and memory.h for both moments; of one process that of
 * born.h, too.
 */
#ifndef LH_ANALYZE_GROWTH_H
#define LH_ANALYZE_GROWTH_H

#include "analyze/born.h"
#include "analyze/memory.h"
#include "analyze/stays.h"
#include "analyze/type_counts.h"
#include "util/index.h"

enum { LH_BEFORE, LH_AFTER, LH_MOMENTS };

/** struct lh_growth_type - one name */
struct lh_growth_type {
	const char *name; /* of a type, or a path in the tree of memory; owned by a heap */
	bool is_memory;   /* count: of blocks, or what else the leaf has */
	uint64_t count[LH_MOMENTS], bytes[LH_MOMENTS], native[LH_MOMENTS];
	uint64_t born, doubtful; /* of those after; 0 if the moments are not known to be of one process */
	const struct lh_stay_type *
		stays; /* of those that were born in between and stay, the type with most bytes; NULL: none */
	uint64_t stay_count, stay_bytes; /* of all types of this name */
};

struct lh_growth {
	struct lh_heap *heaps[LH_MOMENTS]; /* the caller's */
	struct lh_type_counts counts[LH_MOMENTS];
	struct lh_growth_type *types;
	size_t count, capacity;
	struct lh_index index;        /* of types, by name */
	uint32_t *row_of[LH_MOMENTS]; /* by lh_type.index: in types */
	size_t row_count[LH_MOMENTS]; /* of row_of */
	const struct lh_memory *memory[LH_MOMENTS];
	uint64_t born, doubtful; /* sums */
};

/** lh_growth_find() - counts of both moments, without what is born. Return: 0, -LH_E*. Free with lh_growth_fini() in any
 * case. */
int lh_growth_find(struct lh_heap *before, struct lh_heap *after, struct lh_growth *ret);
/** lh_growth_add_born() - count by type what @born says of all objects of the later moment; before types are sorted */
void lh_growth_add_born(struct lh_growth *growth, const struct lh_born *born);
/** lh_growth_add_stays() - count by type what @stays says of the later moment, and borrow from it; before types are sorted */
void lh_growth_add_stays(struct lh_growth *growth, const struct lh_stays *stays);
/** lh_growth_sort() - the types that grew most come first: bytes, with native memory */
void lh_growth_sort(struct lh_growth *growth);
void lh_growth_fini(struct lh_growth *growth);

/** lh_growth_bytes() - by how much a type grew, native memory included */
static inline int64_t lh_growth_bytes(const struct lh_growth_type *t)
{
	return (int64_t)(t->bytes[LH_AFTER] + t->native[LH_AFTER] - t->bytes[LH_BEFORE] -
			 t->native[LH_BEFORE]);
}

#endif
