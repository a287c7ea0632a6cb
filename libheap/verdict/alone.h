/* SPDX-License-Identifier: Apache-2.0 */
/* What only some roots lead to: no single object dominates it, but all of them together do. */
#ifndef LH_VERDICT_ALONE_H
#define LH_VERDICT_ALONE_H

#include "verdict/leaks.h"

/** struct lh_alone - which roots are meant, and what only they lead to */
struct lh_alone {
	bool (*is_theirs)(const void *arg, const struct lh_root *root);
	const void *arg;
	uint64_t bytes, objects;
};

/** lh_leaks_claim_alone() - measure and claim what no other root leads to, native ones among them, and no suspect has. One walk
 * through all references; 5 bytes per object. Return: 0, -LH_ENOMEM. */
int lh_leaks_claim_alone(struct lh_leaks *leaks, struct lh_alone *alone);

#endif
