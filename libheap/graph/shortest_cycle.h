/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shortest cycle through some node, breadth first within its component.
 *
 * Memory: 12 bytes per node.
 */
#ifndef LH_GRAPH_SHORTEST_CYCLE_H
#define LH_GRAPH_SHORTEST_CYCLE_H

#include "graph/csr.h"
#include "util/error.h"

#include <stddef.h>

struct lh_cycle_search {
	struct lh_ctx *ctx;
	struct lh_csr graph;
	const uint32_t *component; /* borrowed; see scc.h */
	uint32_t *from, *seen, *queue;
	uint32_t round;  /* nodes with seen[i] == round were met in this one */
	uint32_t *cycle; /* the last one found */
	size_t length, capacity;
};

int lh_cycle_search_init(struct lh_ctx *ctx, const struct lh_csr *graph, const uint32_t *component,
			 struct lh_cycle_search *ret);
void lh_cycle_search_fini(struct lh_cycle_search *search);
/**
 * lh_cycle_through() - a shortest cycle from @start back to it: search->cycle[0] is @start
 * @shorter_than: one at least so long is not looked for. 0: any; @visits_max: give up then. 0: never.
 * Return: 0; LH_ABSENT: there is none such; -LH_ENOMEM.
 */
int lh_cycle_through(struct lh_cycle_search *search, uint32_t start, size_t shorter_than, size_t visits_max);

#endif
