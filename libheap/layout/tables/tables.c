/* SPDX-License-Identifier: Apache-2.0 */
/* The list of the generated tables, from tables.h. */
#include "layout/tables/tables.h"

#define ADDRESS(name) &lh_table_##name,

const struct lh_layout_table *const lh_layout_tables[] = {LH_TABLES(ADDRESS) NULL};
