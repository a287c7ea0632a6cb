/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dominator tree: object A dominates B when every way from the roots to B passes A, so B goes when A
 * does.
 *
 * Semi-NCA (L. Georgiadis: Linear-time algorithms for dominators and related problems, 2005), without
 * recursion. Places are numbers in the order of a search in depth: 0 stands for all roots, and a dominator's
 * place is lower than that of what it dominates.
 *
 * Memory: 12 bytes a node for the result; 16 more while it is made, 8 for each reference back or across, and
 * 8 for each that waits in the search.
 */
#ifndef LH_GRAPH_DOMINATORS_H
#define LH_GRAPH_DOMINATORS_H

#include "graph/csr.h"
#include "util/error.h"

#include <stdbool.h>
#include <stddef.h>

struct lh_dominators {
	struct lh_ctx *ctx;
	struct lh_csr graph;
	uint32_t count;      /* places: nodes that roots lead to, and 1 */
	uint32_t *node;      /* by place, from 1 */
	uint32_t *place;     /* by node; 0: no root leads to it */
	uint32_t *dominator; /* by place: the place of the immediate dominator */

	/* until they are found: */
	uint32_t *semi;      /* by place: the semidominator, or what is known to be no higher */
	uint32_t *last_back; /* by place: the last reference to it from higher places; 0: none */
	struct lh_back_edge {
		uint32_t holder, before; /* before: the one kept before it for the same place */
	} * back;                        /* from 1 */
	size_t back_count, back_capacity;
	struct lh_todo {
		uint32_t node, holder; /* holder: a place */
	} * todo;                      /* references to follow, the next one last */
	size_t todo_count, todo_capacity;
};

int lh_dominators_init(struct lh_ctx *ctx, const struct lh_csr *graph, struct lh_dominators *ret);
void lh_dominators_fini(struct lh_dominators *tree);
/** lh_dominators_root() - @node is a root: search from it what was not met yet
 * @follow: false: it is met, but its edges are not followed. Return: 0; -LH_ENOMEM, -LH_EINTR. */
int lh_dominators_root(struct lh_dominators *tree, uint32_t node, bool follow);
/** lh_dominators_find() - after the last root: find the dominators. Return: 0; -LH_ENOMEM, -LH_EINTR. */
int lh_dominators_find(struct lh_dominators *tree);

#endif
