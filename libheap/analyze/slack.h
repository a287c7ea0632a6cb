/* SPDX-License-Identifier: Apache-2.0 */
/* Slack: bytes of blocks beyond what was asked for, since sizes are rounded up; by size class of pymalloc. */
#ifndef LH_ANALYZE_SLACK_H
#define LH_ANALYZE_SLACK_H

#include "analyze/arenas.h"

/** struct lh_class_slack - blocks with an object: how much others were asked for is not known */
struct lh_class_slack {
	uint64_t objects, bytes; /* bytes: of their blocks, beyond what was asked for */
};

struct lh_slack {
	struct lh_class_slack classes[LH_SIZE_CLASSES]; /* as in struct lh_arenas_use */
};

/** lh_slack_find() - look at every object in a pool. Return: 0, -LH_E*. */
int lh_slack_find(struct lh_heap *heap, struct lh_slack *ret);

#endif
