/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is right below each place of a tree that is given by what is right above: dominators, for one.
 *
 * Memory: 8 bytes per place.
 */
#ifndef LH_GRAPH_CHILDREN_H
#define LH_GRAPH_CHILDREN_H

#include "util/error.h"

#include <stdint.h>

/** struct lh_children - those of place p are items[first[p]] to items[first[p + 1] - 1], in ascending order */
struct lh_children {
	uint32_t *first, *items;
};

/** lh_children_make() - of @count places; place 0 is the top, @above has that of each other one. Return: 0; -LH_ENOMEM.
 * Free with lh_children_fini() in any case. */
int lh_children_make(struct lh_ctx *ctx, const uint32_t *above, uint32_t count, struct lh_children *ret);
void lh_children_fini(struct lh_children *children);

#endif
