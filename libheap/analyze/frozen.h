/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the permanent generation keeps: frozen garbage, and what is alive only because frozen objects hold it,
 * which no collection looks at (gc.freeze()), or immortal ones, which have no count.
 */
#ifndef LH_ANALYZE_FROZEN_H
#define LH_ANALYZE_FROZEN_H

#include "analyze/freed.h"

struct lh_frozen {
	uint32_t
		*items; /* numbers of the tracked objects, ascending; without immortal and live frozen ones */
	uint32_t count;
};

/** lh_frozen_find() - Return: 0, -LH_E*. Free with lh_frozen_fini(). */
int lh_frozen_find(const struct lh_garbage *garbage, struct lh_frozen *ret);
/** lh_frozen_lost() - only what is lost, see garbage.h, without what is freed with garbage that a collection
 * finds. Return: 0, -LH_ENOMEM. Free with lh_frozen_fini(). */
int lh_frozen_lost(const struct lh_garbage *garbage, struct lh_freed *freed, struct lh_frozen *ret);
void lh_frozen_fini(struct lh_frozen *frozen);

#endif
