/* SPDX-License-Identifier: Apache-2.0 */
/* For the generated tables. */
#ifndef LH_LAYOUT_TABLES_H
#define LH_LAYOUT_TABLES_H

#include "layout/layout.h"

#define AT(off) ((off) + 1)

/* One line a table, in order of version. */
#define LH_TABLES(T)                  \
	T(2_7_18)                     \
	T(3_6_15)                     \
	T(3_7_16)                     \
	T(3_8_18)                     \
	T(3_9_18)                     \
	T(3_10_13)                    \
	T(3_11_2_debian)              \
	T(3_11_2_debian_debug)        \
	T(3_11_7)                     \
	T(3_12_1)                     \
	T(3_13_0)                     \
	T(3_13_5_debian)              \
	T(3_13_5_debian_debug)        \
	T(3_13_5_free_threaded)       \
	T(3_13_18_debian)             \
	T(3_13_18_debian_debug)       \
	T(3_14_4_incremental_gc)      \
	T(3_14_7_free_threaded)       \
	T(3_14_7_free_threaded_debug) \
	T(3_14_10)                    \
	T(3_14_10_debug)              \
	T(3_15_0rc1_free_threaded)    \
	T(3_15_2)                     \
	T(3_15_2_debug)

#define DECLARE(name) extern const struct lh_layout_table lh_table_##name;
LH_TABLES(DECLARE)
#undef DECLARE

#endif
