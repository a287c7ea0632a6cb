/* SPDX-License-Identifier: Apache-2.0 */
/* What is the program itself, rather than what it keeps: modules, classes, functions, code, and the dicts that have them. */
#ifndef LH_VERDICT_PROGRAM_H
#define LH_VERDICT_PROGRAM_H

#include "util/inline.h"
#include "verdict/leaks.h"

#define LH_LEAKS_AHEAD 16 /* places that a loop over all of them asks for before it is there */

/** lh_leaks_expect() - a loop over places comes to @place soon: places are in another order than what is known by
 * number, so that it would wait for memory */
LH_ALWAYS_INLINE void lh_leaks_expect(const struct lh_leaks *leaks, uint32_t place)
{
	const struct lh_retained *t = leaks->retained;
	uint32_t node;

	if (place >= t->tree.count) /* below place 0, too */
		return;
	node = t->tree.node[place];
	__builtin_prefetch(&leaks->claimed[node]);
	__builtin_prefetch(&t->graph.types[node]);
	__builtin_prefetch(&t->graph.bytes[node]);
}

/** lh_leaks_node_type() - of object @number of the graph; NULL: it is not known */
static inline struct lh_type *lh_leaks_node_type(const struct lh_leaks *leaks, uint32_t number)
{
	uint32_t type = leaks->retained->graph.types[number];

	return type == LH_GRAPH_NO_TYPE ? NULL : leaks->heap->types.items[type];
}

/** lh_leaks_node_is_kind() - a loop over all objects that looks for one kind goes by number, not by place: it reads one array in order */
static inline bool lh_leaks_node_is_kind(const struct lh_leaks *leaks, uint32_t number, enum lh_kind_id kind)
{
	const struct lh_type *type = lh_leaks_node_type(leaks, number);

	return type && type->kind->id == kind;
}

/** lh_leaks_type() - of the object at @place; NULL: there is none, or it is not known */
static inline struct lh_type *lh_leaks_type(const struct lh_leaks *leaks, uint32_t place)
{
	return place ? lh_leaks_node_type(leaks, leaks->retained->tree.node[place]) : NULL;
}

static inline bool lh_leaks_is_kind(const struct lh_leaks *leaks, uint32_t place, enum lh_kind_id kind)
{
	const struct lh_type *type = lh_leaks_type(leaks, place);

	return type && type->kind->id == kind;
}

/** lh_leaks_is_program() - whether the object at @place is a module, class, function or code */
bool lh_leaks_is_program(const struct lh_leaks *leaks, uint32_t place);
/** lh_leaks_namespaces() - see to leaks->namespace. Return: 0, -LH_ENOMEM. */
int lh_leaks_namespaces(struct lh_leaks *leaks);

#endif
