/* SPDX-License-Identifier: Apache-2.0 */
/* A heap as tables: docs/sql.md documents them. */
#ifndef LH_EXPORT_TABLES_H
#define LH_EXPORT_TABLES_H

#include "export/nodes.h"
#include "export/rows.h"

/** lh_tables_write() - give all tables to @rows, and count them in @x. Return: 0, -LH_E*. */
int lh_tables_write(struct lh_export *x, struct lh_rows *rows);

/* Parts of it in tables_graph.c. */
struct lh_tables {
	struct lh_export *x;
	struct lh_rows *rows;
};

int lh_tables_objects(struct lh_tables *s); /* and types */
int lh_tables_edges(struct lh_tables *s);
int lh_tables_roots(struct lh_tables *s);

#endif
