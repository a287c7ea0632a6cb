/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only frozen or immortal objects hold: it would be garbage, were it not for objects that no collection
 * looks at (gc.freeze()), or that have no count.
 */
#ifndef LH_ANALYZE_FROZEN_H
#define LH_ANALYZE_FROZEN_H

#include "analyze/garbage.h"

struct lh_frozen {
	uint32_t *items; /* numbers of the tracked objects, ascending; without the immortal ones themselves */
	uint32_t count;
};

/** lh_frozen_find() - Return: 0, -LH_E*. Free with lh_frozen_fini(). */
int lh_frozen_find(const struct lh_garbage *garbage, struct lh_frozen *ret);
void lh_frozen_fini(struct lh_frozen *frozen);

#endif
