/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of objects that no root leads to. */
#ifndef LH_ANALYZE_FATES_H
#define LH_ANALYZE_FATES_H

#include "analyze/frozen.h"

enum lh_fate {
	LH_FATE_COLLECTED, /* a collection frees it: it is garbage, or freed with garbage */
	LH_FATE_FROZEN,    /* no collection sees it: it is frozen (gc.freeze()), or held by frozen garbage */
	LH_FATE_KEPT,      /* a collection finds it, but may not free it: legacy finalizers (-3.3) */
	LH_FATE_UNSEEN, /* no collection finds it: what holds it is not tracked, or its count is in doubt */
	LH_FATE_COUNT,
};

struct lh_fates {
	const struct lh_garbage *garbage;
	struct lh_freed collected, frozen, kept;
};

/** lh_fates_find() - Return: 0, -LH_E*. Free with lh_fates_fini() in any case. */
int lh_fates_find(struct lh_heap *heap, struct lh_fates *ret);
void lh_fates_fini(struct lh_fates *fates);
/** lh_fate_of() - the fate of the object at @addr, which no root leads to */
enum lh_fate lh_fate_of(struct lh_fates *fates, uint64_t addr);
/** lh_fate_name() - "collectable", "frozen", "uncollectable", "unseen" */
const char *lh_fate_name(enum lh_fate fate);

#endif
