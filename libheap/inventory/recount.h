/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References to some objects of a graph, as their counts have them. Not every edge is counted: a word of a
 * body that is only scanned may be borrowed, values that an instance shares with its dict are one reference,
 * and references in static data were never counted. So the holders of these few objects are visited once
 * more.
 *
 * Memory: 8 bytes per object, though pages without such objects are never touched, and one bit per object;
 * 1/64 of the writable memory.
 */
#ifndef LH_INVENTORY_RECOUNT_H
#define LH_INVENTORY_RECOUNT_H

#include "inventory/graph.h"
#include "inventory/word_map.h"
#include "util/bits.h"

struct lh_recount {
	const struct lh_graph *graph;
	uint64_t *wanted; /* one bit per object, by number */
	uint32_t *known;  /* by number, for wanted objects: references of known containers and of locals */
	struct lh_word_map marks; /* words that were counted */
	uint32_t *guesses;        /* words of bodies that are only scanned */
};

/** lh_recount_init() - no object is wanted yet. Return: 0, -LH_ENOMEM. Free with lh_recount_fini() in any
 * case. */
int lh_recount_init(const struct lh_graph *graph, struct lh_recount *ret);
void lh_recount_fini(struct lh_recount *recount);
/** lh_recount_run() - visit the holders of wanted objects. Return: 0, -LH_E*. */
int lh_recount_run(struct lh_recount *recount);

static inline bool lh_recount_wants(const struct lh_recount *r, uint32_t i)
{
	return lh_bit_has(r->wanted, i);
}

static inline void lh_recount_want(struct lh_recount *r, uint32_t i)
{
	lh_bit_set(r->wanted, i);
}

static inline void lh_recount_leave(struct lh_recount *r, uint32_t i)
{
	lh_bit_clear(r->wanted, i);
}

#endif
