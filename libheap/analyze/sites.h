/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that tracemalloc traced, by the line that allocated them. */
#ifndef LH_ANALYZE_SITES_H
#define LH_ANALYZE_SITES_H

#include "analyze/traces.h"
#include "util/index.h"

/** struct lh_site - a line */
struct lh_site {
	struct lh_trace_frame at;
	uint64_t count, bytes;
	uint64_t example; /* address of a block */
};

/** struct lh_sites - 40 bytes per line, and 16 to 32 for its place in the index */
struct lh_sites {
	struct lh_site *items;
	size_t count, capacity;
	struct lh_index index;
	struct lh_traces traces;
	uint64_t bytes, nameless; /* nameless: blocks with a traceback that cannot be read */
};

/** lh_sites_find() - Return: 0, -LH_ENOMEM. Free with lh_sites_fini() in any case. */
int lh_sites_find(struct lh_heap *heap, struct lh_sites *ret);
void lh_sites_fini(struct lh_sites *sites);

#endif
