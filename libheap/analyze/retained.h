/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Retained sizes: what would go, too, if an object went; the bytes of all that it dominates, and its own.
 *
 * Roots are modules, the interpreter, frames; then, among what those do not lead to, each object that has
 * more references than other such objects account for: native code holds it. What is left is garbage.
 *
 * Memory: of the graph (graph.h), of the dominators (dominators.h), 16 bytes an object besides.
 */
#ifndef LH_ANALYZE_RETAINED_H
#define LH_ANALYZE_RETAINED_H

#include "graph/dominators.h"
#include "graph/graph.h"

struct lh_retained {
	struct lh_graph graph;
	struct lh_dominators tree;
	uint64_t *bytes;   /* by place: retained */
	uint32_t *objects; /* by place: dominated, itself included */
	uint32_t *largest; /* by place: of those right below it, the place that retains most; 0: none */
	uint32_t native;   /* roots that only native code holds */
	uint32_t unreachable;
	uint64_t unreachable_bytes;
};

/** lh_retained_find() - Return: 0, -LH_E*. Free with lh_retained_fini(). */
int lh_retained_find(struct lh_heap *heap, struct lh_retained *ret);
void lh_retained_fini(struct lh_retained *retained);

/** struct lh_retained_query - which objects are wanted */
struct lh_retained_query {
	uint64_t under; /* only those right below this object; 0: all */
	bool points;    /* only accumulation points: all right below retain less than half of it */
	size_t limit;   /* the largest so many; 0: all */
};

/** lh_retained_top() - places of objects, those that retain most first. Return: 0; -LH_ENOMEM, -LH_EUSAGE:
 * no root leads to query->under. The caller frees *@ret. */
int lh_retained_top(const struct lh_retained *retained, const struct lh_retained_query *query, uint32_t **ret,
		    size_t *ret_count);

/** struct lh_retained_type - objects of one type */
struct lh_retained_type {
	uint64_t count, bytes;
	uint64_t retained; /* by those of them that no other one of the type dominates */
};

/** lh_retained_types() - by lh_type.index; only what roots lead to. Return: 0; -LH_ENOMEM. The caller frees
 * *@ret. */
int lh_retained_types(const struct lh_retained *retained, struct lh_retained_type **ret);

static inline uint64_t lh_retained_addr(const struct lh_retained *r, uint32_t place)
{
	return lh_addrset_nth(&r->graph.set, r->tree.node[place]);
}

#endif
