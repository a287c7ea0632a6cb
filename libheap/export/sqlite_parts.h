/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the database; for sqlite*.c only. */
#ifndef LH_EXPORT_SQLITE_PARTS_H
#define LH_EXPORT_SQLITE_PARTS_H

#include "export/database.h"
#include "export/nodes.h"

struct lh_sqlite {
	struct lh_export *x;
	struct lh_database *database;
};

/* Each writes its tables. Return: 0, -LH_E*. */
int lh_sqlite_objects(struct lh_sqlite *s); /* and types */
int lh_sqlite_edges(struct lh_sqlite *s);
int lh_sqlite_roots(struct lh_sqlite *s);

#endif
