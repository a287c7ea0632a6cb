/* SPDX-License-Identifier: Apache-2.0 */
/* Objects and references of an export one after the other, as the graph has them. */
#ifndef LH_EXPORT_NODES_H
#define LH_EXPORT_NODES_H

#include "cpython/visit.h"
#include "export/export.h"

/** struct lh_export_node - an object */
struct lh_export_node {
	uint32_t number;
	uint64_t addr, bytes;    /* bytes: lh_graph_bytes() */
	uint32_t place;          /* in the dominator tree; 0: no root leads to it */
	uint32_t edges;          /* how many */
	struct lh_type *type;    /* NULL: its header cannot be read */
	struct lh_object object; /* if it can */
};

/** struct lh_export_edge - a reference: word @i of a span; NULL: what it is called is not known */
struct lh_export_edge {
	uint32_t from, to; /* numbers */
	const struct lh_span *span;
	uint64_t i;
};

/** lh_export_count() - the file has @count of what is called @name */
void lh_export_count(struct lh_export *x, const char *name, uint64_t count);

typedef int (*lh_export_node_fn)(void *arg, const struct lh_export_node *node);
typedef int (*lh_export_edge_fn)(void *arg, const struct lh_export_edge *edge);
/* @root: NULL: native code holds it. @number: of the object that it keeps alive. */
typedef int (*lh_export_root_fn)(void *arg, const struct lh_root *root, uint32_t number);

/** lh_export_nodes() - all objects, by number. @phase: for the progress. Return: 0, -LH_E*, what @fn returned. */
int lh_export_nodes(struct lh_export *x, const char *phase, lh_export_node_fn fn, void *arg);
/** lh_export_node_of() - one object */
void lh_export_node_of(struct lh_export *x, uint32_t number, struct lh_export_node *ret);
/** lh_export_edges() - the references of an object: node->edges of them. Return: likewise. */
int lh_export_edges(struct lh_export *x, const struct lh_export_node *node, lh_export_edge_fn fn, void *arg);
/** lh_export_all_edges() - those of all objects, by the number of the object. Return: likewise. */
int lh_export_all_edges(struct lh_export *x, const char *phase, lh_export_edge_fn fn, void *arg);
/** lh_export_roots() - all roots with an object: first named ones, which are at most LH_ROOT_FRAME. Return: likewise. */
int lh_export_roots(struct lh_export *x, lh_export_root_fn fn, void *arg);
/** lh_export_edge_count() - how many all objects have */
uint64_t lh_export_edge_count(const struct lh_export *x);
/** lh_export_edge_name() - as paths have it: ".name", "['key']"; "" if it is not known */
void lh_export_edge_name(struct lh_export *x, const struct lh_export_edge *edge, struct lh_string *out);

#endif
