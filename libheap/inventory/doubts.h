/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of bodies that are only scanned: guesses. Extensions keep borrowed pointers there, too (the m_self of
 * a Cython function, sqlite3.Connection's exceptions in 3.11). So a guess counts as a reference only as far
 * as the count of what it leads to has room for it, after all that is certain: references of known
 * containers, locals of running frames. A word without room is doubted.
 */
#ifndef LH_INVENTORY_DOUBTS_H
#define LH_INVENTORY_DOUBTS_H

#include "cpython/edge.h"
#include "inventory/tracked.h"

/** struct lh_doubts - doubted words among the objects of a set */
struct lh_doubts {
	struct lh_heap *heap;
	const struct lh_addrset *set; /* gives the numbers */
	const struct lh_doubt *items;
	size_t count;
	const uint8_t *flags; /* by number, of objects that the collector visits; NULL: all references */
	uint8_t without;      /* objects with these flags are left out */
};

/** struct lh_doubt_group - the doubted words at one place of one type's bodies */
struct lh_doubt_group {
	struct lh_type *type;
	const struct lh_type *named_by; /* with members that may name the place; NULL: none */
	uint64_t offset;
	uint64_t words;
};

struct lh_doubt_groups {
	struct lh_doubt_group *items; /* most words first */
	size_t count, capacity;
};

/**
 * lh_doubts_settle() - subtract the guesses from the counts, and note the doubted ones
 * @guesses: indices among the edges, ascending. A word that certainly is not a reference is removed from the
 * edges: one that leads to an object with a count that known references use up, or to its own object. The
 * others stay edges, since it is not known which of them are not counted.
 * Return: 0, -LH_E*.
 */
int lh_doubts_settle(struct lh_tracked *tracked, const uint32_t *guesses, size_t count);
/**
 * lh_doubts_group() - where the doubted words lie
 * Return: 0, -LH_E*. Free with lh_doubt_groups_fini() in any case.
 */
int lh_doubts_group(const struct lh_doubts *doubts, struct lh_doubt_groups *ret);
/** lh_doubts_of() - those of @tracked, leaving out objects with a flag of @without */
static inline struct lh_doubts lh_doubts_of(const struct lh_tracked *tracked, uint8_t without)
{
	return (struct lh_doubts){.heap = tracked->heap,
				  .set = &tracked->rings->tracked,
				  .items = tracked->doubts,
				  .count = tracked->doubt_count,
				  .flags = tracked->flags,
				  .without = without};
}
/** lh_doubt_group_edge() - add what paths call the place: "<+24>", ".owner" */
void lh_doubt_group_edge(struct lh_heap *heap, const struct lh_doubt_group *group, struct lh_string *out);
void lh_doubt_groups_fini(struct lh_doubt_groups *groups);

#endif
