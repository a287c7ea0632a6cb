/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strongly connected components: Pearce's form of Tarjan's algorithm, without recursion.
 *
 * Memory: 4 bytes a node for the result; 4 more, and 12 a node of the deepest path, while it runs.
 */
#ifndef LH_GRAPH_SCC_H
#define LH_GRAPH_SCC_H

#include "graph/csr.h"
#include "util/error.h"

/**
 * lh_scc_find() - @ret_component: of node i; components are numbered from 0, those that lead to no other
 * first Return: 0; -LH_ENOMEM, -LH_EINTR. The caller frees *@ret_component.
 */
int lh_scc_find(struct lh_ctx *ctx, const struct lh_csr *graph, uint32_t **ret_component,
		uint32_t *ret_count);

#endif
