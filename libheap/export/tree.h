/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dominator tree, pruned so that sums stay exact: of the objects right below one, those that retain most, and the others
 * together as one item, or as one per type.
 *
 * Memory: 8 bytes per object, 4 more by type, and what is shown along one path.
 */
#ifndef LH_EXPORT_TREE_H
#define LH_EXPORT_TREE_H

#include "export/nodes.h"

/** struct lh_tree_limits - what is shown of the objects right below one */
struct lh_tree_limits {
	uint64_t least; /* those that retain so many bytes */
	size_t most;    /* and so many others, those that retain most */
	unsigned depth; /* levels, at most LH_TREE_DEPTH_MAX; what is further down is one item */
	bool by_type;   /* others of one type that retain 'least' together are an item, and so on below it */
};

#define LH_TREE_DEPTH_MAX 128

/** struct lh_tree_item - an object, or several */
struct lh_tree_item {
	uint32_t place; /* 0: several: "12,345 others", "12,345 app.Session" */
	uint32_t type;  /* lh_type.index; LH_GRAPH_NO_TYPE: it is not known, or they are of several */
	unsigned depth; /* 1: no object dominates it */
	const char
		*name; /* what it is called where it is: ".cache", "frame main (app.py:3)"; "": not known; of
			 * several of one type how many: "12,345" */
	const char *text;           /* the same for people, with its type or address */
	uint64_t bytes;             /* its own */
	uint64_t retained, objects; /* with all below */
	bool leaf;                  /* nothing is shown below it */
};

/** struct lh_tree_visitor - gets items, each before those below it. Both return 0, -LH_E*; positive: the walk ends. */
struct lh_tree_visitor {
	int (*enter)(void *arg, const struct lh_tree_item *item);
	int (*leave)(
		void *arg); /* all below the last item that is no leaf, and was not left yet, was shown; may be NULL */
	void *arg;
};

/** lh_tree_type_name() - of items; @other: of those whose type is not known, or that are of several */
const char *lh_tree_type_name(struct lh_export *x, uint32_t type, const char *other);
/** lh_tree_walk() - the last item is what no root leads to, if there is any. Return: 0; positive: as the visitor; -LH_E*. */
int lh_tree_walk(struct lh_export *x, const struct lh_tree_limits *limits,
		 const struct lh_tree_visitor *visitor);

#endif
