/* SPDX-License-Identifier: Apache-2.0 */
/* The program headers of a snapshot: which memory it has, and what is left to the files of modules, as cores of the kernel do. */
#ifndef LH_SNAPSHOT_PLAN_H
#define LH_SNAPSHOT_PLAN_H

#include "target/target.h"

/** struct lh_snapshot_piece - one PT_LOAD */
struct lh_snapshot_piece {
	uint64_t start, end; /* of memory */
	uint64_t bytes;      /* from start on that are in the file; 0: none */
	const struct lh_mapping *mapping;
};

struct lh_snapshot_plan {
	struct lh_snapshot_piece *pieces; /* by address */
	size_t count, capacity;
	uint64_t bytes; /* of all pieces that are in the file */
};

/** lh_plan_make() - Return: 0, -LH_ENOMEM. Free with lh_plan_fini() in any case. */
int lh_plan_make(struct lh_target *target, struct lh_snapshot_plan *ret);
void lh_plan_fini(struct lh_snapshot_plan *plan);

#endif
