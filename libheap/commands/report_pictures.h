/* SPDX-License-Identifier: Apache-2.0 */
/* What the page of a report draws, as JSON for its script (libheap/report_page/page.js). Sizes are bounded, sums are exact. */
#ifndef LH_COMMANDS_REPORT_PICTURES_H
#define LH_COMMANDS_REPORT_PICTURES_H

#include "cpython/heap.h"
#include "result/result.h"

/** lh_report_tree() - the dominator tree: [name, type, retained bytes, objects, [those below]]; several objects have type "" or a name that
 * says how many. At most 4,000 items. Return: 0, -LH_E*. */
int lh_report_tree(struct lh_heap *heap, const struct lh_result *answer, struct lh_string *out);
/** lh_report_arenas() - {"arenas":, "pools": in each, "together": arenas per row, "rows":[[address, marks]]}, see result/shades.h;
 * at most 64 rows. null: there is none. Return: 0, -LH_E*. */
int lh_report_arenas(struct lh_heap *heap, const struct lh_result *answer, struct lh_string *out);
/** lh_report_cycles() - the rows of @answer, that of 'cycles'. Return: 0, -LH_ENOMEM. */
int lh_report_cycles(struct lh_heap *heap, const struct lh_result *answer, struct lh_string *out);

#endif
