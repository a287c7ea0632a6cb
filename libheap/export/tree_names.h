/* SPDX-License-Identifier: Apache-2.0 */
/* What objects of the tree are called; for tree.c. */
#ifndef LH_EXPORT_TREE_NAMES_H
#define LH_EXPORT_TREE_NAMES_H

#include "export/tree.h"

/** struct lh_tree_child - an object right below another */
struct lh_tree_child {
	uint32_t place;
	uint64_t retained;
	char *name; /* NULL: none is known */
};

/** lh_tree_name_children() - names of @count objects right below the one at @place; 0: names of roots, or paths from them.
 * Looks at each of its references once; for paths as lh_retained_paths_find() does. Return: 0; -LH_ENOMEM, and all are freed by lh_tree_children_free(). */
int lh_tree_name_children(struct lh_export *x, uint32_t place, struct lh_tree_child *children, size_t count);
void lh_tree_children_free(struct lh_tree_child *children, size_t count);
/** lh_tree_text() - "['cache']  dict", "dict 0x7f..." */
void lh_tree_text(struct lh_export *x, const struct lh_tree_item *item, struct lh_string *out);

#endif
