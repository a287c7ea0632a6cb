/* SPDX-License-Identifier: Apache-2.0 */
/* A graph as arrays: what the algorithms of this folder work on, whatever the nodes are. */
#ifndef LH_GRAPH_CSR_H
#define LH_GRAPH_CSR_H

#include <stdint.h>

/** struct lh_csr - nodes 0 to count - 1; borrowed. Edges may repeat, and lead to their own node. */
struct lh_csr {
	uint32_t count;
	const uint32_t
		*offsets; /* count + 1: edges of i are edges[offsets[i]] to edges[offsets[i + 1] - 1] */
	const uint32_t *edges;
};

#endif
