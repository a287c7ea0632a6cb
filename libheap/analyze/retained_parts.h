/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lh_retained_get() share. */
#ifndef LH_ANALYZE_RETAINED_PARTS_H
#define LH_ANALYZE_RETAINED_PARTS_H

#include "analyze/retained.h"

/** lh_retained_find_unsure() - @t->unsure_bytes: after the search, before dominators. Return: 0; -LH_ENOMEM. */
int lh_retained_find_unsure(struct lh_retained *t);

#endif
