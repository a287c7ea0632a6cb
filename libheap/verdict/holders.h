/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the rule of holders: finding them (rule_holders.c), and words for them (holders_text.c). */
#ifndef LH_VERDICT_HOLDERS_H
#define LH_VERDICT_HOLDERS_H

#include "graph/children.h"
#include "verdict/leaks.h"

#define SUSPECTS_MAX 32 /* each has a tenth of the heap or more, so there are ten at most */

struct holder {
	uint32_t place;
	uint64_t bytes, objects;
	uint64_t alike; /* suspects that are one with this, itself included; 0: this is one with another */
	bool chain;     /* links of a chain, of which this is the first */
};

struct holders {
	struct lh_leaks *leaks;
	const struct lh_retained *from;
	size_t types;      /* that were known when this began: names of paths may add some */
	uint64_t *bytes;   /* by place: what was added up, without suspects */
	uint32_t *objects; /* the same */
	bool *namespace;   /* by place: see rule_holders.c */
	struct lh_children children;
	struct holder items[SUSPECTS_MAX];
	size_t count;
};

/** struct holders_count - objects of a type, and what they retain */
struct holders_count {
	uint64_t objects, bytes;
};

/* The type of the object at a place; NULL: there is none, or it is not known. */
static inline struct lh_type *holders_type(const struct holders *h, uint32_t place)
{
	const struct lh_graph *g = &h->from->graph;
	uint32_t type = place ? g->types[h->from->tree.node[place]] : LH_GRAPH_NO_TYPE;

	return type == LH_GRAPH_NO_TYPE ? NULL : g->heap->types.items[type];
}

/* Add the object at a place, unless it belongs to a suspect, to the counts by type. */
static inline void holders_count(const struct holders *h, uint32_t place, struct holders_count *counts)
{
	uint32_t node = h->from->tree.node[place], type = h->from->graph.types[node];

	if (h->leaks->claimed[node] || type >= h->types)
		return;
	counts[type].objects++;
	counts[type].bytes += h->bytes[place];
}

int holders_add(const struct holders *h, const struct lh_leak_rule *rule);
int holders_add_type(const struct holders *h, const struct lh_leak_rule *rule, struct lh_type *type,
		     const struct holders_count *count);

#endif
