/* SPDX-License-Identifier: Apache-2.0 */
/* For the generated tables. */
#ifndef LH_LAYOUT_TABLES_H
#define LH_LAYOUT_TABLES_H

#include "layout/layout.h"
#include "layout/tables-list.h" /* LH_TABLES(T): T(3_11_7) ...; meson.build has the list */

#define AT(off) ((off) + 1)

#define DECLARE(name) extern const struct lh_layout_table lh_table_##name;
LH_TABLES(DECLARE)
#undef DECLARE

#endif
